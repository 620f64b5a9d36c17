import type { Line0 } from '../../base/positions';
import type { FileFacts, MessageFact, RouteFact, SpanFact, TextFact } from '../../syntax/facts';
import { SPAN_PREFIX } from '../../syntax/facts';
import { functionsAround } from '../names/matchFunction';
import { pythonModuleName, type ModulePaths } from '../paths/modulePaths';
import type { WorkspaceFile } from '../workspace/workspaceFiles';
import { rootPath, type ApplicationConfig } from './applicationConfig';
import { autoloadFolder, ownAutoload } from './autoloadPrefixes';
import { TEMPLATES, type LinkedFile, type RouteEntry, type SpanEntry } from './entries';
import { MountTargets } from './mountTargets';
import { fileRoutes } from './fileRoutes';
import { parseRoute, routeKey } from './routeShape';
import { sqlKey, sqlTokens, tellsStatement } from './sqlTokens';
import type { LinkListener, ResolvedText, TextResolver } from './textResolver';

/** Templates with fewer constant characters would match any name. */
const MIN_TEMPLATE_CHARS = 4;

type Resolve = (text: TextFact) => Promise<ResolvedText | undefined>;

/**
 * Looks up the constants and mounts of a file's facts: what the file contributes to the index.
 * @param links told of every other file that was consulted or missed; when one changes or comes, this file is linked
 * anew.
 */
export async function linkFile(
  file: WorkspaceFile,
  facts: FileFacts,
  texts: TextResolver,
  modules: ModulePaths,
  config: ApplicationConfig,
  factsOf: (file: WorkspaceFile) => Promise<FileFacts | undefined>,
  links: LinkListener,
): Promise<LinkedFile> {
  const resolve: Resolve = (text) => texts.resolve(file, facts, text, links);
  const linked: LinkedFile = {
    spans: [],
    routes: [],
    mounts: [],
    rpcs: [],
    messages: [],
    httpCalls: [],
    queries: [],
    serviceNames: [],
    tracers: [],
    fileRoutes: fileRoutes(file.relative, facts).map((entry) => [routeKey(entry.segments), entry]),
    fields: facts.fields.map(({ type, field, handler, range }) => [field, { type, handler, range }]),
    entityCalls: facts.entityCalls.map(({ library, entity, method, range }) => [
      `${entity}.${method}`.toLowerCase(),
      { library, range },
    ]),
  };
  for (const span of facts.spans) await linkSpan(file, facts, span, resolve, linked);
  const targets = new MountTargets(modules, links, factsOf);
  const homes = new Map<string, readonly string[]>();
  for (const { receiver } of [...facts.routes, ...facts.mounts]) {
    if (!homes.has(receiver)) homes.set(receiver, await targets.homesOf(file, facts, receiver));
  }
  const root = (framework: string): Promise<string> => rootPath(config, file, framework, (one) => links.used(one));
  await linkRoutes(facts, homes, resolve, root, linked);
  for (const mount of facts.mounts) {
    const text = await resolve(mount.prefix);
    const prefix = text?.kind === 'literal' ? parseRoute(text.text)[0]?.segments : undefined;
    const within = namesAround(facts, mount.range.startLine, -1);
    const { receiver, overrides, isWritten } = mount;
    const folder = autoloadFolder(file, mount.target);
    const how = {
      ...(overrides && { overrides }),
      ...(isWritten && { isWritten }),
      ...(folder !== undefined && { folder }),
    };
    for (const key of await targets.of(file, facts, mount)) {
      linked.mounts.push([key, { receiver, homes: homes.get(receiver)!, within, prefix, ...how }]);
    }
  }
  linked.mounts.push(...ownAutoload(file, facts));
  for (const rpc of facts.rpcs) {
    const service = rpc.service.slice(rpc.service.lastIndexOf('.') + 1);
    const { side, handler, range } = rpc;
    linked.rpcs.push([rpc.method.toLowerCase(), { service, fullService: rpc.service, side, handler, range }]);
  }
  const all = (text: TextFact): Promise<readonly ResolvedText[]> => texts.resolveAll(file, facts, text, links);
  for (const message of facts.messages) await linkMessage(message, resolve, all, linked);
  for (const { method, url, range } of facts.httpCalls) {
    linked.httpCalls.push(['', { method, url: url && (await resolve(url)), range }]);
  }
  for (const { text, function: around, range } of facts.queries) {
    const resolved = await resolve(text);
    const tokens = resolved && sqlTokens(resolved);
    if (tokens && tellsStatement(tokens)) linked.queries.push([sqlKey(tokens), { tokens, function: around, range }]);
  }
  for (const name of facts.serviceNames) {
    const text = await resolve(name);
    if (text?.kind === 'literal' && text.text !== '') linked.serviceNames.push([text.text, { name: text.text }]);
  }
  for (const name of facts.tracerNames) {
    const text = await resolve(name);
    if (text?.kind === 'literal') linked.tracers.push([file.path, text.text]);
  }
  return linked;
}

