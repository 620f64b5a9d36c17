/** Where Cloud Trace's API of version 1 is. */
export const GOOGLE_TRACE_URL = 'https://cloudtrace.googleapis.com';

/** Names of projects, and those of a company's domain: `example.com:shop-prod`. */
const PROJECT = /^(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/;

/** The project of Google Cloud that a text names: itself, or a page of the console; undefined for anything else. */
export function googleProjectIn(text: string): string | undefined {
  const typed = text.trim();
  if (PROJECT.test(typed)) return typed;
  if (!URL.canParse(typed)) return undefined;
  const { hostname, searchParams } = new URL(typed);
  const project = searchParams.get('project') ?? '';
  return hostname === 'console.cloud.google.com' && PROJECT.test(project) ? project : undefined;
}
