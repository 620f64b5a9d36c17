import type { Call, Entry, Expression } from '../../../syntax/code/expression';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Piece } from '../../../syntax/code/piece';
import { dotted } from '../../code/names';
import type { Program } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import { statementsIn } from '../../code/walk';
import type { Place } from '../modules';
import { calledFunction, entryOf, possibleValues, returnsOf } from '../values';

/** A request to the own API, or a client that is made for it. */
export interface ApiRequest {
  readonly source: SourceCode;
  readonly piece: Piece;
  /** The setting that holds the address, or the helper that gives it. */
  readonly name: string;
  /** How the address is written. */
  readonly written: string;
}

/** Settings, and helpers that give them, whose name alone says that the address is no vendor's. */
const OWN_NAME =
  /^((NEXT_PUBLIC|VITE|REACT_APP|PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC)_(APP_)?)?(\w*(BACKEND|GATEWAY)_?\w*(URL|URI|HOST|ENDPOINT|BASE|ORIGIN)\w*|(BASE_)?API_(BASE_)?(URL|URI|HOST|ENDPOINT|ORIGIN))$|^(get|require|resolve)?(backend|gateway|ownApi)(Api|Base)*(Url|Uri|Host|Origin)$/i;

/** Stands in each text that has a name of {@link OWN_NAME}. */
const SPEAKS_OF_OWN =
  /(?:BACKEND|GATEWAY|OWNAPI)\w*(?:URL|URI|HOST|ENDPOINT|BASE|ORIGIN)|API_(?:BASE_)?(?:URL|URI|HOST|ENDPOINT|ORIGIN)/i;

/** What makes clients of an API, and the options that hold its address. */
interface Maker {
  readonly makes: RegExp;
  /** What stands, besides a key, in each file that makes one: the others need not be parsed. */
  readonly speaks?: RegExp;
  readonly keys: readonly string[];
  /** The module it comes from, where its name alone says too little. */
  readonly from?: RegExp;
  /** Any class that is made with such an option is a client. */
  readonly orNew?: true;
}

const MAKERS: readonly Maker[] = [
  { makes: /^create|Client$|^fetchBaseQuery$/, keys: ['baseUrl', 'baseURL', 'prefixUrl'], orNew: true },
  { makes: /^ApolloClient$|Link$/, speaks: /(?:ApolloClient|Link)\b/, keys: ['uri', 'url'] },
  { makes: /^(createClient|Client)$/, speaks: /urql/, keys: ['url'], from: /urql/ },
  { makes: /^Configuration$/, speaks: /\bConfiguration\b/, keys: ['basePath'] },
  { makes: /^configure$/, speaks: /aws-amplify/, keys: ['endpoint'], from: /^(aws-amplify|@aws-amplify\/.+)$/ },
];

const DEFAULT_SET = /\.(?:defaults\.baseURL|BASE)\s*=/;

/** Options of options: `{ API: { endpoints: [{ endpoint }] } }`. */
const MAX_DEPTH = 4;

/**
 * A client of the own API that is made with its address: `new Medusa({ baseUrl: getBackendUrl() })`,
 * `new HttpLink({ uri: process.env.REACT_APP_API_URL })`, `axios.defaults.baseURL = import.meta.env.VITE_API_URL`.
 */
export function apiClient(program: Program, isThere: (source: SourceCode) => boolean): ApiRequest | undefined {
  if (!program.sources.some((source) => source.has(SPEAKS_OF_OWN))) return undefined;
  for (const source of program.sources) {
    if (!mayMake(source) || !isThere(source)) continue;
    for (const fn of source.code.functions) {
      const found = madeIn(program, source, fn) ?? defaultIn(program, source, fn);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function mayMake(source: SourceCode): boolean {
  if (source.has(/GraphQLClient/) || source.has(DEFAULT_SET)) return true;
  return MAKERS.some(
    ({ keys, speaks }) => (speaks === undefined || source.has(speaks)) && keys.some((key) => source.has(key)),
  );
}

function madeIn(program: Program, source: SourceCode, fn: CodeFunction): ApiRequest | undefined {
  for (const call of source.callsIn(fn)) {
    for (const base of addressesOf(source, call)) {
      const name = ownNameOf(program, { source, function: fn, expression: base });
      if (name !== undefined) return { source, piece: call, name, written: source.textOf(base) };
    }
  }
  return undefined;
}

/** The addresses among what a client is made with. */
function addressesOf(source: SourceCode, call: Call): Expression[] {
  const maker = dotted(call.callee)?.split('.').at(-1) ?? '';
  const [first] = call.args;
  if (maker === 'GraphQLClient' && first !== undefined && first.value.kind !== 'object') return [first.value];
  const keys = MAKERS.filter(
    ({ makes, from, orNew }) =>
      (makes.test(maker) || (call.isNew === true && orNew === true)) &&
      (from === undefined || source.code.imports.some((one) => from.test(one.from))),
  ).flatMap((one) => one.keys);
  if (keys.length === 0) return [];
  const depth = maker === 'configure' ? MAX_DEPTH : 0;
  return call.args.flatMap(({ value }) => entriesOf(value, keys, depth).map((entry) => entry.value));
}

function entriesOf(options: Expression, keys: readonly string[], depth: number): Entry[] {
  if (options.kind === 'list') return options.items.flatMap(({ value }) => entriesOf(value, keys, depth));
  if (options.kind !== 'object') return [];
  const own = keys.flatMap((key) => entryOf(options, key) ?? []);
  return depth === 0 ? own : [...own, ...options.entries.flatMap(({ value }) => entriesOf(value, keys, depth - 1))];
}

/** `axios.defaults.baseURL = …`, `OpenAPI.BASE = …` of generated clients. */
function defaultIn(program: Program, source: SourceCode, fn: CodeFunction): ApiRequest | undefined {
  if (!source.has(DEFAULT_SET)) return undefined;
  for (const statement of statementsIn(fn.body)) {
    const [target] = statement.kind === 'assign' ? statement.targets : [];
    const [value] = statement.kind === 'assign' ? statement.values : [];
    if (target === undefined || value === undefined) continue;
    if (!/\.defaults\.baseURL$|^OpenAPI\.BASE$/.test(dotted(target) ?? '')) continue;
    const name = ownNameOf(program, { source, function: fn, expression: value });
    if (name !== undefined) return { source, piece: target, name, written: source.textOf(value) };
  }
  return undefined;
}

/** The name of a setting of the own API, or of a helper that gives its address, by which an address comes about. */
function ownNameOf(program: Program, place: Place, depth = 0): string | undefined {
  const { expression } = place;
  if (expression.kind === 'text' && expression.pieces[0] === '')
    return expression.holes[0] && ownNameOf(program, { ...place, expression: expression.holes[0] }, depth + 1);
  const name = dotted(expression.kind === 'call' ? expression.callee : expression)
    ?.split('.')
    .at(-1);
  if (name !== undefined && OWN_NAME.test(name)) return name;
  if (depth > 3) return undefined;
  const called =
    expression.kind === 'call' ? calledFunction(program, place.source, place.function, expression.callee) : undefined;
  const next = called ? returnsOf(called.source, called.function) : possibleValues(program, place);
  // Where nothing is set it is asked at the own origin.
  if (next.some((one) => one.expression.kind === 'text' && /^\/(?!\/)/.test(one.expression.pieces[0] ?? '')))
    return undefined;
  for (const one of next) {
    const found = one.expression === expression ? undefined : ownNameOf(program, one, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