async function linkMessage(
  { side, system, handler, range, queue, destination: written }: MessageFact,
  resolve: Resolve,
  resolveAll: (text: TextFact) => Promise<readonly ResolvedText[]>,
  linked: LinkedFile,
): Promise<void> {
  const bound = queue && (await resolve(queue));
  if (queue !== undefined && bound?.kind !== 'literal') return;
  const goesTo = bound?.kind === 'literal' ? { queue: bound.text } : {};
  for (const found of await resolveAll(written)) {
    const destination = system.startsWith('aws') ? lastName(found) : found;
    if (!isTelling(destination)) continue;
    linked.messages.push([textKey(destination), { side, system, destination, handler, range, ...goesTo }]);
  }
}

async function linkSpan(
  file: WorkspaceFile,
  facts: FileFacts,
  span: SpanFact,
  resolve: Resolve,
  linked: LinkedFile,
): Promise<void> {
  const entry = (name: ResolvedText, derived: boolean): SpanEntry => {
    return { name, derived, kind: span.kind, function: span.function, range: span.range };
  };
  const isJava = facts.language === 'java' || facts.language === 'kotlin';
  if (span.name !== undefined) {
    const name = await resolve(span.name);
    // A helper whose own prefix cannot be read adds nothing to the name as it is written.
    if (name?.kind === 'template' && span.name.kind === 'template' && isPrefixed(span.name)) return;
    if (name !== undefined && isTelling(name)) linked.spans.push([textKey(name), entry(name, false)]);
    if (isJava && name?.kind === 'literal' && /[A-Z]/.test(name.text)) {
      const text = micrometerName(name.text);
      linked.spans.push([text, entry({ kind: 'literal', text }, true)]);
    }
    return;
  }
  const owner = facts.functions[span.function];
  if (!owner || owner.name === '') return;
  const type = owner.container.at(-1);
  // `@WithSpan` names the span `Class.method`; decorators elsewhere take the function's (qualified) name.
  const names = isJava ? [`${type ?? ''}.${owner.name}`] : [owner.name];
  if (isJava) names.push(micrometerName(`${type ?? ''}#${owner.name}`), micrometerName(owner.name));
  if (!isJava && owner.container.length > 0) names.push(`${owner.container.join('.')}.${owner.name}`);
  if (facts.language === 'php') names.push(`${facts.module}\\${type ?? ''}::${owner.name}`);
  if (facts.language === 'python') names.push(...names.flatMap((name) => moduleNames(name, file)));
  for (const text of names) linked.spans.push([text, entry({ kind: 'literal', text }, true)]);
}

/** Micrometer writes the names of observed and new spans in lower case: `OrderService#place` as `order-service#place`. */
function micrometerName(name: string): string {
  return name.replace(/[A-Z]/g, (letter, at: number) => (at > 0 ? '-' : '') + letter.toLowerCase());
}

async function linkRoutes(
  facts: FileFacts,
  homes: ReadonlyMap<string, readonly string[]>,
  resolve: Resolve,
  rootOf: (framework: string) => Promise<string>,
  linked: LinkedFile,
): Promise<void> {
  const roots = new Map<string, string>();
  for (const { framework } of facts.routes) {
    if (!roots.has(framework)) roots.set(framework, await rootOf(framework));
  }
  for (const route of facts.routes) {
    await linkRoute(facts, route, homes.get(route.receiver)!, resolve, linked);
    // The route as the application's configuration makes it, too: some instrumentations leave the root out.
    const root: TextFact = { kind: 'literal', text: roots.get(route.framework)! };
    const below = { ...route, path: [root, ...route.path] };
    if (root.text !== '') await linkRoute(facts, below, homes.get(route.receiver)!, resolve, linked);
  }
}

