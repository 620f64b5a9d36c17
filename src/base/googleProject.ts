/** Where Cloud Trace's API of version 1 is. */
export const GOOGLE_TRACE_URL = 'https://cloudtrace.googleapis.com';

const CONSOLE_HOST = 'console.cloud.google.com';

/** Ids of projects, and those of a company's domain: `example.com:shop-prod`. */
const PROJECT = /^(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/;

/** What may be written in place of an address; ends a sentence. */
export const OR_GOOGLE_PROJECT = ', or the id of a project (such as shop-prod-42; not its name or number)';

/** The project of Google Cloud that a text names: itself, or a page of the console; undefined for anything else. */
export function googleProjectIn(text: string): string | undefined {
  const typed = text.trim();
  if (PROJECT.test(typed)) return typed;
  if (!URL.canParse(typed)) return undefined;
  const { hostname, searchParams } = new URL(typed);
  const project = searchParams.get('project') ?? '';
  return hostname === CONSOLE_HOST && PROJECT.test(project) ? project : undefined;
}

/** Whether a text can be the id of a project, and is not what people read on its pages: names have spaces and capitals. */
export function isGoogleProject(text: string): boolean {
  return !/[\sA-Z'"!]/.test(text);
}

/** Why a text is neither an address of Google's API nor a project, in one sentence; undefined where it may be one. */
export function googleAddressProblem(text: string): string | undefined {
  const typed = text.trim();
  if (googleProjectIn(typed) !== undefined) return undefined;
  if (URL.canParse(typed) && new URL(typed).hostname === CONSOLE_HOST) {
    return 'This page of the console names no project (project=… in its address).';
  }
  if (/^\d+$/.test(typed)) return `${typed} is the number of a project, if anything, and not its id.`;
  return /^[\w' -]+ [\w' -]+$/.test(typed)
    ? `“${typed}” is the name of a project, if anything, and not its id.`
    : undefined;
}
