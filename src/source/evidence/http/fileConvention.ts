import { attributeText, firstText } from '../../../model/attributes';
import type { OperationKey } from '../../../model/operation';
import {
  NO_PLACES,
  callsiteCandidate,
  ownerCandidate,
  type Candidate,
  type EvidenceContext,
  type FoundPlaces,
} from '../../candidate';
import { NO_ROUTE, type FileRouteEntry, type FileRouteRole } from '../../index/fileRoutes';
import type { Entry } from '../../index/keyedTable';
import { parseRoute, routeKey } from '../../index/routeShape';
import { missInReach } from '../../missed';
import { CONFIDENCE, SHARED } from '../confidences';

/** Which conventional function a span measures. */
interface Wanted {
  readonly framework: FileRouteEntry['framework'] | undefined;
  /** Of the roles the first that has a function counts. */
  readonly roles: readonly FileRouteRole[];
  readonly isApp?: boolean;
  readonly method: string | undefined;
  /** Undefined where the file is named instead. */
  readonly route: string | undefined;
  /** The end of the file's path, with or without its extension. */
  readonly file?: string;
  /** How sure it is that the span is this framework's. */
  readonly confidence: number;
  readonly words: string;
}

/** Places of frameworks whose file names say what answers: Next.js, SvelteKit, Remix and React Router, Nuxt. */
export function fileConventionEvidence(operation: OperationKey, context: EvidenceContext): FoundPlaces {
  const remote = attributeText(operation.attributes, 'sveltekit.remote.call.name');
  if (remote !== undefined) return remoteFunction(remote, context);
  const wanted =
    nextSpan(operation) ??
    formAction(operation) ??
    loadSpan(operation) ??
    moduleSpan(operation) ??
    requestSpan(operation);
  if (wanted === undefined) return NO_PLACES;
  const best = bestEntries(wanted, context);
  if (best.length > 0) return placesOf(wanted, best, context);
  if (wanted.confidence >= CONFIDENCE.convention.stated)
    missInReach(`is the file of ${wanted.words}`, operation, context);
  return NO_PLACES;
}

async function placesOf(
  wanted: Wanted,
  best: readonly Entry<FileRouteEntry>[],
  context: EvidenceContext,
): Promise<Candidate[]> {
  const places = (await Promise.all(best.map((entry) => place(entry, wanted, context)))).flat();
  const distinct = [...new Map(places.map((one) => [`${one.file.path}:${one.line}`, one])).values()];
  return distinct.length < 2 ? distinct : distinct.map((one) => ({ ...one, confidence: SHARED.convention }));
}

/** Next's own spans by their type (https://nextjs.org/docs/app/guides/open-telemetry#default-spans-in-nextjs). */
const NEXT_SPANS: Readonly<Record<string, Pick<Wanted, 'roles'> & { isApp?: boolean }>> = {
  'AppRender.getBodyResult': { roles: ['page'], isApp: true },
  'AppRouteRouteHandlers.runHandler': { roles: ['handler'], isApp: true },
  'Node.runHandler': { roles: ['api'], isApp: false },
  'Render.renderDocument': { roles: ['page'], isApp: false },
  'Render.getServerSideProps': { roles: ['props'], isApp: false },
  'Render.getStaticProps': { roles: ['props'], isApp: false },
  'ResolveMetadata.generateMetadata': { roles: ['metadata'], isApp: true },
  'Middleware.execute': { roles: ['middleware'] },
  'BaseServer.handleRequest': { roles: ['handler', 'api', 'page'] },
};

function nextSpan({ attributes, name }: OperationKey): Wanted | undefined {
  const type = attributeText(attributes, 'next.span_type');
  const known = type === undefined || !Object.hasOwn(NEXT_SPANS, type) ? undefined : NEXT_SPANS[type];
  if (known === undefined) return undefined;
  const [role] = known.roles;
  const sent = firstText(attributes, ['next.route', 'http.route', 'next.page']);
  const page = role === 'metadata' ? (attributeText(attributes, 'next.page') ?? sent) : sent;
  const route = page ?? /^(?:[\w ()]+ )?(\/\S*)$/.exec(name)?.[1];
  const method =
    role === 'props' ? type!.slice('Render.'.length) : firstText(attributes, ['http.request.method', 'http.method']);
  if (role === 'metadata') {
    const part = /\/(page|layout)$/.exec(route ?? '')?.[1] ?? 'page';
    return { ...shared(route?.replace(/\/(page|layout)$/, '')), ...known, method: part };
  }
  return { ...shared(role === 'middleware' ? NO_ROUTE : route), ...known, method };
}

