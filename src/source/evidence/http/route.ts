import { firstText } from '../../../model/attributes';
import type { OperationKey } from '../../../model/operation';
import { callsiteCandidate, NO_PLACES, ownerCandidate, typeCandidate } from '../../candidate';
import type { Candidate, EvidenceContext, FoundPlaces, Undecided } from '../../candidate';
import type { FoundFunction } from '../../implementations';
import { autoloadPrefixes } from '../../index/autoloadPrefixes';
import { GLOBAL_PREFIX, type RouteEntry } from '../../index/entries';
import type { Entry } from '../../index/keyedTable';
import { nestPrefixes } from '../../index/nestPrefixes';
import { endKeys, endsWith, isStatic, PARAMETER, parseRoute, pathKeys, type RouteShape } from '../../index/routeShape';
import type { RoutePrefix } from '../../index/routePrefixes';
import { missInReach } from '../../missed';
import { rpcEvidence } from '../calls/rpc';
import { goaMethods } from './goaMethods';
import { httpLayer } from './httpLayer';
import { transcodedRpc } from './protoRoutes';
import { razorPageHandlers } from './razorPages';
import { CONFIDENCE, SHARED } from '../confidences';

const METHODS: ReadonlySet<string> = new Set([
  ...['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'],
  ...['HTTP', '_OTHER'],
]);
const METHOD_ATTRIBUTES = ['http.request.method', 'http.method', 'method', 'router.method', 'restify.method'];

/** A method and a template as a span names them; an undefined method is not known. */
interface SpanRoute {
  readonly method: string | undefined;
  readonly text: string;
  /** The handler's name, where the span of a layer has it. */
  readonly function: string | undefined;
  /** Whether `text` is the route's name in place of its path; undefined where it may be. */
  readonly isName?: boolean | undefined;
  /** Whether `text` is only the span's name: it may be the path that was asked for, in place of a template. */
  readonly isPath: boolean;
}

/** Stands for the framework of entries that have a route's name in place of its path. */
const ROUTE_NAME = 'name';

/**
 * How much of the path the registration accounts for: all of it; its end, behind static segments; an end of parameters
 * alone, in a file that bears the resource's name; or an end that proves little.
 */
type Tier = 'whole' | 'end' | 'resource' | 'weak';

interface Match {
  readonly entry: Entry<RouteEntry>;
  readonly tier: Tier;
  /** Segments matched. */
  readonly covered: number;
  /** Same method, not just one that stands for all. */
  readonly sameMethod: boolean;
  readonly sameNames: boolean;
}

/**
 * Method and route of an incoming request to the handler that is registered for it. Calls going out are never matched:
 * their route is another service's.
 */
export function routeEvidence(operation: OperationKey, context: EvidenceContext): FoundPlaces {
  const wanted = spanRoute(operation);
  return wanted === undefined ? NO_PLACES : placesOfRoute(wanted, operation, context);
}

async function placesOfRoute(
  wanted: SpanRoute,
  operation: OperationKey,
  context: EvidenceContext,
): Promise<readonly Candidate[]> {
  const matches = ofPlug(bestMatches(wanted, context), operation);
  if (matches.length === 0) {
    const elsewhere = await unregistered(wanted, operation, context);
    if (elsewhere.length > 0) return elsewhere;
    const what = wanted.method === undefined ? wanted.text : `${wanted.method} ${wanted.text}`;
    missInReach(`registers a handler for ${what}`, operation, context);
    return [];
  }
  const [first] = matches;
  const all =
    matches.length === 1
      ? await handlerPlaces(first!, wanted, context)
      : (await Promise.all(matches.map((match) => handlerPlaces(match, wanted, context)))).flat();
  if (all.length === 1) return all;
  const handlers = all.filter(({ anchor }) => anchor === 'owner');
  const places = handlers.length > 0 ? handlers : all;
  const distinct = [...new Map(places.map((place) => [`${place.file.path}:${place.line}`, place])).values()];
  const named = distinct.filter(({ symbol }) => wanted.function !== undefined && endsIn(symbol, wanted.function));
  const best = named.length > 0 ? named : distinct;
  if (best.length === 1) return best;
  const undecided = wanted.method === undefined ? withoutMethod(wanted, matches) : undefined;
  return best.map((place) => ({ ...place, confidence: Math.min(SHARED.route, place.confidence), undecided }));
}

