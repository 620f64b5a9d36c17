import { SpanlightError } from '../../base/errors';

/** The setting that holds the list of backends. */
export const BACKENDS_SETTING = 'spanlight.backends';

/** How a backend is told who asks. The secret itself is never part of a configuration. */
export type AuthMethod = 'none' | 'bearer' | 'basic' | 'header' | 'aws' | 'google' | 'azure';

const AUTH_METHODS: readonly AuthMethod[] = ['none', 'bearer', 'basic', 'header', 'aws', 'google', 'azure'];

/** A backend as a user set it up. */
export interface BackendConfig {
  /** Unique among the user's backends; secrets are kept under it. */
  readonly name: string;
  /** One of the registered kinds. */
  readonly kind: string;
  /** Where its API begins, without a slash at the end; may have a path (a prefix, or Grafana's proxy). */
  readonly url: string;
  readonly auth: AuthMethod;
  /** For `basic`: the user's name. */
  readonly user?: string;
  /** For `header`: the name of the header that carries the secret. */
  readonly authHeader?: string;
  /** Sent with every request; none of them secret. */
  readonly headers: Readonly<Record<string, string>>;
  /** Which tenant's traces; each kind knows the header for it. */
  readonly tenant?: string;
  /** Only traces of this `deployment.environment.name`. */
  readonly environment?: string;
  /** What only one kind knows, by names that its {@link BackendTraits} list. */
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

/** What a kind of backend lets a user set. */
export interface BackendTraits {
  readonly kind: string;
  /** Its name as people write it: `Jaeger`. */
  readonly label: string;
  /** An address that is likely: `http://localhost:16686`. */
  readonly exampleUrl: string;
  /** Ways to sign in; the first is taken where the user says nothing. */
  readonly auth: readonly AuthMethod[];
  /** Ways to sign in that people try and that do not work, each with what to do instead. */
  readonly refusedAuth?: Readonly<Partial<Record<AuthMethod, string>>>;
  /** For `header`: the usual name of the header. */
  readonly authHeader?: string;
  /** Names of options, each with a sentence about it. */
  readonly options: Readonly<Record<string, string>>;
  /** Reads what people write instead of an address, such as a cloud id; undefined: an address it is. */
  readonly readAddress?: (text: string) => BackendAddress | undefined;
  /** What that is, after an address in a list of what may be written: `, or the id of a project`. */
  readonly orAddress?: string;
  /** Why a text that may look like an address is none, in one sentence. */
  readonly addressProblem?: (text: string) => string | undefined;
}

/** What stands for an address, and for options that follow from it. */
export interface BackendAddress {
  readonly url: string;
  readonly options: BackendConfig['options'];
}

const FIELDS = ['name', 'kind', 'url', 'auth', 'user', 'authHeader', 'headers', 'tenant', 'environment', 'options'];

/** Names of headers that carry secrets, as far as names tell. */
const SECRET_HEADER =
  /^(proxy-)?authorization$|^(set-)?cookie$|(^|[-_])(api|app|application|access|account|license|team|private)[-_]?keys?($|[-_])|token|secret|passw|credential|^x-honeycomb-team$|^x-clickhouse-key$/i;
/** Values that are credentials wherever they stand. */
const SECRET_VALUE = /^\s*(bearer|basic|apikey|token)\s+\S|^(glsa|glc|NRAK|ghp|xox[abp])[-_]/i;

/** The backends that can be used, and what is wrong with the others. */
export interface ReadBackends {
  readonly backends: readonly BackendConfig[];
  readonly problems: readonly SpanlightError[];
}

/** Reads the list of backends out of the settings; an entry that cannot be used is left out with its reason. */
export function readBackendConfigs(setting: unknown, kinds: readonly BackendTraits[]): ReadBackends {
  if (setting === undefined || setting === null) return { backends: [], problems: [] };
  if (!Array.isArray(setting)) {
    return { backends: [], problems: [new SpanlightError('This is not a list.', BACKENDS_SETTING, 'Write [{ … }].')] };
  }
  const backends: BackendConfig[] = [];
  const problems: SpanlightError[] = [];
  for (const [index, entry] of (setting as unknown[]).entries()) {
    try {
      const config = readBackendConfig(entry, `${BACKENDS_SETTING}[${index}]`, kinds);
      if (backends.some(({ name }) => name === config.name)) {
        throw new SpanlightError(`There is another backend called "${config.name}".`, placeOf(index), 'Rename one.');
      }
      backends.push(config);
    } catch (error) {
      if (!(error instanceof SpanlightError)) throw error;
      problems.push(error);
    }
  }
  return { backends, problems };
}

/**
 * Reads one backend.
 * @param place where it stands, for error messages.
 * @throws SpanlightError naming the field and what to write instead.
 */
export function readBackendConfig(entry: unknown, place: string, kinds: readonly BackendTraits[]): BackendConfig {
  if (!isRecord(entry)) {
    throw new SpanlightError('This is not an object.', place, 'Write { "name": …, "kind": …, "url": … }.');
  }
  for (const field of Object.keys(entry)) {
    if (!FIELDS.includes(field)) throw unknownField(field, place);
  }
  const kindName = text(entry, 'kind', place) ?? '';
  const traits = kinds.find(({ kind }) => kind === kindName.toLowerCase());
  if (traits === undefined) {
    const known = kinds.map(({ kind }) => kind).join(', ');
    const message = kindName === '' ? 'The kind is missing.' : `"${kindName}" is no kind of backend.`;
    throw new SpanlightError(message, `${place}.kind`, `Write one of ${known}.`);
  }
  const written = text(entry, 'url', place);
  const address = written === undefined ? undefined : traits.readAddress?.(written);
  const url = readUrl(address?.url ?? written, `${place}.url`, traits);
  const name = text(entry, 'name', place) ?? `${traits.label} at ${new URL(url).host}`;
  const auth = readAuth(entry, place, traits);
  const tenant = text(entry, 'tenant', place);
  const environment = text(entry, 'environment', place);
  return {
    ...{ name, kind: traits.kind, url, ...auth },
    headers: readHeaders(entry.headers, `${place}.headers`),
    ...(tenant === undefined ? {} : { tenant }),
    ...(environment === undefined ? {} : { environment }),
    options: { ...address?.options, ...readOptions(entry.options, `${place}.options`, traits) },
  };
}

function readUrl(value: string | undefined, place: string, traits: BackendTraits): string {
  const cure = `Write an address like ${traits.exampleUrl}${traits.orAddress ?? ''}.`;
  if (value === undefined) throw new SpanlightError('The address is missing.', place, cure);
  const problem = traits.addressProblem?.(value);
  if (problem !== undefined) throw new SpanlightError(problem, place, cure);
  let url;
  try {
    url = new URL(value);
  } catch (error) {
    throw new SpanlightError(`"${withoutUserInfo(value)}" is not an address.`, place, cure, { cause: error });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    // `localhost:16686` is read as the scheme `localhost:`.
    throw new SpanlightError('The address does not begin with http:// or https://.', place, cure);
  }
  if (url.username !== '' || url.password !== '') {
    const secret = 'Take them out: with "auth": "basic" and "user", Spanlight asks for the password and keeps it safe.';
    throw new SpanlightError('The address holds a name or a password.', place, secret);
  }
  if (url.search !== '' || url.hash !== '') {
    const message = `The address goes on after its path, with "${url.search === '' ? '#' : '?'}…".`;
    throw new SpanlightError(message, place, `Leave that out. ${cure}`);
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function withoutUserInfo(value: string): string {
  return value.replace(/\/\/[^/@]*@/, '//…@');
}

function readAuth(entry: Record<string, unknown>, place: string, traits: BackendTraits) {
  const value = text(entry, 'auth', place);
  const auth = value === undefined ? traits.auth[0]! : AUTH_METHODS.find((method) => method === value);
  if (auth === undefined || !traits.auth.includes(auth)) {
    throw new SpanlightError(
      `${traits.label} cannot be signed in to with "${value}".`,
      `${place}.auth`,
      (auth === undefined ? undefined : traits.refusedAuth?.[auth]) ?? `Write one of ${traits.auth.join(', ')}.`,
    );
  }
  const user = text(entry, 'user', place);
  if (auth === 'basic' && user === undefined) {
    throw new SpanlightError('The user is missing.', `${place}.user`, 'Write the name to sign in with.');
  }
  const authHeader = text(entry, 'authHeader', place) ?? traits.authHeader;
  if (auth === 'header' && authHeader === undefined) {
    throw new SpanlightError('The name of the header is missing.', `${place}.authHeader`, 'Write "X-API-Key", say.');
  }
  if (authHeader !== undefined) checkHeaderName(authHeader, `${place}.authHeader`);
  return {
    auth,
    ...(user === undefined ? {} : { user }),
    ...(authHeader === undefined ? {} : { authHeader }),
  };
}

function readHeaders(value: unknown, place: string): Record<string, string> {
  if (value === undefined) return {};
  if (!isRecord(value)) throw new SpanlightError('This is not an object.', place, 'Write { "X-Header": "value" }.');
  const headers: Record<string, string> = {};
  for (const [name, content] of Object.entries(value)) {
    checkHeaderName(name, place);
    if (typeof content !== 'string' || /[\r\n\0]/.test(content)) {
      throw new SpanlightError(`The value of ${name} is not a text of one line.`, place, 'Write it in quotes.');
    }
    if (SECRET_HEADER.test(name) || SECRET_VALUE.test(content)) {
      throw new SpanlightError(
        `The header ${name} holds a secret, and settings are no safe place for one.`,
        place,
        'Take it out and set "auth" instead ("bearer", "basic", or "header" with "authHeader"): Spanlight then asks for the secret and keeps it safe.',
      );
    }
    headers[name] = content;
  }
  return headers;
}

function checkHeaderName(name: string, place: string): void {
  if (/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) return;
  throw new SpanlightError(`"${name}" cannot be the name of a header.`, place, 'Use letters, digits and hyphens.');
}

function readOptions(value: unknown, place: string, traits: BackendTraits): BackendConfig['options'] {
  if (value === undefined) return {};
  if (!isRecord(value)) throw new SpanlightError('This is not an object.', place, 'Write { "name": "value" }.');
  const options: Record<string, string | number | boolean> = {};
  for (const [name, content] of Object.entries(value)) {
    if (!Object.hasOwn(traits.options, name)) {
      const known = Object.keys(traits.options);
      const cure = known.length === 0 ? 'Take it out.' : `It knows ${known.join(', ')}.`;
      throw new SpanlightError(`${traits.label} has no option "${name}".`, place, cure);
    }
    if (typeof content !== 'string' && typeof content !== 'number' && typeof content !== 'boolean') {
      throw new SpanlightError(`"${name}" is neither a text nor a number nor true or false.`, place, 'Change it.');
    }
    options[name] = content;
  }
  return options;
}

/** A text that is not empty; undefined where there is none. */
function text(entry: Record<string, unknown>, field: string, place: string): string | undefined {
  const value = entry[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new SpanlightError('This is not a text.', `${place}.${field}`, 'Quote it.');
  return value.trim() === '' ? undefined : value.trim();
}

function unknownField(field: string, place: string): SpanlightError {
  const secret = /token|password|secret|key/i.test(field);
  return new SpanlightError(
    secret ? `"${field}" would be a secret, and settings are no safe place for one.` : `"${field}" is not known here.`,
    place,
    secret
      ? 'Take it out and set "auth": Spanlight then asks for the secret and keeps it safe.'
      : `Known are ${FIELDS.join(', ')}.`,
  );
}

function placeOf(index: number): string {
  return `${BACKENDS_SETTING}[${index}]`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
