import type { CallSite } from '../extract/callSite';
import { child, children } from '../extract/sourceText';
import { joinedPath, literal, literalText } from '../extract/textBuilder';
import type { HandlerFact, TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import { argumentsOf, calledName, chainLinks, chainRoot, registeredAt } from './chains';
import { tokenOf, type CallIdiom, type RustFile } from './file';

const VERB = /^(get|post|put|patch|delete|head|options|trace|connect|any)(_with|_service)?$/;

/** `.route("/x", get(list).post(create))`, actix's `.route("/x", web::get().to(list))`, poem's `.at("/x", get(list))`. */
export const route: CallIdiom = (call, file) => {
  const [first, second] = call.args;
  if (first === undefined || !file.uses.routers) return;
  const around = registeredAt(call.node, file);
  if (second === undefined) {
    addMethods(call, file, around.prefix, around.receiver, first);
    return;
  }
  const path = file.values.text(first);
  if (path === undefined) return;
  addMethods(call, file, [...around.prefix, path], around.receiver, second);
};

/** `get(list).post(create)`, `web::get().to(list)`, `on(MethodFilter::GET, list)`, `any(handler)`. */
function addMethods(
  call: CallSite,
  file: RustFile,
  path: readonly TextFact[],
  receiver: string,
  node: SyntaxNode,
): void {
  const add = (method: string, handler: HandlerFact | undefined, at: SyntaxNode): void => {
    if (handler === undefined) return;
    const range = file.source.range(at);
    file.facts.routes.push({ framework: 'rust', method, path, handler, receiver, range });
  };
  const root = chainRoot(node);
  const links = [...chainLinks(node, file)].reverse();
  const rooted = verbOf(calledName(root, file), argumentsOf(root), file);
  const to = links.find(({ name }) => name === 'to');
  if (to !== undefined) {
    const method = rooted ?? methodIn(argumentsOf(root)[0], file) ?? '*';
    add(method, file.values.handler(to.args[0]), call.nameNode);
    return;
  }
  for (const { name, args } of [{ name: calledName(root, file), args: argumentsOf(root) }, ...links]) {
    const verb = verbOf(name, args, file);
    const handler = verb === undefined ? undefined : args[/^on(_service)?$/.test(name) ? 1 : 0];
    if (verb !== undefined && handler !== undefined) add(verb, file.values.handler(handler), handler);
  }
}

function verbOf(name: string, args: readonly SyntaxNode[], file: RustFile): string | undefined {
  const verb = VERB.exec(name)?.[1];
  if (verb === 'any') return '*';
  if (verb !== undefined) return verb.toUpperCase();
  return /^on(_service)?$/.test(name) ? methodIn(args[0], file) : undefined;
}

/** `Method::GET`, `MethodFilter::GET`. */
function methodIn(node: SyntaxNode | undefined, file: RustFile): string | undefined {
  return node === undefined ? undefined : /::([A-Z]+)\b/.exec(file.source.of(node))?.[1];
}

/** actix's `web::resource("/x").to(handler)`, and the verbs of a resource: `web::resource("/x").get(list)`. */
export const onResource: CallIdiom = (call, file) => {
  const root = call.receiverNode === undefined ? undefined : chainRoot(call.receiverNode);
  if (root === undefined || calledName(root, file) !== 'resource') return;
  const method = call.name === 'to' ? '*' : VERB.exec(call.name)?.[1]?.toUpperCase();
  const handler = file.values.handler(call.args[0]);
  if (method === undefined || handler === undefined) return;
  const { prefix, receiver } = registeredAt(call.node, file);
  file.facts.routes.push({ framework: 'rust', method, path: prefix, handler, receiver, range: call.range });
};

/** `.nest("/x", orders::router())`, `.merge(router)`, actix's `.service(list)` and `.configure(orders::config)`. */
export const mount: CallIdiom = (call, file) => {
  if (!file.uses.routers) return;
  const isPathless = call.args.length < 2;
  const routers = isPathless ? call.args[0] : call.args[1];
  const prefix = isPathless ? undefined : file.values.text(call.args[0]);
  if (routers === undefined || (!isPathless && prefix === undefined)) return;
  const around = registeredAt(call.node, file);
  const whole = joinedPath([...around.prefix, ...(prefix === undefined ? [] : [prefix])]) ?? literal('');
  for (const target of targets(routers, file)) {
    file.facts.mounts.push({ receiver: around.receiver, prefix: whole, target, range: call.range });
  }
};

/** Links that leave a router what it is. */
const KEEPING =
  /^(with_state|layer|route_layer|clone|into|wrap|fallback|boxed|finish|build|split_for_parts|unwrap|into_\w+)$/;

/** The routers of an expression, as they can be looked up; none for one whose routes are written in place. */
function targets(node: SyntaxNode, file: RustFile): string[] {
  if (node.type === 'macro_invocation') return routesMacro(node, file);
  if (isRouter(chainRoot(node), file)) return [];
  const link = chainLinks(node, file).find(({ name }) => !KEEPING.test(name));
  const root = chainRoot(node);
  if (link !== undefined && !/^(nest|merge|route|service|configure|at|mount|routes)$/.test(link.name))
    return [link.name];
  const callee = root.type === 'call_expression' ? child(root, 'function') : root;
  if (callee === undefined || !/^(identifier|scoped_identifier|generic_function)$/.test(callee.type)) return [];
  const path = file.values.path(callee);
  // `let v1 = v1::router(config)`: the function fills what the variable holds.
  const made = callee.type === 'identifier' ? file.made.get(path) : undefined;
  if (made?.how === 'call' && /^[\w.]+$/.test(made.by)) return [path, made.by];
  return /(^|\.)(new|scope|resource|default|builder)$/.test(path) ? [] : [path];
}

/** A router made on the spot: its routes are written in place. */
function isRouter(root: SyntaxNode, file: RustFile): boolean {
  const callee = root.type === 'call_expression' ? child(root, 'function') : undefined;
  const path = callee === undefined ? '' : file.values.path(callee);
  return /(^|\.)(scope|resource)$|Router\.\w+$|(^|\.)(App|Route)\.new$/.test(path);
}

/** `routes![list, orders::create]`: paths among tokens. */
function routesMacro(node: SyntaxNode, file: RustFile): string[] {
  const name = child(node, 'macro');
  if (name === undefined || !/^(routes|catchers|openapi_get_routes)$/.test(file.source.of(name))) return [];
  const tokens = children(node).find(({ type }) => type === 'token_tree');
  const inside = tokens === undefined ? '' : file.source.of(tokens).slice(1, -1);
  return inside
    .split(',')
    .map((path) => path.trim().replace(/\s+/g, '').replaceAll('::', '.'))
    .filter((path) => /^[\w.]+$/.test(path));
}

/** utoipa's `.routes(routes!(list, create))`: the paths stand on the functions. */
export const routes: CallIdiom = (call, file) => {
  const [macro] = call.args;
  if (macro?.type !== 'macro_invocation') return;
  const { prefix, receiver } = registeredAt(call.node, file);
  for (const target of routesMacro(macro, file)) {
    file.facts.mounts.push({ receiver, prefix: joinedPath(prefix) ?? literal(''), target, range: call.range });
  }
};

/** The text in front of the tests, which stand at the end of the file. */
function withoutTests(text: string): string {
  const at = text.search(/#\[cfg\(test\)\]\s*(?:pub\s+)?mod\b[^;{]*\{/);
  return at < 0 ? text : text.slice(0, at);
}

const ROUTE_ATTRIBUTE = /^(get|post|put|patch|delete|head|options|trace|route)$/;

/**
 * `#[get("/x")]` of actix and Rocket, `#[route("/x", method = "GET")]`, `#[route(GET, uri = "/x")]`; they are reached
 * below where the function is mounted.
 */
export function attributeRoutes(file: RustFile): void {
  for (const { node, name, tokens, function: index } of file.attributes) {
    const isDocumented = name === 'path' && /utoipa/.test(file.source.of(node));
    if (!ROUTE_ATTRIBUTE.test(name) && !isDocumented) continue;
    // Where a router beside it names the path itself, utoipa's only documents it.
    if (isDocumented && /\.route\s*\(/.test(withoutTests(file.source.text))) continue;
    const written = file.source.of(node);
    const given =
      isDocumented || name === 'route' ? tokenOf(tokens, isDocumented ? 'path' : 'uri', file.source) : undefined;
    const first = tokens.find(({ type }) => type === 'string_literal' || type === 'raw_string_literal');
    const text = file.values.text(given ?? (isDocumented ? undefined : first));
    const path = literalText(text)?.replace(/\?.*$/, '');
    if (path === undefined) continue;
    const handler: HandlerFact = { kind: 'function', function: index };
    const receiver = file.outline.draft(index)?.name ?? '';
    const range = file.source.range(node);
    for (const method of methodsOf(name, written)) {
      file.facts.routes.push({ framework: 'rust', method, path: [literal(path)], handler, receiver, range });
    }
  }
}

function methodsOf(name: string, written: string): string[] {
  if (name === 'path') return [/\bpath\(\s*(\w+)/.exec(written)?.[1]?.toUpperCase() ?? '*'];
  if (name !== 'route') return [name.toUpperCase()];
  const named = [...written.matchAll(/method\s*=\s*"(\w+)"/g)].map((match) => match[1]!.toUpperCase());
  const first = /\(\s*([A-Z]+)\s*,/.exec(written)?.[1];
  return named.length > 0 ? named : [first ?? '*'];
}