/** Requests that no code registers a handler for: Razor's pages answer by where they lie, transcoded RPCs by their rules. */
async function unregistered(
  { method, text }: SpanRoute,
  operation: OperationKey,
  context: EvidenceContext,
): Promise<readonly Candidate[]> {
  const pages = await razorPageHandlers(text, method, context);
  const confidence = pages.length > 1 ? SHARED.route : CONFIDENCE.route.whole;
  const because = { kind: 'route', confidence, text: `page ${method ?? ''} ${text}` } as const;
  if (pages.length > 0) return pages.map(({ file, facts, index }) => ownerCandidate(file, facts, index, because));
  const rpc = text.startsWith('/') ? await transcodedRpc(text, method, context) : undefined;
  if (rpc === undefined) return [];
  const attributes = new Map([
    ['rpc.service', rpc.service],
    ['rpc.method', rpc.method],
  ]);
  return rpcEvidence({ ...operation, kind: 'SERVER', attributes }, context);
}

/** Phoenix says which of two handlers of a route it chose: a LiveView answers through a plug of its own. */
function ofPlug(matches: Match[], { attributes }: OperationKey): Match[] {
  const plug = firstText(attributes, ['phoenix.plug']);
  if (plug === undefined) return matches;
  const isLive = plug.includes('Phoenix.LiveView');
  const same = matches.filter(({ entry: { value } }) => {
    return value.handler.kind === 'name' && value.handler.name.endsWith('.mount') === isLive;
  });
  return same.length > 0 ? same : matches;
}

function endsIn(symbol: string, name: string): boolean {
  return symbol === name || symbol.endsWith(`.${name}`);
}

/** Says why handlers cannot be told apart where they differ by method; undefined where they do not. */
function withoutMethod({ text }: SpanRoute, matches: readonly Match[]): Undecided | undefined {
  const methods = [...new Set(matches.map(({ entry }) => entry.value.method))];
  if (methods.length < 2) return undefined;
  return {
    text: `The span names no method, and ${text} is answered by one function for each of ${methods.join(', ')}`,
    cure: 'The server span around it names the method, and its place; or let the instrumentation write http.request.method here too (requestHook).',
  };
}

/** What the span says of its route: attributes, or a name such as `GET /orders/{id}`. */
export function spanRoute(operation: OperationKey): SpanRoute | undefined {
  const { attributes, kind, name } = operation;
  const layer = kind === 'INTERNAL' ? httpLayer(operation) : undefined;
  if (kind !== 'SERVER' && kind !== 'UNSPECIFIED' && layer?.answers !== true) return undefined;
  if (attributes.has('rpc.method') || attributes.has('rpc.service')) return undefined;
  const sent = firstText(attributes, METHOD_ATTRIBUTES);
  const stated = firstText(attributes, ['http.route', 'uri']) ?? layer?.route;
  const namesRoutes = isNamingRoutes(operation);
  const named = sent === undefined || stated === undefined ? nameParts(name, namesRoutes === true) : undefined;
  const route =
    stated ??
    (named && METHODS.has(named.method) ? named.route : kind === 'SERVER' && name.startsWith('/') ? name : undefined);
  if (route === undefined) return undefined;
  const upper = (sent ?? named?.method)?.toUpperCase();
  return {
    method: upper && METHODS.has(upper) && upper !== 'HTTP' && upper !== '_OTHER' ? upper : undefined,
    text: withoutSelectors(route),
    function: layer?.function,
    isName: route.includes('/') ? false : namesRoutes,
    isPath: stated === undefined && route.startsWith('/') && !/[{}<>:*[\]]/.test(route),
  };
}

