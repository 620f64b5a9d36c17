import type { CodeFunction, Field } from '../../syntax/code/code';
import type { Call, Expression } from '../../syntax/code/expression';
import { bindingOf } from '../code/bindings';
import { dotted, qualified } from '../code/names';
import type { Program } from '../code/program';
import type { SourceCode } from '../code/sourceCode';
import type { Place } from './modules';
import { isSentByFetch } from './axiosAdapter';
import { clientOf, modulesThrough, transportOf } from './nodeTables';
import { entryOf, possibleValues } from './values';

/** A request that leaves the process. */
export interface OutgoingCall {
  readonly source: SourceCode;
  readonly function: CodeFunction;
  readonly call: Call;
  /** `fetch`, `axios`, `undici`. */
  readonly client: string;
  /** What it is sent through, and so what must be instrumented. */
  readonly transport: string;
  readonly url: Place | undefined;
  /** Makes a client with the address of all that is asked by it: `ky.create({ prefixUrl })`. */
  readonly isMaker?: true;
}

const VERBS =
  /^(get|post|put|patch|delete|del|head|options|request|fetch|stream|pipeline|extend|create|\$fetch|ofetch|GET|POST|PUT|PATCH|DELETE)$/;

/** The requests in a function, not in those inside it. */
export function outgoingIn(program: Program, source: SourceCode, fn: CodeFunction): OutgoingCall[] {
  return source.callsIn(fn).flatMap((call) => outgoingOf(program, source, fn, call) ?? []);
}

/** All requests of a program, or those that are sent through one transport: only files that may hold such are parsed. */
export function outgoingCalls(program: Program, transport?: string): OutgoingCall[] {
  const known = keptFor(program, transport ?? '');
  return program.sources.flatMap((source): readonly OutgoingCall[] => {
    let calls = known.get(source);
    if (calls === undefined) known.set(source, (calls = callsThrough(program, source, transport)));
    return calls;
  });
}

function callsThrough(program: Program, source: SourceCode, transport: string | undefined): readonly OutgoingCall[] {
  if (!mayCall(source) || (transport !== undefined && !maySendThrough(source, transport))) return [];
  const found = source.code.functions.flatMap((fn) => outgoingIn(program, source, fn));
  return transport === undefined ? found : found.filter((one) => one.transport === transport);
}

type Calls = Map<SourceCode, readonly OutgoingCall[]>;

const kept = new WeakMap<object, Map<string, Calls>>();

/** What was found in the files of a program, for all programs of the same files. */
function keptFor({ files }: Program, transport: string): Calls {
  let byTransport = kept.get(files);
  if (byTransport === undefined) kept.set(files, (byTransport = new Map<string, Calls>()));
  let known = byTransport.get(transport);
  if (known === undefined) byTransport.set(transport, (known = new Map<SourceCode, readonly OutgoingCall[]>()));
  return known;
}