/** A Python function's name behind its module's, seen from every root it may lie below; Logfire says `Calling` before it. */
function moduleNames(name: string, { relative }: WorkspaceFile): string[] {
  const parts = pythonModuleName(relative).split('.');
  return parts.flatMap((_, from) => {
    const full = `${parts.slice(from).join('.')}.${name}`;
    return [full, `Calling ${full}`];
  });
}

async function linkRoute(
  facts: FileFacts,
  route: RouteFact,
  homes: readonly string[],
  resolve: Resolve,
  linked: LinkedFile,
): Promise<void> {
  let pieces: string[] = [];
  let openStart = false;
  for (const piece of route.path) {
    const text = await resolve(piece);
    if (text === undefined) {
      pieces = [];
      openStart = true;
    } else if (text.kind === 'template') {
      // Holes in front are prefixes nobody can know; a hole further back stands for one parameter.
      if (text.parts[0] === '') openStart = true;
      pieces.push(text.parts[0] === '' ? text.parts.slice(1).join('{}') : text.parts.join('{}'));
    } else if (overrides(facts, route, text.text)) pieces = [text.text];
    else pieces.push(text.text);
  }
  if (openStart && !/[\p{L}\p{N}]/u.test(pieces.join(''))) return;
  const whole = withTokens(facts, route, pieces.join('/'));
  const named = route.version && (await resolve(route.version));
  const version = named?.kind === 'literal' ? { version: named.text } : {};
  for (const { segments, parameters } of parseRoute(whole)) {
    const { framework, method, receiver, handler, range } = route;
    const foldCase = facts.language === 'csharp';
    const within = namesAround(facts, route.range.startLine, handler.kind === 'function' ? handler.function : -1);
    const path = { segments, parameters, openStart, foldCase };
    const entry = { framework, method, ...path, receiver, homes, within, handler, range, ...version };
    linked.routes.push([routeKey(segments), entry satisfies RouteEntry]);
  }
}

/** A template of an ASP.NET attribute that begins with `/` or `~/` is not below its class's. */
function overrides(facts: FileFacts, route: RouteFact, piece: string): boolean {
  return facts.language === 'csharp' && (piece.startsWith('~/') || (route.receiver === '' && piece.startsWith('/')));
}

/** ASP.NET's `[controller]` and `[action]` stand for the names of the class and of the method. */
function withTokens(facts: FileFacts, route: RouteFact, path: string): string {
  if (facts.language !== 'csharp' || route.handler.kind !== 'function') return path;
  const owner = facts.functions[route.handler.function];
  if (!owner) return path;
  const controller = (owner.container.at(-1) ?? '').replace(/Controller$/, '');
  return path.replace(/\[controller\]/gi, controller).replace(/\[action\]/gi, owner.name.replace(/Async$/, ''));
}

/** The name at the end of a queue's address or a topic's ARN, which is what spans of AWS carry. */
function lastName(text: ResolvedText): ResolvedText {
  return text.kind === 'literal' ? { kind: 'literal', text: text.text.replace(/^.*[/:]/, '') } : text;
}

function isPrefixed({ holes }: { readonly holes?: readonly string[] }): boolean {
  return holes?.some((hole) => hole.endsWith(`.${SPAN_PREFIX}`)) === true;
}

function textKey(text: ResolvedText): string {
  return text.kind === 'literal' ? text.text : TEMPLATES;
}

/** Whether a text says enough to be matched: a template needs some constant characters. */
function isTelling(text: ResolvedText): boolean {
  if (text.kind === 'literal') return text.text.trim() !== '';
  return text.parts.join('').replace(/[^\p{L}\p{N}]/gu, '').length >= MIN_TEMPLATE_CHARS;
}

/** Names of the functions around a row, innermost first; `except` is a function that the row only decorates. */
function namesAround(facts: FileFacts, row: Line0, except: number): string[] {
  return functionsAround(facts, row).flatMap((index) => {
    const { name } = facts.functions[index]!;
    return index === except || name === '' ? [] : [name];
  });
}