function shared(route: string | undefined): Pick<Wanted, 'framework' | 'route' | 'confidence' | 'words'> {
  return {
    framework: 'next',
    route,
    confidence: CONFIDENCE.convention.stated,
    words: route === NO_ROUTE ? 'the middleware' : (route ?? ''),
  };
}

/** SvelteKit's `load`: `sveltekit.load.node_id` is the path of its file. */
function loadSpan({ attributes }: OperationKey): Wanted | undefined {
  const file = attributeText(attributes, 'sveltekit.load.node_id');
  if (file === undefined) return undefined;
  return {
    framework: 'sveltekit',
    roles: ['load'],
    method: undefined,
    route: undefined,
    file,
    confidence: CONFIDENCE.convention.stated,
    words: file,
  };
}

/** SvelteKit's form actions are members of the object `actions` beside the page. */
function formAction({ attributes }: OperationKey): Wanted | undefined {
  const method = attributeText(attributes, 'sveltekit.form_action.name');
  const route = attributeText(attributes, 'http.route');
  if (method === undefined || route === undefined) return undefined;
  return {
    framework: 'sveltekit',
    roles: ['action'],
    method,
    route,
    confidence: CONFIDENCE.convention.stated,
    words: `${method} of ${route}`,
  };
}

/** Remix' `loader` and `action`: `match.route.id` is the path of the module below `app`. */
function moduleSpan({ attributes, name }: OperationKey): Wanted | undefined {
  const id = attributeText(attributes, 'match.route.id') ?? attributeText(attributes, 'react_router.route.id');
  if (id === undefined || !(id.includes('/') || id === 'root')) return undefined;
  const said = attributeText(attributes, 'code.function') ?? name.split(' ')[0]!;
  const role = /^(loader|action)$/i.exec(said)?.[1]?.toLowerCase();
  if (role === undefined) return undefined;
  const roles = [role as FileRouteRole];
  return {
    framework: 'remix',
    roles,
    method: undefined,
    route: undefined,
    file: `app/${id}`,
    confidence: CONFIDENCE.convention.stated,
    words: id,
  };
}

const SCOPES: readonly (readonly [RegExp, FileRouteEntry['framework']])[] = [
  [/^next(\.js)?$/, 'next'],
  [/^(@sveltejs\/kit|sveltekit)/, 'sveltekit'],
  [/remix|react-router/, 'remix'],
  [/^(nitro|nuxt|h3)\b|nitro/, 'nuxt'],
];

const READ_BY: readonly FileRouteRole[] = ['handler', 'server', 'api', 'load', 'loader', 'page'];
const WRITTEN_BY: readonly FileRouteRole[] = ['handler', 'server', 'api', 'action', 'page'];

/** A request: its method and route say which function answers, as far as the framework is known. */
function requestSpan({ kind, name, scope, attributes }: OperationKey): Wanted | undefined {
  if (kind !== 'SERVER' || attributes.has('rpc.method') || attributes.has('rpc.service')) return undefined;
  const named = /^([A-Z]+) (\/\S*)$/.exec(name);
  const route = attributeText(attributes, 'http.route') ?? named?.[2];
  const method = firstText(attributes, ['http.request.method', 'http.method'])?.toUpperCase() ?? named?.[1];
  if (route === undefined) return undefined;
  const framework = scope === '' ? undefined : SCOPES.find(([pattern]) => pattern.test(scope))?.[1];
  const roles = method === undefined || method === 'GET' || method === 'HEAD' ? READ_BY : WRITTEN_BY;
  // What a router registers in so many words is nearer: without the framework's own scope, files are second to it.
  return {
    framework,
    roles,
    method,
    route,
    confidence: CONFIDENCE.convention[framework === undefined ? 'anyFramework' : 'route'],
    words: route,
  };
}