/** `GET /orders/{id}`; of frameworks that send a route's name in place of its path, also `GET order_show`. */
function nameParts(name: string, namesRoutes: boolean): { method: string; route: string } | undefined {
  const pattern = namesRoutes ? /^(?!HTTP )([A-Z]+)\s+(\/\S*|[^\s:]+)$/ : /^([A-Z_]+)\s+(\/\S*|[^\s/]+\/\S*)$/;
  const parts = pattern.exec(name);
  return parts === null ? undefined : { method: parts[1]!, route: parts[2]! };
}

function withoutSelectors(route: string): string {
  // Express joins the paths of `app.get(['/a', '/b'], …)`: each of them means the same handler.
  const first = route.includes(',/') ? route.split(',/')[0]! : route;
  if (!first.includes('(')) return first;
  // Ktor's routes have the selectors that are no segments: `/api/(authenticate admin)/orders/(method:GET)`.
  return first.replace(/\/\((?:authenticate|RateLimit|method:|header:|accept|host|port)\b[^()]*\)/gi, '');
}

/** Instrumentations of PHP's frameworks that send a route's name where it has one, not its path; undefined if unknown. */
function isNamingRoutes({ scope, kind }: OperationKey): boolean | undefined {
  if (kind !== 'SERVER' || /php\.laravel$/.test(scope)) return false;
  return /^io\.opentelemetry\.contrib\.php\.(symfony|slim|cakephp|codeigniter|mezzio)/.test(scope) ? true : undefined;
}

function bestMatches(wanted: SpanRoute, context: EvidenceContext): Match[] {
  const near = nearMatches(wanted, AS_ROUTE, context);
  return narrow(near.length > 0 || !wanted.isPath ? near : nearMatches(wanted, AS_PATH, context));
}

/** How a registration compares with what a span says. */
type Compare = (
  entry: Entry<RouteEntry>,
  wanted: RouteShape,
  method: string | undefined,
  context: EvidenceContext,
) => Match | undefined;

/** How registrations are looked for. */
interface Search {
  /** Under which keys they may lie, each once. */
  readonly keysOf: (segments: readonly string[]) => readonly string[];
  readonly compare: Compare;
}

const AS_ROUTE: Search = { keysOf: endKeys, compare };
const AS_PATH: Search = { keysOf: pathKeys, compare: comparePath };

function nearMatches(wanted: SpanRoute, search: Search, context: EvidenceContext): Match[] {
  const matches: Match[] = [];
  const asName = { segments: [`name=${wanted.text}`], parameters: [] };
  const shapes = wanted.isName === true ? [asName] : parseRoute(wanted.text);
  // Frameworks of PHP send names, and paths without their first slash.
  if (wanted.isName === undefined && context.dialect === 'php' && !wanted.text.includes('/')) shapes.push(asName);
  for (const shape of shapes) {
    for (const key of search.keysOf(shape.segments)) {
      context.touch(`route:${key}`);
      for (const entry of context.reachedOf(context.index.routes.get(key))) {
        const match = search.compare(entry, shape, wanted.method, context);
        if (match) matches.push(match);
      }
    }
  }
  return context.scope.nearest(matches, ({ entry }) => context.files.get(entry.file)!);
}

/** Keeps the matches that beat all others, criterion by criterion. */
function narrow(matches: Match[]): Match[] {
  if (matches.length < 2) return matches;
  const criteria: ((match: Match) => number)[] = [
    (match) => CONFIDENCE.route[match.tier],
    (match) => match.covered,
    (match) => (match.sameMethod ? 1 : 0),
    (match) => (match.sameNames ? 1 : 0),
  ];
  let best = matches;
  for (const criterion of criteria) {
    const most = Math.max(...best.map(criterion));
    best = best.filter((match) => criterion(match) === most);
  }
  return best;
}

function isSameMethod(route: RouteEntry, method: string | undefined): boolean {
  return method !== undefined && (route.method === method || (method === 'HEAD' && route.method === 'GET'));
}

