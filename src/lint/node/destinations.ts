import type { Expression } from '../../syntax/code/expression';
import { dotted } from '../code/names';
import type { Program } from '../code/program';
import { destinationOfName, destinationOfUrl, isVendorPath, type Destination } from '../code/thirdParty';
import type { Place } from './modules';
import { possibleValues } from './values';

/** Who answers a request, and whether its address is relative, which only browsers can resolve. */
export type Answerer = Destination | 'relative';

/** Texts and names are followed this far. */
const MAX_DEPTH = 6;

/** Who answers at the address that an expression gives. */
export function answererOf(program: Program, place: Place | undefined): Answerer {
  if (place === undefined) return 'unknown';
  const found = answerersOf(program, place, 0);
  for (const one of ['own', 'third-party', 'public', 'relative'] as const) if (found.includes(one)) return one;
  return 'unknown';
}

function answerersOf(program: Program, place: Place, depth: number): Answerer[] {
  if (depth > MAX_DEPTH) return ['unknown'];
  const written = named(place.expression);
  const own = isOwnName(place.expression);
  return possibleValues(program, place).map((value) => {
    const found = answererOfValue(program, value, depth);
    if (found === 'public' && own) return 'unknown';
    return found === 'unknown' ? (written ?? 'unknown') : found;
  });
}

/** `config.backendUrl` is a service of the own system, although its default is an address on the internet. */
function isOwnName(expression: Expression): boolean {
  const name = dotted(expression)?.split('.').at(-1) ?? '';
  return /(^|_)(backend|internal|microservice|svc|bff)(_|$)/i.test(name.replace(/([a-z0-9])([A-Z])/g, '$1_$2'));
}

/** `${base}/embeddings`: what is asked of model providers right below the address that is set. */
const MODEL_PATH = /^x\/(embeddings|rerank|completions)$/i;

/** The own API may hand out tokens, too. */
function asksVendor(expression: Expression): boolean {
  if (expression.kind !== 'text') return false;
  const path = expression.pieces.join('x');
  if (!isVendorPath(path) && !MODEL_PATH.test(path)) return false;
  return !beginsWithOwnBase(expression);
}

/** `${config.apiBaseUrl}/oauth/token`: the setting is called after the own API, whatever is asked of it. */
export function beginsWithOwnBase(expression: Expression): boolean {
  const head = expression.kind === 'text' && expression.pieces[0] === '' ? expression.holes[0] : undefined;
  const name = (head && dotted(head))?.split('.').at(-1) ?? '';
  return /^(own|backend|gateway|internal)_?(api)?_?(base)?_?(url|uri|host|origin)$|^api_?base_?ur[li]$/i.test(name);
}

function answererOfValue(program: Program, value: Place, depth: number): Answerer {
  const { expression } = value;
  if (depth === 0 && asksVendor(expression)) return 'third-party';
  const inner = (part: Expression): Answerer => {
    const found = answerersOf(program, { ...value, expression: part }, depth + 1);
    return found.find((one) => one !== 'unknown') ?? 'unknown';
  };
  switch (expression.kind) {
    case 'text': {
      const [first = ''] = expression.pieces;
      if (/^[a-z][a-z0-9+.-]*:\/\/[^/]*$/i.test(first) && expression.holes.length > 0) {
        const host = /:\/\/(.*)$/.exec(first)![1]!;
        if (host !== '')
          return destinationOfUrl(`${first}x`) === 'third-party' ? 'third-party' : inner(expression.holes[0]!);
        return suffixOf(expression.pieces) ?? inner(expression.holes[0]!);
      }
      if (first !== '' || expression.holes.length === 0)
        return /^\/(?!\/)/.test(first) ? 'relative' : destinationOfUrl(first);
      return inner(expression.holes[0]!);
    }
    case 'binary':
      return expression.operator === '+' ? inner(expression.left) : 'unknown';
    case 'call':
      return answererOfCall(expression, inner);
    case 'member':
    case 'name':
    case 'index':
      return named(expression) ?? 'unknown';
    default:
      return 'unknown';
  }
}

/** Asks whether a service is up: the answer is no part of anybody's trace. */
const PROBE = /\/(health\w*|health[_-]?checks?|ready|readyz|readiness|live|livez|liveness|ping)\/?$/i;

/** What Prometheus scrapes, at the top of a server. */
const SCRAPED = /^(https?:\/\/[^/]+|:\d+)?\/metrics$/;

/** `http://${host}:3000/health`. */
export function isProbe(program: Program, url: Place | undefined): boolean {
  if (url === undefined) return false;
  const values = possibleValues(program, url);
  return values.every(({ expression }) => {
    const end = expression.kind === 'binary' && expression.operator === '+' ? expression.right : expression;
    const last = end.kind === 'text' ? (end.pieces.at(-1) ?? '') : '';
    return PROBE.test(last) || SCRAPED.test(last);
  });
}

/** `https://${tenant}.auth0.com/…`: what follows the hole says whose it is. */
function suffixOf(pieces: readonly string[]): Answerer | undefined {
  const host = /^(\.[\w.-]+)/.exec(pieces[1] ?? '')?.[1];
  return host !== undefined && destinationOfUrl(`https://x${host}`) === 'third-party' ? 'third-party' : undefined;
}

function answererOfCall(call: Extract<Expression, { kind: 'call' }>, inner: (part: Expression) => Answerer): Answerer {
  const [first, base] = call.args;
  const isUrl = call.isNew === true && call.callee.kind === 'name' && call.callee.name === 'URL';
  if (isUrl && base) return inner(base.value);
  if (isUrl && first) {
    const found = inner(first.value);
    // An address of its own that came with data, as `new URL(callback)`, is anybody's.
    const isGiven =
      first.value.kind === 'name' &&
      /^(callback|redirect|link|href|target|image|avatar|file|feed)/i.test(first.value.name);
    return found === 'unknown' && isGiven ? 'public' : found;
  }
  const { callee } = call;
  // `url.toString()`, `BASE.replace(/\/$/, '')`
  if (callee.kind === 'member' && /^(toString|replace|replaceAll|trim|concat|href|slice)$/.test(callee.name))
    return inner(callee.object);
  // `configService.get('GITHUB_URL')`
  if (first?.value.kind === 'text') return destinationOfSetting(first.value.value ?? '');
  return named(callee) ?? 'unknown';
}

function named(expression: Expression): Answerer | undefined {
  if (expression.kind === 'index') {
    const [key] = expression.indexes;
    return key?.kind === 'text' ? known(destinationOfSetting(key.value ?? '')) : undefined;
  }
  const written = dotted(expression);
  return written === undefined ? undefined : known(destinationOfSetting(written));
}

function known(found: Destination): Destination | undefined {
  return found === 'unknown' ? undefined : found;
}

/** Stands in for a service while developing, where nobody looks for a trace. */
const STAND_IN = /(^|[_.])(local_dev|mock|stub|fake|localstack|wiremock|mailhog|mailpit)(_|$)/i;

/** `TOKEN_LIST_URL`, `feedUrl` hold the address of a document that somebody publishes, not of a service. */
function destinationOfSetting(name: string): Destination {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2');
  if (STAND_IN.test(words)) return 'third-party';
  return /(^|[_.])(list|feed|rss|sitemap|dataset|csv|image|avatar|logo|license)_ur[li]$/i.test(words)
    ? 'public'
    : destinationOfName(name);
}