function bestEntries(wanted: Wanted, context: EvidenceContext): Entry<FileRouteEntry>[] {
  const all = candidates(wanted, context);
  if (all.length === 0) return [];
  const fits = ({ file, value }: Entry<FileRouteEntry>): boolean => {
    if (wanted.framework !== undefined && wanted.framework !== value.framework) return false;
    if (wanted.isApp !== undefined && wanted.isApp !== value.isApp && value.role !== 'middleware') return false;
    if (!wanted.roles.includes(value.role) || !context.reaches(context.files.get(file))) return false;
    return wanted.method === undefined || value.method === '*' || fitsMethod(value, wanted.method);
  };
  const found = context.scope.nearest(all.filter(fits), ({ file }) => context.files.get(file)!);
  for (const role of wanted.roles) {
    const answering = found.filter(({ value }) => value.role === role);
    if (answering.length === 0) continue;
    const exact = answering.filter(({ value }) => value.method !== '*');
    const best = exact.length > 0 ? exact : answering;
    // A page's server part runs first, and alone where both are asked for.
    const server = role === 'load' ? best.filter(({ file }) => /\+page\.server\.\w+$/.test(file)) : [];
    const page =
      role === 'load' && wanted.file === undefined ? best.filter(({ file }) => /\+page\.\w+$/.test(file)) : best;
    return server.length > 0 ? server : page;
  }
  return [];
}

function fitsMethod(value: FileRouteEntry, method: string): boolean {
  if (value.method === method || (method === 'HEAD' && value.method === 'GET')) return true;
  return method === 'POST' && value.role === 'action' && value.method === 'default';
}

function candidates(wanted: Wanted, context: EvidenceContext): Entry<FileRouteEntry>[] {
  if (wanted.file !== undefined) return inFile(wanted.file, context);
  if (wanted.route === undefined) return [];
  const shapes =
    wanted.route === NO_ROUTE ? [[NO_ROUTE]] : parseRoute(plainRoute(wanted.route)).map(({ segments }) => segments);
  return shapes.flatMap((segments) => {
    const key = routeKey(segments);
    context.touch(`file-route:${key}`);
    const whole = segments.join('/');
    return context.index.fileRoutes.get(key).filter(({ value }) => value.segments.join('/') === whole);
  });
}

/** Without groups and slots, which spans may carry and routes do not have. */
function plainRoute(route: string): string {
  if (!/[(@]/.test(route)) return route;
  return route
    .split('/')
    .filter((part) => !/^(\(.*\)|@.+)$/.test(part))
    .join('/');
}

function inFile(wanted: string, context: EvidenceContext): Entry<FileRouteEntry>[] {
  const found: Entry<FileRouteEntry>[] = [];
  for (const key of context.index.fileRoutes.keys()) {
    for (const entry of context.index.fileRoutes.get(key)) {
      const relative = `/${context.files.get(entry.file)?.relative ?? ''}`;
      if (relative.endsWith(`/${wanted}`) || relative.replace(/\.\w+$/, '').endsWith(`/${wanted}`)) found.push(entry);
    }
  }
  context.touch('paths');
  return found;
}

async function place(entry: Entry<FileRouteEntry>, wanted: Wanted, context: EvidenceContext): Promise<Candidate[]> {
  const file = context.files.get(entry.file)!;
  const facts = await context.facts(file);
  if (!facts) return [];
  const { handler, range, role } = entry.value;
  const because = { kind: 'convention', confidence: wanted.confidence, text: `${role} of ${wanted.words}` } as const;
  const { functions, scope, touch } = context;
  const found = handler === undefined ? [] : await functions.handler(file, facts, handler, '', scope, touch);
  if (found.length === 0)
    return [callsiteCandidate(file, facts, range, { ...because, confidence: CONFIDENCE.convention.wholeFile })];
  const confidence = found.length > 1 ? SHARED.convention : because.confidence;
  return found.map((at) => ownerCandidate(at.file, at.facts, at.index, { ...because, confidence }));
}

/** SvelteKit's remote functions are exported by name. */
async function remoteFunction(name: string, context: EvidenceContext): Promise<Candidate[]> {
  const all = await context.functions.find({ container: [], name }, 'javascript', context.scope, context.touch);
  const remote = all.filter(({ file }) => /\.remote\.[jt]s$/.test(file.relative));
  const near = context.scope.nearest(remote, ({ file }) => file);
  const confidence = near.length > 1 ? SHARED.convention : CONFIDENCE.convention.stated;
  const text = `remote function ${name}`;
  return near.map((at) => ownerCandidate(at.file, at.facts, at.index, { kind: 'convention', confidence, text }));
}
