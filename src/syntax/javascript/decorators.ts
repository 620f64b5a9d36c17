import { CallSite } from '../extract/callSite';
import type { ScopeDraft } from '../extract/outline';
import { child, children } from '../extract/sourceText';
import { literal } from '../extract/textBuilder';
import type { HandlerFact, TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import type { JavascriptFile } from './file';
import { readFieldDecorator, resolvedType } from './api/graphql';
import { versionsOf } from './versions';

const VERBS = /^(?:http)?(Get|Post|Put|Patch|Delete|Head|Options|All|get|post|put|patch|delete|head|options|all)$/;
const CONTROLLER = /^(Controller|JsonController|RestController|Route|controller|Resolver|JsonApiController)$/;

/** Decorators of Nest and its relatives: routes, messages, RPCs and spans. */
export function readDecorators(file: JavascriptFile): void {
  const controllers = new Map<number, Controller>();
  const sites = file.captures.of('decorator').flatMap(({ node }) => decoratorSite(node, file) ?? []);
  for (const site of sites) {
    const target = file.outline.innermostAt(site.start);
    if (target?.kind === 'type' && CONTROLLER.test(site.name)) controllers.set(target.start, controllerOf(site, file));
  }
  const resolved = new Map<number, string>();
  for (const site of sites) {
    const target = file.outline.innermostAt(site.start);
    if (target?.kind === 'type' && site.name === 'Resolver') resolved.set(target.start, resolvedType(site, file));
  }
  const versions = methodVersions(sites, file);
  for (const site of sites) {
    const target = file.outline.innermostAt(site.start);
    if (target?.kind !== 'function' || site.start >= target.nameSpan.startIndex) continue;
    const index = file.outline.functionAt(site.start);
    const around = controllers.get(file.outline.typeScopeAt(site.start)?.start ?? -1);
    const own = versions.get(index);
    const type = resolved.get(file.outline.typeScopeAt(site.start)?.start ?? -1);
    if (type !== undefined) readFieldDecorator(site, index, type, file);
    readMethodDecorator(site, index, around && own ? { ...around, versions: own } : around, file);
  }
  readProcessors(sites, file);
}

function readMethodDecorator(
  site: CallSite,
  index: number,
  controller: Controller | undefined,
  file: JavascriptFile,
): void {
  const handler: HandlerFact = { kind: 'function', function: index };
  const verb = VERBS.exec(site.name)?.[1];
  if (verb !== undefined && controller !== undefined) {
    addRoutes(site, verb, handler, controller, file);
    return;
  }
  if (/^(\w*Span|Traceable|Traced?|Instrument|OtelInstrument)$/.test(site.name)) {
    const first = site.args[0];
    const given = first?.type === 'object' ? file.values.property(first, 'name') : first;
    const range = file.source.range(site.node);
    file.facts.spans.push({ name: file.values.text(given), range, function: index, kind: undefined });
  } else if (/^(MessagePattern|EventPattern)$/.test(site.name)) readPattern(site, handler, file);
  else if (/^Grpc(Stream)?(Method|Call)$/.test(site.name)) readGrpc(site, index, file);
  else if (/^(RabbitSubscribe|RabbitRPC)$/.test(site.name)) {
    for (const key of ['queue', 'routingKey', 'exchange']) {
      for (const destination of file.values.texts(file.values.property(site.args[0], key))) {
        pushConsumer(file, site, 'rabbitmq', destination, handler);
      }
    }
  }
}

function addRoutes(
  site: CallSite,
  verb: string,
  handler: HandlerFact,
  { paths, versions }: Controller,
  file: JavascriptFile,
): void {
  const method = verb.toLowerCase() === 'all' ? '*' : verb.toUpperCase();
  const own = site.args.length === 0 ? [literal('')] : file.values.texts(site.args[0]);
  const range = file.source.range(site.node);
  for (const prefix of paths) {
    for (const path of own.length === 0 ? [literal('')] : own) {
      const route = { framework: 'nest', method, path: [prefix, path], handler, receiver: '', range };
      for (const version of versions) file.facts.routes.push({ ...route, version });
      if (versions.length === 0) file.facts.routes.push(route);
    }
  }
}

function readPattern(site: CallSite, handler: HandlerFact, file: JavascriptFile): void {
  const first = site.args[0];
  const patterns =
    first?.type === 'object'
      ? file.values.properties(first).flatMap(({ value }) => file.values.text(value) ?? [])
      : file.values.texts(first);
  for (const destination of patterns) pushConsumer(file, site, '', destination, handler);
}

function readGrpc(site: CallSite, index: number, file: JavascriptFile): void {
  const draft = file.outline.draft(index);
  const name = draft?.name ?? '';
  const type = file.outline.typeScopeAt(site.start)?.name ?? '';
  const service = file.values.string(site.args[0]) ?? type;
  const method = file.values.string(site.args[1]) ?? name.charAt(0).toUpperCase() + name.slice(1);
  const range = file.source.range(site.node);
  file.facts.rpcs.push({ service, method, handler: { kind: 'function', function: index }, range, side: 'server' });
}

/** BullMQ in Nest: `@Processor('emails') class … { async process(job) {} }`, or `@Process('welcome')` on a method. */
function readProcessors(sites: readonly CallSite[], file: JavascriptFile): void {
  for (const site of sites) {
    const target = file.outline.innermostAt(site.start);
    if (site.name !== 'Processor' || target?.kind !== 'type') continue;
    const first = site.args[0];
    const queue = file.values.text(first?.type === 'object' ? file.values.property(first, 'name') : first);
    if (queue === undefined) continue;
    for (const index of processMethods(target, sites, file)) {
      pushConsumer(file, site, 'bullmq', queue, { kind: 'function', function: index });
    }
  }
}

function processMethods(type: ScopeDraft, sites: readonly CallSite[], file: JavascriptFile): number[] {
  const marked = sites
    .filter((site) => site.name === 'Process' && site.start > type.start && site.start < type.end)
    .map((site) => file.outline.functionAt(site.start));
  if (marked.length > 0) return marked;
  return file.outline.membersOf(type.name).filter((index) => file.outline.draft(index)?.name === 'process');
}

function pushConsumer(
  file: JavascriptFile,
  site: CallSite,
  system: string,
  destination: TextFact,
  handler: HandlerFact,
): void {
  const range = file.source.range(site.node);
  file.facts.messages.push({ side: 'consumer', system, destination, handler, range });
}

/** What a controller's decorator says of all its routes. */
interface Controller {
  readonly paths: readonly TextFact[];
  readonly versions: readonly TextFact[];
}

/** `@Controller('orders')`, `@Controller(['a', 'b'])`, `@Controller({ path: 'orders', version: '1' })`. */
function controllerOf(site: CallSite, file: JavascriptFile): Controller {
  const first = site.args[0];
  const options = first?.type === 'object' ? first : undefined;
  const paths = first === undefined ? [] : file.values.texts(options ? file.values.property(options, 'path') : first);
  const versions = versionsOf(file.values.property(options, 'version'), file);
  return { paths: paths.length === 0 ? [literal('')] : paths, versions };
}

/** `@Version('2')` of methods, by function. */
function methodVersions(sites: readonly CallSite[], file: JavascriptFile): Map<number, readonly TextFact[]> {
  const found = new Map<number, readonly TextFact[]>();
  for (const site of sites) {
    if (site.name !== 'Version') continue;
    const versions = versionsOf(site.args[0], file);
    if (versions.length > 0) found.set(file.outline.functionAt(site.start), versions);
  }
  return found;
}

function decoratorSite(node: SyntaxNode, file: JavascriptFile): CallSite | undefined {
  const inner = children(node)[0];
  if (inner === undefined) return undefined;
  const called = inner.type === 'call_expression' ? child(inner, 'function') : inner;
  const list = inner.type === 'call_expression' ? child(inner, 'arguments') : undefined;
  if (called === undefined) return undefined;
  const name = called.type === 'member_expression' ? (child(called, 'property') ?? called) : called;
  return new CallSite(file.source, node, name, undefined, list);
}