/**
 * A path that was asked for, `/orders/42`, to the templates it fits from end to end, as their router chooses: the more
 * constant segments, the nearer. Templates of parameters for the most part would fit anything.
 */
function comparePath(
  entry: Entry<RouteEntry>,
  { segments }: RouteShape,
  method: string | undefined,
  context: EvidenceContext,
): Match | undefined {
  const route = entry.value;
  const sameMethod = isSameMethod(route, method);
  if (!sameMethod) return undefined;
  const constants = prefixesOf(entry, context).map((prefix) => {
    const full = [...prefix.segments, ...route.segments];
    const fits =
      !route.openStart &&
      full.length === segments.length &&
      full.every((written, i) => written === PARAMETER || written === segments[i]);
    return fits ? full.filter(isStatic).length : 0;
  });
  const covered = Math.max(0, ...constants);
  if (covered === 0 || covered * 2 < segments.length) return undefined;
  return { entry, tier: 'whole', covered, sameMethod, sameNames: false };
}

function compare(
  entry: Entry<RouteEntry>,
  wanted: RouteShape,
  method: string | undefined,
  context: EvidenceContext,
): Match | undefined {
  const route = entry.value;
  const sameMethod = isSameMethod(route, method);
  if (method !== undefined && !sameMethod && route.method !== '*') return undefined;
  let best: { tier: Tier; covered: number } | undefined;
  for (const prefix of prefixesOf(entry, context)) {
    const full = [...prefix.segments, ...route.segments];
    if (!endsWith(wanted.segments, full, route.foldCase)) continue;
    const rest = wanted.segments.slice(0, wanted.segments.length - full.length);
    const isOpen = prefix.open || route.openStart;
    const tier = tierOf(full, rest, isOpen, entry.file, context);
    if (tier === undefined) continue;
    const isBetter = !best || CONFIDENCE.route[tier] > CONFIDENCE.route[best.tier];
    if (isBetter || (tier === best!.tier && full.length > best!.covered)) best = { tier, covered: full.length };
  }
  if (!best) return undefined;
  const names = route.parameters;
  const sameNames = names.every((name, i) => name === wanted.parameters[wanted.parameters.length - names.length + i]);
  return { entry, ...best, sameMethod, sameNames };
}

function prefixesOf(entry: Entry<RouteEntry>, context: EvidenceContext): RoutePrefix[] {
  const { receiver, homes, within, framework } = entry.value;
  if (framework === ROUTE_NAME) return [{ segments: [], open: false }];
  const router = { file: entry.file, names: [receiver, ...within], homes };
  const prefixes = context.index.prefixes.of(router, context.touch);
  if (framework === 'nest') {
    const reaches = (file: string): boolean => context.reaches(context.files.get(file));
    return nestPrefixes(entry.value, prefixes, { mounts: context.index.mounts, reaches, touch: context.touch });
  }
  // JAX-RS' application path is in front of every resource.
  if (framework === 'jax-rs') {
    const all = context.index.prefixes.of({ file: '', names: [GLOBAL_PREFIX], homes: [] }, context.touch);
    return [...prefixes, ...all.filter(({ segments }) => segments.length > 0)];
  }
  const file = context.files.get(entry.file)!;
  const folderOf = (path: string): string | undefined => context.files.get(path)?.folder;
  const loaded = autoloadPrefixes(file, context.index.mounts, folderOf, context.touch);
  if (loaded.length > 0) return [...prefixes.filter(({ open }) => !open), ...loaded];
  // Where autoload is set up in a way that cannot be read.
  const folders = framework === 'fastify' ? /(?:^|\/)routes\/(.+)\/[^/]+$/.exec(file.relative)?.[1] : undefined;
  if (folders !== undefined) prefixes.push({ segments: folders.split('/'), open: true });
  return prefixes;
}

