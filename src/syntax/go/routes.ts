import { type CallSite, lastPart, plainPath } from '../extract/callSite';
import { addRoute, addSpan } from '../extract/sourceFile';
import { child, children } from '../extract/sourceText';
import { joinedPath, literal } from '../extract/textBuilder';
import type { HandlerFact, TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import type { CallIdiom, GoFile } from './file';
import { chainRoot, routerPrefix } from './routers';

/** Packages, variables and types of routers whose methods are called `Get` and `Post`. */
const ROUTERS = /chi|fiber|iris|mux|router|macaron|martini|buffalo|flow|huma/i;

const NOT_A_ROUTER =
  /client|resty|^(http|huma)$|^(req|request|cache|redis|rdb|db|session|cookie|header|values|params)$/i;

/** `r.GET("/x", h)` of gin, echo, hertz and httprouter; `r.Get("/x", h)` of chi, fiber and iris. */
export const verbRoute: CallIdiom = (call, file) => {
  if (call.receiverNode === undefined || call.args.length < 2) return;
  const [first, second] = call.args;
  const root = chainRoot(call.receiverNode, file);
  const shouted = call.name === 'Any' || call.name === call.name.toUpperCase();
  // echo and gin put the slash there themselves.
  const bare = shouted && /^[\w-]+$/.test(file.values.string(first) ?? '');
  if (NOT_A_ROUTER.test(lastPart(root)) || !(bare || looksLikePath(first, file))) return;
  const made = shouted ? '' : (file.made.get(root)?.by ?? '');
  if (!shouted && !ROUTERS.test(`${file.importPaths} ${root} ${made}`)) return;
  const handler = /labstack\/echo/.test(file.importPaths) ? second : call.args.at(-1);
  const method = /^(Any|All|ANY)$/.test(call.name) ? '*' : call.name.toUpperCase();
  push(call, file, method, first, handler);
};

/** gin's `Handle("GET", "/x", h)`, chi's `Method("GET", "/x", h)`, echo's and fiber's `Add("GET", "/x", h)`. */
export const methodRoute: CallIdiom = (call, file) => {
  const [method, path, handler] = call.args;
  const name = file.values.httpMethod(method);
  if (name === undefined || handler === undefined || call.receiverNode === undefined || !looksLikePath(path, file))
    return;
  push(call, file, name, path, /labstack\/echo/.test(file.importPaths) ? handler : call.args.at(-1));
};

/** gin's and echo's `Match([]string{"GET", "POST"}, "/x", h)`. */
export const matchRoute: CallIdiom = (call, file) => {
  const [methods, path, handler] = call.args;
  if (call.receiverNode === undefined || handler === undefined || !looksLikePath(path, file)) return;
  const target = /labstack\/echo/.test(file.importPaths) ? handler : call.args.at(-1);
  for (const method of file.values.httpMethods(methods)) push(call, file, method, path, target);
};

/** `http.HandleFunc("GET /x/{id}", h)`, `mux.Handle("/x", h)`, a helper `handleFunc("/x", h)`; gorilla's `.Methods`. */
export const handleRoute: CallIdiom = (call, file) => {
  if (call.args.length > 2) {
    methodRoute(call, file);
    return;
  }
  const [pattern, target] = call.args;
  const text = file.values.text(pattern);
  if (text === undefined || target === undefined) return;
  const routing = /mux|router|^r$|^http$|server|^srv$|^app$|^$/i.test(lastPart(call.receiver));
  if (text.kind === 'reference' && (!routing || /ctx|context|request/i.test(text.name))) return;
  const parsed = parsePattern(text);
  if (parsed === undefined || mounted(call, file, parsed.path, target)) return;
  const methods = file.gorillaMethods.get(call.node.id) ?? [parsed.method];
  for (const method of methods) pushPath(call, file, method, parsed.path, target);
};

/** gorilla's `r.Path("/x").Methods("GET").HandlerFunc(h)` and `r.Methods("GET").Path("/x").Handler(h)`. */
export const chainedHandler: CallIdiom = (call, file) => {
  if (call.receiverNode?.type !== 'call_expression') return;
  const links = chainLinks(call.receiverNode, file);
  if (!links.some(({ name }) => name === 'Path' || name === 'PathPrefix')) return;
  const methods = links
    .find(({ name }) => name === 'Methods')
    ?.args.flatMap((arg) => file.values.httpMethod(arg) ?? []);
  const prefix = routerPrefix(call.receiverNode, file);
  const handler = file.values.handler(call.args[0]);
  const receiver = chainRoot(call.receiverNode, file);
  for (const method of methods ?? ['*'])
    addRoute(file, call, { framework: 'mux', method, path: prefix, handler, receiver });
};

/** The methods of `HandleFunc("/x", h).Methods("GET", "POST")` by the registration they belong to. */
export function gorillaMethods(file: Omit<GoFile, 'gorillaMethods'>): Map<number, readonly string[]> {
  const methods = new Map<number, readonly string[]>();
  for (const { parts } of file.captures.of('call')) {
    if (parts.name === undefined || parts.arguments === undefined || file.source.of(parts.name) !== 'Methods') continue;
    const names = children(parts.arguments).flatMap((argument) => file.values.httpMethod(argument) ?? []);
    let node = parts.receiver;
    while (node?.type === 'call_expression') {
      if (names.length > 0) methods.set(node.id, names);
      const callee = child(node, 'function');
      node = callee === undefined ? undefined : child(callee, 'operand');
    }
  }
  return methods;
}

/** chi's `r.Mount("/admin", adminRouter())`. */
export const mountCall: CallIdiom = (call, file) => {
  const [path, target] = call.args;
  if (path === undefined || target === undefined || call.receiverNode === undefined) return;
  const own = file.values.text(path);
  if (own !== undefined) pushMount(call, file, [...routerPrefix(call.receiverNode, file), own], target);
};

/** `users.Register(v1.Group("/users"))`: routes made inside the called function have the group's prefix. */
export function passedGroup(call: CallSite, file: GoFile): void {
  for (const argument of call.args) {
    const isGroup =
      argument.type === 'call_expression'
        ? /\.Group\(/.test(file.source.of(argument).slice(0, 200)) && chainLinks(argument, file)[0]?.name === 'Group'
        : argument.type === 'identifier' && file.receivers.has(file.source.of(argument));
    if (!isGroup) continue;
    const prefix = joinedPath(routerPrefix(argument, file));
    if (prefix === undefined || (prefix.kind === 'literal' && prefix.text === '')) continue;
    const owner = ownerOf(call, file);
    const target = owner === '' ? call.name : `${owner}.${call.name}`;
    const receiver = chainRoot(argument, file);
    if (/^[\w.]+$/.test(target)) file.facts.mounts.push({ receiver, prefix, target, range: call.range });
  }
}

/** What a method is called on; of `users.NewHandler(db)`, also in a variable, the package `users`. */
function ownerOf(call: CallSite, file: GoFile): string {
  const isPackage = (name: string): boolean => file.facts.imports.some(({ names }) => name in names);
  if (call.receiverNode?.type === 'call_expression') {
    const root = chainRoot(call.receiverNode, file);
    return isPackage(root) ? root : '';
  }
  const made = file.made.get(call.receiver)?.by.split('.') ?? [];
  return made.length > 1 && isPackage(made[0]!) ? made[0]! : call.receiver;
}

/** `otelhttp.NewHandler(h, "orders")` names the server span of `h`. */
export const namedHandler: CallIdiom = (call, file) => {
  const [target, name] = call.args;
  const text = file.values.text(name);
  if (!/otelhttp/.test(call.receiver) || text?.kind !== 'literal' || text.text === '') return;
  const handler = file.values.handler(target);
  if (handler?.kind !== 'function') return;
  addSpan(file, call, text, 'SERVER');
  const added = file.facts.spans.pop();
  if (added !== undefined) file.facts.spans.push({ ...added, function: handler.function });
};

/** Rows of route tables. */
export function routeTables(file: GoFile): void {
  for (const { node } of file.captures.of('routeEntry')) {
    const fields = file.values.fields(node);
    const path = fields.get('Path') ?? fields.get('Pattern') ?? fields.get('URL') ?? fields.get('Url');
    const handler = file.values.handler(fields.get('Handler') ?? fields.get('HandlerFunc') ?? fields.get('HandleFunc'));
    pushRow(file, node, file.values.httpMethod(fields.get('Method')) ?? '*', path, handler);
  }
  for (const { node } of file.captures.of('routeRow')) {
    const values = children(node).flatMap((element) => children(element)[0] ?? []);
    const method = values.map((value) => file.values.httpMethod(value)).find((name) => HTTP_METHODS.test(name ?? ''));
    const path = values.find((value) => file.values.string(value)?.startsWith('/'));
    pushRow(file, node, method ?? '*', path, file.values.handler(values.at(-1)));
  }
}

const HTTP_METHODS = /^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/;

function pushRow(
  file: GoFile,
  node: SyntaxNode,
  method: string,
  path: SyntaxNode | undefined,
  handler: HandlerFact | undefined,
): void {
  const text = file.values.text(path);
  if (handler === undefined || text === undefined) return;
  const range = file.source.range(node);
  file.facts.routes.push({ framework: 'table', method, path: [text], handler, receiver: '', range });
}

function push(
  call: CallSite,
  file: GoFile,
  method: string,
  path: SyntaxNode | undefined,
  target: SyntaxNode | undefined,
): void {
  const text = file.values.text(path);
  if (text !== undefined && target !== undefined) pushPath(call, file, method, text, target);
}

function pushPath(call: CallSite, file: GoFile, method: string, path: TextFact, target: SyntaxNode): void {
  const prefix = call.receiverNode === undefined ? [] : routerPrefix(call.receiverNode, file);
  const receiver = call.receiverNode === undefined ? '' : chainRoot(call.receiverNode, file);
  const handler = file.values.handler(target);
  addRoute(file, call, { framework: frameworkOf(file), method, path: [...prefix, path], handler, receiver });
}

/** `mux.Handle("/api/", http.StripPrefix("/api", sub))` and `mux.Handle("/api/", apiMux)` mount another mux. */
function mounted(call: CallSite, file: GoFile, path: TextFact, target: SyntaxNode): boolean {
  if (target.type === 'call_expression' && /^http\.StripPrefix\(/.test(file.source.of(target))) {
    const inner = children(child(target, 'arguments') ?? target)[1];
    if (inner !== undefined) pushMount(call, file, [path], inner);
    return true;
  }
  const made = target.type === 'identifier' ? file.made.get(file.source.of(target))?.by : undefined;
  if (
    made === undefined ||
    !/(NewServeMux|NewRouter|New|Default)$/.test(made) ||
    !/[mM]ux|[rR]outer|gin|chi|echo/.test(made)
  )
    return false;
  pushMount(call, file, [path], target);
  return true;
}

function pushMount(call: CallSite, file: GoFile, prefix: readonly TextFact[], target: SyntaxNode): void {
  const text = joinedPath(prefix);
  const name = plainPath(file.source.of(target)).replace(/\([^]*$/, '');
  if (text === undefined || !/^[\w.]+$/.test(name)) return;
  file.facts.mounts.push({ receiver: call.receiver, prefix: text, target: name, range: call.range });
}

/** `"GET example.com/x/{id}"`: method and host are optional. */
function parsePattern(text: TextFact): { method: string; path: TextFact } | undefined {
  if (text.kind === 'reference') return { method: '*', path: text };
  const start = text.kind === 'literal' ? text.text : (text.parts[0] ?? '');
  const match = /^(?:([A-Z]+)[ \t]+)?([^/ ]*)(\/|$)/.exec(start);
  if (match === null || (match[2] !== '' && match[1] === undefined && !/\.|:/.test(match[2] ?? ''))) return undefined;
  if (text.kind === 'literal' && !start.includes('/')) return undefined;
  const skip = match[0].length - (match[3] ?? '').length;
  const rest = start.slice(skip);
  const path: TextFact = text.kind === 'literal' ? literal(rest) : { ...text, parts: [rest, ...text.parts.slice(1)] };
  return { method: match[1] ?? '*', path };
}

function looksLikePath(node: SyntaxNode | undefined, file: GoFile): boolean {
  const text = file.values.text(node);
  if (text === undefined) return false;
  if (text.kind === 'literal') return text.text === '' || /^[/*:]/.test(text.text);
  return text.kind === 'reference' || text.parts[0] === '' || text.parts[0]?.startsWith('/') === true;
}

function chainLinks(node: SyntaxNode, file: GoFile): { name: string; args: SyntaxNode[] }[] {
  const links: { name: string; args: SyntaxNode[] }[] = [];
  let at: SyntaxNode | undefined = node;
  while (at?.type === 'call_expression') {
    const callee: SyntaxNode | undefined = child(at, 'function');
    const field = callee === undefined ? undefined : child(callee, 'field');
    if (field !== undefined) links.push({ name: file.source.of(field), args: children(child(at, 'arguments') ?? at) });
    at = callee === undefined ? undefined : child(callee, 'operand');
  }
  return links;
}

function frameworkOf(file: GoFile): string {
  return /\b(gin|echo|chi|fiber|mux|httprouter|iris|hertz)\b/.exec(file.importPaths)?.[1] ?? 'net/http';
}