function mayCall(source: SourceCode): boolean {
  return source.has(
    /\bfetch\b|axios|undici|\bgot\b|superagent|needle|\bky\b|ofetch|httpService|HttpService|https?['"]|wretch|phin|bent|trpc|hono\/client|\/eden|connect-web|@apollo|urql|graphql-request|http-proxy|reply-from|@angular\/common\/http/,
  );
}

/** Clients that are made in one file and used in others. */
const SHARED = /axios|got\b|\bky\b|ofetch|openapi-fetch|HttpService|undici|@angular\/common\/http/;

/** Whether a file imports a client of a transport, uses one that is made elsewhere, or (undici) the global `fetch`. */
function maySendThrough(source: SourceCode, transport: string): boolean {
  if (source.has(SHARED) || (transport === 'undici' && source.has(/\bfetch\b/))) return true;
  return modulesThrough(transport).some((module) => source.has(`'${module}`) || source.has(`"${module}`));
}

/** `context.with(suppressTracing(context.active()), () => fetch(url))`: whoever wrote it wants no trace of the request. */
function isSuppressed(source: SourceCode, fn: CodeFunction, { start }: Call): boolean {
  if (!source.has(/\bsuppressTracing\(/)) return false;
  const around = [fn, ...source.around(fn)].flatMap((one) => source.callsIn(one));
  return around.some(({ callee, args: [given], start: from, end }) => {
    if (from >= start || end <= start || callee.kind !== 'member' || callee.name !== 'with') return false;
    return given !== undefined && /\bsuppressTracing\(/.test(source.textOf(given.value));
  });
}

/** A call as a request whose trace goes on; undefined for anything else. */
export function outgoingOf(
  program: Program,
  source: SourceCode,
  fn: CodeFunction,
  call: Call,
): OutgoingCall | undefined {
  const { callee } = call;
  if (isSuppressed(source, fn, call)) return undefined;
  const at = { source, function: fn, call };
  if (isGlobalFetch(source, fn, callee) || isGivenFetch(program, source, fn, callee))
    return { ...at, client: 'fetch', transport: 'undici', url: urlOf(at) };
  const name = qualified(source, fn, callee);
  const module = name === undefined ? undefined : moduleOf(name);
  if (module !== undefined) return ofModule(program, at, module, name!.slice(module.length + 1));
  if (callee.kind === 'member' && VERBS.test(callee.name)) return ofInstance(program, at, callee.object);
  if (callee.kind === 'member' && callee.name === 'register') return ofFastifyProxy(at);
  return isMade(source, fn, callee) ? ofInstance(program, at, callee) : undefined;
}

/** Fastify's proxies send what they take in through undici: `app.register(proxy, { upstream: 'http://orders:3000' })`. */
const FASTIFY_PROXY = /^@fastify\/(http-proxy|reply-from)$/;

function ofFastifyProxy({ source, function: fn, call }: At): OutgoingCall | undefined {
  if (!source.has(/http-proxy|reply-from/)) return undefined;
  const [plugin, options] = call.args;
  const module = plugin && qualified(source, fn, plugin.value)?.replace(/\.default$/, '');
  if (module === undefined || !FASTIFY_PROXY.test(module) || options?.value.kind !== 'object') return undefined;
  const upstream = entryOf(options.value, 'upstream') ?? entryOf(options.value, 'base');
  if (upstream === undefined || entryOf(options.value, 'http2') !== undefined) return undefined;
  const url = { source, function: fn, expression: upstream.value };
  return { source, function: fn, call, client: module, transport: 'undici', url, isMaker: true };
}

/** `const inventory = ofetch.create({ baseURL })`, which is itself called: `inventory('/stock')`. */
function isMade(source: SourceCode, fn: CodeFunction, callee: Expression): boolean {
  if (callee.kind !== 'name' || !source.has(MAKES)) return false;
  const binding = bindingOf(source, fn, callee.name);
  return binding?.kind === 'variable';
}

/** Clients that are functions, made with options. */
const MAKES = /\b(?:axios|got|ky|ofetch|\$fetch)\s*\.\s*(?:create|extend)\s*\(/;

function isGlobalFetch(source: SourceCode, fn: CodeFunction, callee: Expression): boolean {
  const written = dotted(callee);
  if (written === 'globalThis.fetch' || written === 'global.fetch') return true;
  return written === 'fetch' && bindingOf(source, fn, 'fetch') === undefined;
}

/** `fetchImpl(url)`, `this.fetch(url)`, where it is the global one unless somebody gives another: tests do. */
function isGivenFetch(program: Program, source: SourceCode, fn: CodeFunction, callee: Expression): boolean {
  if ((callee.kind !== 'name' && callee.kind !== 'member') || !/fetch/i.test(callee.name)) return false;
  if (!source.has(FETCH_AS_VALUE)) return false;
  const values = possibleValues(program, { source, function: fn, expression: callee });
  const isClient = (place: Place): boolean =>
    !isGlobalFetch(place.source, place.function, place.expression) &&
    moduleOf(qualified(place.source, place.function, place.expression) ?? '') !== undefined;
  return (
    values.some((place) => isGlobalFetch(place.source, place.function, place.expression)) && !values.some(isClient)
  );
}

/** The function itself, which is handed on or kept. */
const FETCH_AS_VALUE = /(?:[=:?(,]|return)\s*(?:globalThis\.|global\.|window\.)?fetch\b(?!\s*[(:.?])/;

/** The client module that a qualified name begins with: names of packages have dots and slashes too. */
function moduleOf(name: string): string | undefined {
  const parts = name.split('.');
  for (let length = parts.length; length > 0; length--) {
    const module = parts.slice(0, length).join('.');
    if (transportOf(module) !== undefined) return module;
  }
  return undefined;
}

type At = Pick<OutgoingCall, 'source' | 'function' | 'call'>;

function ofModule(program: Program, at: At, module: string, member: string): OutgoingCall | undefined {
  const transport = transportOf(module)!;
  const { call } = at;
  const plain = module.replace(/^node:/, '');
  const makers = clientOf(module)?.makers;
  if (makers !== undefined) return makers.includes(member) ? madeWith(program, at, plain, transport) : undefined;
  if (call.isNew === true) {
    const isPool = plain === 'undici' && /^(Pool|Client)$/.test(member);
    return isPool ? { ...at, client: plain, transport, url: urlOf(at) } : undefined;
  }
  if ((plain === 'http' || plain === 'https') && !/^(get|request)$/.test(member)) return undefined;
  if (member !== '' && !VERBS.test(member.split('.').at(-1)!) && plain !== 'openapi-fetch') return undefined;
  const isMaker = MAKER.test(member) || (plain === 'openapi-fetch' && !VERBS.test(member));
  return {
    ...at,
    client: plain,
    transport: plain === 'axios' && isSentByFetch(program, [at]) ? 'undici' : transport,
    url: addressOf(program, at, member),
    ...(isMaker && baseOf(program, { ...at, expression: call }, call) !== undefined ? { isMaker: true as const } : {}),
  };
}

const MAKER = /(^|\.)(create|extend)$/;

/** `hc<Api>(url)`, `httpBatchLink({ url })`; one that is given a `fetch` of its own sends by that. */
function madeWith(program: Program, at: At, client: string, transport: string): OutgoingCall | undefined {
  const [first] = at.call.args;
  const isOptions = first?.value.kind === 'object';
  if (at.call.args.some(({ value }) => value.kind === 'object' && entryOf(value, 'fetch') !== undefined))
    return undefined;
  const url = isOptions ? baseOf(program, { ...at, expression: at.call }, at.call) : urlOf(at);
  return url && { ...at, client, transport, url, isMaker: true };
}

/** `const api = axios.create({ baseURL })`, then `api.get('/orders')`; Nest's `HttpService`. */
function ofInstance(program: Program, at: At, object: Expression): OutgoingCall | undefined {
  const { source, function: fn } = at;
  if (!source.has(SHARED)) return undefined;
  if (isHttpService(source, fn, object, 'HttpService'))
    return { ...at, client: '@nestjs/axios', transport: 'http', url: urlOf(at) };
  // Angular's, which pages send by: Node sends nothing by XHR.
  if (source.has('@angular/common/http') && isHttpService(source, fn, object, 'HttpClient'))
    return { ...at, client: '@angular/common/http', transport: 'xhr', url: urlOf(at) };
  if (object.kind !== 'name' && object.kind !== 'member') return undefined;
  for (const value of possibleValues(program, { source, function: fn, expression: object })) {
    if (value.expression.kind !== 'call') continue;
    const made = qualified(value.source, value.function, value.expression.callee);
    const module = made === undefined ? undefined : moduleOf(made);
    if (module === undefined || value.expression === at.call) continue;
    const base = baseOf(program, value, value.expression);
    const usesFetch = module === 'axios' && isSentByFetch(program, [at, { ...value, call: value.expression }]);
    const transport = usesFetch ? 'undici' : transportOf(module)!;
    return { ...at, client: module, transport, url: base ?? urlOf(at) };
  }
  return undefined;
}

/** `this.http`, of a class that is given one or injects one: `private http = inject(HttpClient)`. */
function isHttpService(source: SourceCode, fn: CodeFunction, object: Expression, service: string): boolean {
  if (object.kind === 'member' && object.name === 'axiosRef') return isHttpService(source, fn, object.object, service);
  if (object.kind !== 'member' || object.object.kind !== 'name' || object.object.name !== 'this') return false;
  const isOf = (one: Field): boolean =>
    one.type === service || (one.value !== undefined && source.textOf(one.value) === `inject(${service})`);
  return source.typeOf(fn)?.fields.some((one) => one.name === object.name && isOf(one)) ?? false;
}

/** The base address among the options of `create`. */
function baseOf(program: Program, place: Place, call: Call): Place | undefined {
  for (const { value } of call.args) {
    for (const options of possibleValues(program, { ...place, expression: value })) {
      if (options.expression.kind !== 'object') continue;
      for (const key of ['baseURL', 'baseUrl', 'prefixUrl', 'url', 'uri']) {
        const entry = entryOf(options.expression, key);
        if (entry) return { ...options, expression: entry.value };
      }
    }
  }
  return undefined;
}

function addressOf(program: Program, at: At, member: string): Place | undefined {
  const [first] = at.call.args;
  const isOptions = first?.value.kind === 'object' || MAKER.test(member) || member === '';
  return (isOptions ? baseOf(program, { ...at, expression: at.call }, at.call) : undefined) ?? urlOf(at);
}

function urlOf({ source, function: fn, call }: At): Place | undefined {
  const [first] = call.args;
  return first && first.spread !== true ? { source, function: fn, expression: first.value } : undefined;
}
