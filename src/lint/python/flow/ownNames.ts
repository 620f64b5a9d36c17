import type { CodeFunction } from '../../../syntax/code/code';
import type { Expression } from '../../../syntax/code/expression';
import type { SourceCode } from '../../code/sourceCode';
import { expressionsOf } from '../../code/walk';
import { destinationOfName } from '../../code/thirdParty';
import { lastPart, type PythonCode } from '../names/pythonCode';
import { givenFor } from '../names/givenValues';
import type { ValuePlace } from '../names/names';
import { isProduct } from './destinations';

/** How far values are followed: an address made of a variable that a setting is kept in. */
const MAX_STEPS = 3;

/** What a name says an address is for: `orchestrator_url`, `RESULTSDB_API_URL`, `inventory_host`. */
const ADDRESS = /^(url|uri|host|hostname|endpoint|addr|address|server|service)s?$/;

/** Words that say nothing of who answers. */
const SAYS_NOTHING =
  /^(|str|string|raw|final|full|clean|cleaned|safe|valid|validated|normalized|resolved|given|next|api|base|root|http|https|scheme|netloc|parts?|parsed|split|origin|rest|grpc|client|remote|path|port|v\d+|default|new|my|the|request|config|settings|app|env|main|prefix|or|and|ip|no|with|to|for|of|by|in|url|uri|host|hostname|endpoint|addr|address|server)$/;

/** Addresses of others: what users give, files, models, identity providers, telemetry. */
const OF_OTHERS =
  /^(external|public|authorization|introspection|userinfo|jwks|oauth2?|oidc|discovery|target|callback|redirect|proxy|models?|llm|embedding|rerank(er)?|inference|auth|token|login|issuer|sso|site|page|image|i?cal|ics|calendar|file|documents?|docs?|dataset|asset|cdn|json|csv|pdf|download|upload|media|feed|source|repo|registry|storage|blob|bucket|presigned|signed|webhooks?|hook|collector|exporter|db|database|redis|broker|amqp|mqtt|kafka|smtp|mail|provider|plugin|website|web|link|item|destination|org|company|customer|user|partner|vendor|tenant|portal|marketplace|console|sandbox|test|mock|local|this|self|own|ping|health)$/;

/** Whose attributes are addresses of others: what users configure or register. */
const OTHERS_RECORDS = /^_?(provider|vendor|partner|tenant|integration|connector|webhook|customer|subscription)$/;

/** Whether an address is kept in what is known of somebody else: `self.provider.api_endpoint_url`. */
export function isOfOthersRecord(code: PythonCode, source: SourceCode, fn: CodeFunction, url: Expression): boolean {
  const values = url.kind === 'name' ? code.names.valuesOf(source, fn, url).map(({ value }) => value) : [url];
  return values.some(
    (value) => value.kind === 'member' && isAddress(value.name) && OTHERS_RECORDS.test(lastPart(value.object)),
  );
}

/** Whether the names that an address is made of are those of another service of the system. */
export function namesOwnService(
  code: PythonCode,
  source: SourceCode,
  fn: CodeFunction,
  url: Expression,
  steps = 0,
): boolean {
  const parts = [...expressionsOf(url)];
  const names = parts.filter((part) => !isPath(code, source, fn, part)).map(nameIn);
  if (names.some(namesOthers)) return false;
  const made = url.kind === 'name' ? code.names.valuesOf(source, fn, url) : [];
  if (made.some(({ value }) => [...expressionsOf(value)].some((part) => namesOthers(nameIn(part))))) return false;
  if (names.some(isOwnName)) return true;
  if (steps >= MAX_STEPS) return false;
  const isOwn = (place: ValuePlace): boolean =>
    namesOwnService(code, place.source, place.function, place.value, steps + 1);
  return parts.some((part) => {
    const { values, given } = originsOf(code, source, fn, part);
    return values.some(isOwn) || (given.length > 0 && given.every(isOwn));
  });
}

/** Whether a name that an address is made of is that of somebody else's: `webhook_url`, `settings.calendar_url`. */
export function namesOthersService(
  code: PythonCode,
  source: SourceCode,
  fn: CodeFunction,
  url: Expression,
  steps = 0,
): boolean {
  const parts = [...expressionsOf(url)];
  if (parts.some((part) => namesOthers(nameIn(part)))) return true;
  if (steps >= MAX_STEPS) return false;
  const isOthers = (place: ValuePlace): boolean =>
    namesOthersService(code, place.source, place.function, place.value, steps + 1);
  return parts.some((part) => {
    const { values, given } = originsOf(code, source, fn, part);
    return values.some(isOthers) || given.some(isOthers);
  });
}

/** What a name in an address was assigned, else what callers give for it. */
function originsOf(
  code: PythonCode,
  source: SourceCode,
  fn: CodeFunction,
  part: Expression,
): { readonly values: readonly ValuePlace[]; readonly given: readonly ValuePlace[] } {
  if (part.kind !== 'member' && part.kind !== 'name') return { values: [], given: [] };
  const values = code.names.valuesOf(source, fn, part);
  const isGiven = values.length === 0 && part.kind === 'name';
  return { values, given: isGiven ? givenFor(code, source, fn, part.name) : [] };
}

/** Whether a name only stands for a path: `self.LABELS_URL = "/api/labels"` says nothing of who answers. */
function isPath(code: PythonCode, source: SourceCode, fn: CodeFunction, part: Expression): boolean {
  if (part.kind !== 'member' && part.kind !== 'name') return false;
  const values = code.names.valuesOf(source, fn, part);
  return values.length > 0 && values.every(({ value }) => value.kind === 'text' && value.pieces[0]?.startsWith('/'));
}

/** The name of a variable, an attribute, a setting's key. */
function nameIn(part: Expression): string {
  if (part.kind === 'text') return part.value ?? '';
  return part.kind === 'name' || part.kind === 'member' ? part.name : '';
}

function namesOthers(name: string): boolean {
  return isAddress(name) && isOfOthers(name);
}

function isOwnName(name: string): boolean {
  return isAddress(name) && !isOfOthers(name) && wordsOf(name).some((word) => !SAYS_NOTHING.test(word));
}

function isAddress(name: string): boolean {
  return /^\w{4,60}$/.test(name) && wordsOf(name).some((word) => ADDRESS.test(word));
}

function isOfOthers(name: string): boolean {
  return destinationOfName(name) !== 'unknown' || isProduct(name) || wordsOf(name).some((word) => OF_OTHERS.test(word));
}

/** Whether a host has the name of a product or of what is usually somebody else's, and does not call itself a service. */
export function isOthersHost(host: string): boolean {
  const name = host.split('.')[0]!.replace(/-/g, '_');
  if (destinationOfName(name) !== 'unknown' || isProduct(name)) return true;
  return !/_(service|svc|api|app|backend)$/i.test(name) && isOfOthers(name);
}

function wordsOf(name: string): readonly string[] {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split('_');
  return words.filter((word) => word !== '');
}