/** @param rest what the span's route has in front of `full`. */
function tierOf(
  full: readonly string[],
  rest: readonly string[],
  isOpen: boolean,
  file: string,
  context: EvidenceContext,
): Tier | undefined {
  if (rest.length === 0) return 'whole';
  const constants = full.filter(isStatic).length;
  const path = context.files.get(file)?.relative ?? '';
  if (constants > 0) return constants > 1 || isExplained(rest, path) || isLocale(rest) ? 'end' : 'weak';
  if (!isOpen) return undefined;
  const resource = rest.at(-1)!;
  if (isStatic(resource) && pathWords(path).has(singular(resource.toLowerCase()))) return 'resource';
  return full.length > 0 ? 'weak' : undefined;
}

/** Segments that any application may be reached under. */
const GENERIC_SEGMENT = /^(api|apis|rest|public|internal|v\d+(\.\d+)?|v?\{\})$/i;

/**
 * Whether what stands in front of a registered path is something that is put there from outside: a general prefix, or
 * the resource or service the file is named after. Else the end agrees by chance: `/health` of `/actuator/health`.
 */
function isExplained(rest: readonly string[], path: string): boolean {
  const nearest = rest.findLast((segment) => !GENERIC_SEGMENT.test(segment));
  return nearest === undefined || (isStatic(nearest) && pathWords(path).has(singular(nearest.toLowerCase())));
}

/** A language in front of everything (Django's `i18n_patterns`, Next's locales): `de`, `pt-br`. */
function isLocale(rest: readonly string[]): boolean {
  return (
    rest.length === 1 &&
    /^(?:[a-z]{2}-[a-z]{2,4}|de|en|es|fr|it|nl|pl|pt|ru|ja|ko|zh|sv|da|nb|fi|cs|tr|uk)$/i.test(rest[0]!)
  );
}

/** The words of a path in singular: `internal/products/getProductById.go` has product, get, by, id. */
function pathWords(relative: string): Set<string> {
  const split = relative.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return new Set(split.split(/[^\p{L}\p{N}]+/u).map(singular));
}

function singular(word: string): string {
  if (/ies$/.test(word)) return word.replace(/ies$/, 'y');
  return word.replace(/(?<=[^s])s$/, '');
}

async function handlerPlaces(match: Match, wanted: SpanRoute, context: EvidenceContext): Promise<Candidate[]> {
  const { entry } = match;
  const file = context.files.get(entry.file)!;
  const facts = await context.facts(file);
  if (!facts) return [];
  const route = entry.value;
  const text = `route ${wanted.method ?? route.method} ${wanted.text}`;
  const confidence = CONFIDENCE.route[match.tier];
  const { framework, handler } = route;
  const { functions, scope, touch } = context;
  const handlers =
    framework === 'goa' && handler.kind === 'name'
      ? await goaMethods(handler.name, context)
      : await functions.handler(file, facts, handler, wanted.method ?? route.method, scope, touch);
  const found = forShape(handlers, wanted);
  const sure = found.length === 1 ? confidence : Math.min(confidence, SHARED.route);
  if (found.length > 0) {
    return found.map((place) =>
      ownerCandidate(place.file, place.facts, place.index, { kind: 'route', confidence: sure, text }),
    );
  }
  const type = await context.functions.handlerType(file, facts, route.handler, context.touch);
  if (type) return [typeCandidate(type.file, type.fact, { kind: 'route', confidence, text })];
  // The handler is not in the workspace, or named in a way that cannot be followed: where it is registered, as a hint.
  return [
    callsiteCandidate(file, facts, route.range, {
      kind: 'route',
      confidence: CONFIDENCE.route.weak,
      text: `${text} (registered here)`,
    }),
  ];
}

/** Of a view set's `list` and `retrieve` the one that answers: a path that ends in a parameter names one item. */
function forShape(found: FoundFunction[], wanted: SpanRoute): FoundFunction[] {
  if (found.length < 2) return found;
  const isItem = !isStatic(parseRoute(wanted.text)[0]?.segments.at(-1) ?? '');
  const other = isItem ? 'list' : 'retrieve';
  return found.filter(({ facts, index }) => facts.functions[index]!.name !== other);
}
