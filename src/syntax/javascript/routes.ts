import { type CallSite, lastPart, plainPath } from '../extract/callSite';
import { addRoute } from '../extract/sourceFile';
import { child, children } from '../extract/sourceText';
import { orElse } from '../extract/expressionValues';
import { joinedPath, literal } from '../extract/textBuilder';
import type { HandlerFact, TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import type { CallIdiom, JavascriptFile } from './file';
import { addAutoload, isAutoload } from './autoload';
import { receiverPrefix, routerKind } from './routers';
import { unwrapped } from './values';

/** `app.get('/orders', authenticate, list)` and the chained `router.route('/orders').get(list)`. */
export const verbRoute: CallIdiom = (call, file) => {
  if (call.receiverNode === undefined) return;
  const chain = chainOf(call.receiverNode, file);
  const method = methodOf(call.name);
  if (chain.route !== undefined) {
    addRoutes(file, call, method, file.values.texts(chain.route), call.args, chain);
    return;
  }
  const [first, ...rest] = call.args;
  if (first === undefined) return;
  const last = rest.at(-1);
  const kind = routerKind(chain.root, file);
  if (last === undefined || kind === 'client') return;
  const [path, ...named] = rest;
  if (path !== undefined && named.length > 0 && isRouteName(first, path, file)) {
    addRoutes(file, call, method, file.values.texts(path), named, chain);
    return;
  }
  if (!looksLikePath(first, file) && !isBarePath(first, last, file)) return;
  if (kind === 'unknown' && !rest.some(isFunction)) return;
  addRoutes(file, call, method, file.values.texts(first), rest, chain);
};

/** Koa's routers take a name in front of the path: `router.get('order', '/orders/:id', show)`. */
function isRouteName(name: SyntaxNode, path: SyntaxNode, file: JavascriptFile): boolean {
  const text = file.values.string(name);
  return text !== undefined && /^[^/]+$/.test(text) && importsRouter(file) && looksLikePath(path, file);
}

/** Koa's routers also take paths without a slash in front: `router.post('groups.list', handler)`. */
function isBarePath(path: SyntaxNode, handler: SyntaxNode, file: JavascriptFile): boolean {
  const text = file.values.string(path);
  return text !== undefined && /^[\w.:-]+$/.test(text) && isFunction(handler) && importsRouter(file);
}

function importsRouter(file: JavascriptFile): boolean {
  return [...file.imported.values()].some(({ from }) => /^(@koa\/router|koa-router|koa-tree-router)$/.test(from));
}

/** koa-mount's `app.use(mount('/api', api))`. */
export const mountCall: CallIdiom = (call, file) => {
  const [first, second] = call.args;
  if (call.receiver !== '' || file.imported.get('mount')?.from !== 'koa-mount' || first === undefined) return;
  if (second !== undefined) addMount(file, call, file.values.text(first), second);
};

/** Hono's `app.on(['GET', 'POST'], '/orders', handler)`. */
export const onRoute: CallIdiom = (call, file) => {
  const [methods, path, ...rest] = call.args;
  if (methods === undefined || path === undefined || rest.length === 0 || call.receiverNode === undefined) return;
  if (!looksLikePath(path, file)) return;
  const chain = chainOf(call.receiverNode, file);
  if (routerKind(chain.root, file) !== 'router') return;
  for (const method of file.values.texts(methods)) {
    if (method.kind !== 'literal' || !/^[a-z]+$/i.test(method.text)) continue;
    addRoutes(file, call, methodOf(method.text), file.values.texts(path), rest, chain);
  }
};

/** `fastify.route({ method, url, handler })`, hapi's `server.route({ method, path, handler })`, Hono's `app.route('/x', sub)`. */
export const routeCall: CallIdiom = (call, file) => {
  const [first, second] = call.args;
  if (first === undefined || call.receiverNode === undefined) return;
  if (second !== undefined && second.type !== 'object') {
    addMount(file, call, file.values.text(first), second);
    return;
  }
  const chain = chainOf(call.receiverNode, file);
  const options = unwrapped(first);
  for (const route of options.type === 'array' ? children(options) : [options]) {
    const path = file.values.property(route, 'url') ?? file.values.property(route, 'path');
    const given = file.values.property(route, 'handler') ?? handlerInOptions(route, file);
    const methods = file.values.texts(file.values.property(route, 'method'));
    if (path === undefined || given === undefined) continue;
    for (const method of methods.length === 0 ? [literal('*')] : methods) {
      const name = method.kind === 'literal' ? methodOf(method.text) : '*';
      addRoutes(file, call, name, file.values.texts(path), [given], chain);
    }
  }
};

/** `app.use('/api', router)`, `router.use(other.routes())`. */
export const useCall: CallIdiom = (call, file) => {
  const [first, ...rest] = call.args;
  const last = rest.at(-1);
  if (first === undefined || call.receiverNode === undefined) return;
  if (last === undefined) {
    const isKoa =
      first.type === 'call_expression' && /\.routes$/.test(file.source.of(child(first, 'function') ?? first));
    if (isKoa || isGrouped(call.receiverNode, first, file)) addMount(file, call, literal(''), first);
    return;
  }
  if (!looksLikePath(first, file)) return;
  for (const prefix of file.values.texts(first)) addMount(file, call, prefix, last);
};

/** Elysia's `app.group('/api', (app) => app.use(orders))`: what is used there lies below the group's path. */
function isGrouped(receiver: SyntaxNode, used: SyntaxNode, file: JavascriptFile): boolean {
  return (
    used.type === 'identifier' && receiverPrefix(chainOf(receiver, file).root, file, receiver.startIndex).length > 0
  );
}

/** `fastify.register(ordersPlugin, { prefix: '/orders' })`. */
export const registerCall: CallIdiom = (call, file) => {
  const [plugin, options] = call.args;
  if (plugin === undefined || isFunction(plugin)) return;
  if (isAutoload(plugin, file)) return addAutoload(call, options, file);
  const prefix = file.values.text(file.values.property(options, 'prefix'));
  const isOwn =
    plugin.type === 'identifier' && file.imported.get(file.source.of(plugin))?.from.startsWith('.') === true;
  if (prefix !== undefined) addMount(file, call, prefix, plugin);
  else if (isOwn && options === undefined) addMount(file, call, literal(''), plugin);
};

/** Nest's `app.setGlobalPrefix('api')`: in front of every route of the application. */
export const globalPrefix: CallIdiom = (call, file) => {
  const prefix = file.values.text(call.args[0]);
  if (prefix === undefined) return;
  file.facts.mounts.push({ receiver: call.receiver, prefix, target: '*', range: call.range });
};

interface Chain {
  /** What the chain starts on: `router` of `router.route('/x').get(a).post(b)`. */
  readonly root: SyntaxNode;
  /** The path given to `.route(…)` in the chain. */
  readonly route: SyntaxNode | undefined;
}

/** Follows `a.b(…).c(…)` down to `a`, past links that only register routes. */
function chainOf(receiver: SyntaxNode, file: JavascriptFile): Chain {
  let root = unwrapped(receiver);
  let route: SyntaxNode | undefined;
  for (;;) {
    const callee = root.type === 'call_expression' ? child(root, 'function') : undefined;
    if (callee?.type !== 'member_expression') return { root, route };
    const name = lastPart(plainPath(file.source.of(child(callee, 'property') ?? callee)));
    if (!CHAIN_LINK.test(name)) return { root, route };
    const list = child(root, 'arguments');
    const args = list === undefined ? [] : children(list);
    if (name === 'route' && args.length === 1) route ??= args[0];
    root = unwrapped(child(callee, 'object') ?? callee);
  }
}

const CHAIN_LINK = /^(route|get|post|put|delete|patch|head|options|all|use|on|basePath|prefix)$/;

function addRoutes(
  file: JavascriptFile,
  call: CallSite,
  method: string,
  paths: readonly TextFact[],
  handlers: readonly SyntaxNode[],
  chain: Chain,
): void {
  const handler = routeHandler(handlers, file);
  if (handler === undefined) return;
  const prefix = receiverPrefix(chain.root, file, call.start);
  const receiver = plainPath(file.source.of(chain.root)).replace(/\([^]*$/, '');
  for (const path of paths) {
    const framework = frameworkOf(file, receiver);
    addRoute(file, call, { framework, method, path: [...prefix, path], handler, receiver });
  }
}

function addMount(file: JavascriptFile, call: CallSite, prefix: TextFact | undefined, target: SyntaxNode): void {
  const inner = unwrapped(target);
  if (prefix === undefined || isFunction(inner) || inner.type === 'object') return;
  const name = plainPath(file.source.of(inner)).replace(/\.(routes|middleware)\(\)$/, '');
  const outer = call.receiverNode === undefined ? [] : receiverPrefix(call.receiverNode, file, call.start);
  const whole = joinedPath([...outer, prefix]);
  if (name === '' || whole === undefined) return;
  const receiver = call.receiver.replace(/\([^]*$/, '');
  file.facts.mounts.push({ receiver, prefix: whole, target: name, range: call.range });
  // `const orders = createOrders()`: the function that makes the router fills it.
  const made = file.made.get(name);
  const isOwn =
    made?.how === 'call' && (file.imported.get(made.by)?.from.startsWith('.') ?? isDeclaredHere(made.by, file));
  if (isOwn) file.facts.mounts.push({ receiver, prefix: whole, target: made.by, range: call.range });
}

function isDeclaredHere(name: string, file: JavascriptFile): boolean {
  return /^\w+$/.test(name) && file.outline.named(name).length > 0;
}

/** The last that is given; Elysia's schema and hooks stand behind it: `app.put('/x', update, { body })`. */
function routeHandler(given: readonly SyntaxNode[], file: JavascriptFile): HandlerFact | undefined {
  const last = given.at(-1);
  if (last === undefined) return undefined;
  const handler = file.values.handler(last) ?? optionsHandler(last, file);
  if (handler !== undefined) return ofInstance(handler, file);
  return unwrapped(last).type === 'object' ? routeHandler(given.slice(0, -1), file) : undefined;
}

/** `controller.list` of `const controller = new OrdersController()` is a method of that class. */
function ofInstance(handler: HandlerFact, file: JavascriptFile): HandlerFact {
  const [, variable, method] = handler.kind === 'name' ? (/^(\w+)\.(\w+)$/.exec(handler.name) ?? []) : [];
  const made = variable === undefined ? undefined : file.made.get(variable);
  if (handler.kind !== 'name' || made === undefined || made.how === 'call') return handler;
  return /^\w+$/.test(made.by) ? orElse({ kind: 'name', name: `${made.by}.${method}` }, handler.name) : handler;
}

/** `fastify.get('/x', { handler })`. */
function optionsHandler(options: SyntaxNode, file: JavascriptFile): HandlerFact | undefined {
  return file.values.handler(file.values.property(options, 'handler'));
}

function handlerInOptions(route: SyntaxNode, file: JavascriptFile): SyntaxNode | undefined {
  return file.values.property(file.values.property(route, 'options') ?? route, 'handler');
}

function methodOf(name: string): string {
  const upper = name.toUpperCase();
  if (upper === 'ALL' || upper === 'ANY' || upper === '*') return '*';
  return upper === 'DEL' ? 'DELETE' : upper;
}

function looksLikePath(node: SyntaxNode, file: JavascriptFile): boolean {
  const texts = file.values.texts(node);
  return texts.some((text) => {
    if (text.kind === 'literal') return /^(\/|\*|\(|$)/.test(text.text) || text.text.startsWith('/^');
    return text.kind === 'reference' || text.parts[0] === '' || text.parts[0]?.startsWith('/') === true;
  });
}

function isFunction(node: SyntaxNode): boolean {
  const type = unwrapped(node).type;
  return type === 'arrow_function' || type === 'function_expression' || type === 'generator_function';
}

function frameworkOf(file: JavascriptFile, receiver: string): string {
  const by = file.made.get(receiver)?.by ?? '';
  const hint = `${by} ${[...file.imported.values()].map((entry) => entry.from).join(' ')}`;
  const known = /\b(express|fastify|hono|elysia|koa|restify|hapi|polka|itty-router|find-my-way)/i.exec(hint);
  return known?.[1]?.toLowerCase() ?? 'http';
}
