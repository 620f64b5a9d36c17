/** An entry of `spanlight.backends` while a person puts it together: pure. The engine has the last word on it. */
import { parseCloudId } from '../../base/cloudId';
import { GOOGLE_TRACE_URL, googleAddressProblem, googleProjectIn, OR_GOOGLE_PROJECT } from '../../base/googleProject';
import type { BackendItem, BackendKindItem } from '../../protocol/backends';

/** As it stands in the settings; what is not known here is kept as it is. */
export interface BackendEntry {
  readonly name?: string;
  readonly kind?: string;
  readonly url?: string;
  readonly auth?: string;
  readonly user?: string;
  readonly authHeader?: string;
  readonly tenant?: string;
  readonly environment?: string;
  readonly options?: Readonly<Record<string, string | number | boolean>>;
  readonly [other: string]: unknown;
}

/** Not a backend: what the editor received itself. */
export const EMBEDDED = 'embedded';

/** Ways to sign in, as people know them. */
export const SIGN_INS: Readonly<Record<string, { readonly label: string; readonly detail: string }>> = {
  none: { label: 'No sign-in', detail: 'It answers whoever asks.' },
  bearer: { label: 'Access token', detail: 'Sent as “Authorization: Bearer …”.' },
  basic: { label: 'Name and password', detail: 'As a browser asks for them (HTTP Basic).' },
  header: { label: 'Key in a header', detail: 'Sent in a header with a name of its own.' },
  azure: {
    label: 'Microsoft account',
    detail: 'The editor’s own sign-in, or that of the Azure CLI; nothing is kept.',
  },
  aws: { label: 'AWS credentials', detail: 'Requests are signed, as AWS asks for it.' },
  google: {
    label: 'Google credentials',
    detail: 'Those of gcloud, of GOOGLE_APPLICATION_CREDENTIALS or of the machine.',
  },
};

/**
 * An address as it is meant: `localhost:16686` is one as well, and so is a cloud id. Nothing else is changed.
 * @param text as typed.
 */
export function completeUrl(text: string): string {
  const typed = text.trim();
  const deployment = parseCloudId(typed);
  if (deployment !== undefined) return deployment.elasticsearchUrl;
  // A scheme; before digits, a host and its port.
  if (typed === '' || /^[a-z][a-z\d+.-]*:(?!\d)/i.test(typed)) return typed;
  const isLocal = /^(localhost|127\.|\[::1\]|10\.|192\.168\.|[^/.:]+(:\d+)?(\/|$))/i.test(typed);
  return `${isLocal ? 'http' : 'https'}://${typed}`;
}

/**
 * The entry at another address, with what else is known from what was typed: a cloud id names Kibana as well, and a page of
 * Google's console a project.
 */
export function withAddress(
  entry: BackendEntry,
  text: string,
  { options, exampleUrl }: Pick<BackendKindItem, 'options'> & Partial<BackendKindItem>,
): BackendEntry {
  const project = exampleUrl === GOOGLE_TRACE_URL ? googleProjectIn(text) : undefined;
  if (project !== undefined) return withOption({ ...entry, url: GOOGLE_TRACE_URL }, 'project', project);
  const moved = { ...entry, url: completeUrl(text) };
  const kibanaUrl = parseCloudId(text)?.kibanaUrl;
  return kibanaUrl === undefined || options.kibanaUrl === undefined ? moved : withOption(moved, 'kibanaUrl', kibanaUrl);
}

/** What is wrong with an address, in one sentence; undefined where nothing is. */
export function urlProblem(text: string, exampleUrl: string): string | undefined {
  const isGoogle = exampleUrl === GOOGLE_TRACE_URL;
  if (isGoogle && googleProjectIn(text) !== undefined) return undefined;
  const likely = `${exampleUrl}${isGoogle ? OR_GOOGLE_PROJECT : ''}`;
  const problem = isGoogle ? googleAddressProblem(text) : undefined;
  if (problem !== undefined) return `${problem} Write an address like ${likely}.`;
  const full = completeUrl(text);
  if (full === '') return `Write an address like ${likely}.`;
  if (!URL.canParse(full)) return `This is not an address. Write one like ${likely}.`;
  const url = new URL(full);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'The address must begin with http:// or https://.';
  if (url.username !== '' || url.password !== '') {
    return 'Leave name and password out: they are asked for later and kept safe.';
  }
  if (url.search !== '' || url.hash !== '') {
    return `Leave out what comes after the path, from “${url.search === '' ? '#' : '?'}” on.`;
  }
  return undefined;
}

/** A name to begin with: `Jaeger`, `Grafana Tempo at tempo.example.com`, `Jaeger 2`. */
export function suggestName(label: string, url: string, taken: readonly string[]): string {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  const isLocal = host === '' || /^(localhost|127\.|\[::1\])/.test(host);
  const name = isLocal ? label : `${label} at ${host}`;
  let free = name;
  for (let n = 2; taken.includes(free); n++) free = `${name} ${n}`;
  return free;
}

/** What is wrong with a name, in one sentence. @param taken by other backends. */
export function nameProblem(text: string, taken: readonly string[]): string | undefined {
  const name = text.trim();
  if (name === '') return 'Give it a name.';
  if (name === EMBEDDED) return '“embedded” stands for what this editor receives itself.';
  return taken.includes(name) ? `There is another backend called “${name}”.` : undefined;
}

/** The index of the entry that the engine listed as `item`; -1 where there is none. */
export function indexOfItem(entries: readonly unknown[], { name, kind, url }: BackendItem): number {
  const fits = (entry: unknown, test: (fields: BackendEntry) => boolean): boolean => isEntry(entry) && test(entry);
  const named = entries.findIndex((entry) => fits(entry, (fields) => fields.name?.trim() === name));
  if (named !== -1) return named;
  const trimmed = (text: string | undefined): string => completeUrl(text ?? '').replace(/\/+$/, '');
  return entries.findIndex((entry) =>
    fits(entry, (fields) => !fields.name && fields.kind?.toLowerCase() === kind && trimmed(fields.url) === url),
  );
}

/** As it is to be written: without what is empty or as it is anyway. */
export function tidyEntry(entry: BackendEntry, kind: BackendKindItem | undefined): BackendEntry {
  const isDefault = (key: string, value: unknown): boolean =>
    value === undefined ||
    value === '' ||
    (key === 'auth' && value === kind?.auth[0]) ||
    (key === 'user' && entry.auth !== 'basic') ||
    (key === 'authHeader' && (entry.auth !== 'header' || value === kind?.authHeader)) ||
    (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(entry).filter(([key, value]) => !isDefault(key, value)));
}

/** The entry with one option set, or as it was without it where the value is empty. */
export function withOption(entry: BackendEntry, name: string, value: string): BackendEntry {
  const options = { ...entry.options };
  if (value === '') delete options[name];
  else options[name] = optionValue(value);
  return { ...entry, options };
}

/** How it is signed in to, for a line of a list. */
export function signInWords({ auth, user, authHeader }: BackendEntry, kind: BackendKindItem): string {
  const method = auth ?? kind.auth[0] ?? 'none';
  const label = SIGN_INS[method]?.label ?? method;
  if (method === 'basic') return `${label}, as ${user ?? '?'}`;
  return method === 'header' ? `${label}: ${authHeader ?? kind.authHeader ?? '?'}` : label;
}

function optionValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return text;
}

function isEntry(value: unknown): value is BackendEntry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
