import { type CallSite, lastPart } from '../extract/callSite';
import { addRoute } from '../extract/sourceFile';
import { child, children } from '../extract/sourceText';
import { joinedPath, literal } from '../extract/textBuilder';
import type { HandlerFact, TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import { classMethods, expandClass } from './classViews';
import { argument, type CallIdiom, type PythonFile } from './file';
import { keyword } from './values';
import { viewActions } from './viewSets';

const VERB = /^(get|post|put|patch|delete|head|options|trace)$/;

/** `@app.route("/x", methods=[…])`, `@router.get("/x")`, Litestar's `@get("/x")`, `@ns.route("/x")` on a class. */
export function routeDecorator(call: CallSite, file: PythonFile): void {
  const verb = VERB.exec(call.name)?.[1];
  const isRoute = /^(route|view|api_route|websocket|websocket_route|custom_route)$/.test(call.name);
  if (verb === undefined && !isRoute) return;
  if (call.receiver === '' && verb === undefined) return;
  const target = file.outline.innermostAt(call.node.startIndex);
  const own = argument(call, file, 0, 'path') ?? argument(call, file, -1, 'rule') ?? argument(call, file, -1, 'uri');
  const paths = own === undefined && call.receiver === '' ? [literal('')] : file.values.texts(own);
  if (target === undefined || paths.length === 0) return;
  if (call.receiver === '' && !file.facts.imports.some(({ from }) => /litestar|starlite|robyn|blacksheep/.test(from)))
    return;
  const prefix = prefixOf(call, file);
  const methods = verb === undefined ? methodsOf(call, file, call.name.startsWith('websocket')) : [verb.toUpperCase()];
  for (const path of paths) {
    const base = { framework: 'python', path: [...prefix, path], receiver: call.receiver };
    if (target.kind === 'type') {
      for (const { method, handler } of classMethods(target, file)) addRoute(file, call, { ...base, method, handler });
      continue;
    }
    const handler: HandlerFact = { kind: 'function', function: file.outline.functionAt(call.node.startIndex) };
    for (const method of methods) addRoute(file, call, { ...base, method, handler });
  }
}

function methodsOf(call: CallSite, file: PythonFile, any: boolean): string[] {
  const given = file.values.texts(argument(call, file, -1, 'methods'));
  const names = given.flatMap((text) => (text.kind === 'literal' ? [text.text.toUpperCase()] : []));
  return names.length > 0 ? names : [any ? '*' : 'GET'];
}

/** The prefix of the router a route is declared on, or of Litestar's controller class around it. */
function prefixOf(call: CallSite, file: PythonFile): readonly TextFact[] {
  if (call.receiver !== '') return file.receivers.prefixOf(call.receiver, call.start);
  const type = file.outline.typeScopeAt(call.start);
  const path = type === undefined ? undefined : file.constants.literalOf(`${type.name}.path`, call.start);
  return path === undefined ? [] : [literal(path)];
}

/** `app.add_url_rule("/x", view_func=f)`, `router.add_api_route("/x", f)`, Starlette's `add_route("/x", f)`. */
export const addRouteCall: CallIdiom = (call, file) => {
  const path = argument(call, file, 0, 'path') ?? argument(call, file, 0, 'rule');
  const view =
    argument(call, file, -1, 'view_func') ?? argument(call, file, -1, 'endpoint') ?? argument(call, file, -1, 'route');
  const second = argument(call, file, call.name === 'add_url_rule' ? 2 : 1, 'handler');
  const handler = view?.type === 'string' ? second : (view ?? second);
  // A view class answers what its methods say; a function, GET.
  const any = call.name !== 'add_url_rule' || handler?.type === 'call';
  push(call, file, path, handler, methodsOf(call, file, any));
};

/** aiohttp's `app.router.add_get("/x", h)` and `add_route("GET", "/x", h)`. */
export const aiohttpAdd: CallIdiom = (call, file) => {
  const [first, second, third] = call.args;
  // The application's router: what is mounted is the application.
  const app = call.receiver.replace(/\.router$/, '');
  if (call.name === 'add_route' && keyword(call.args, 'suffix', file.source) !== undefined) suffixedRoute(call, file);
  else if (call.name === 'add_route' && (first?.type === 'call' || first?.type === 'identifier')) {
    // Sanic's `add_route(handler, "/x")`.
    push(call, file, argument(call, file, 1, 'uri'), first, methodsOf(call, file, first.type === 'call'));
  } else if (call.name === 'add_route' && third !== undefined && third.type !== 'keyword_argument') {
    const method = file.values.string(first)?.toUpperCase() ?? '*';
    push(call, file, second, third, [method], app);
  } else if (call.name === 'add_route') addRouteCall(call, file);
  else push(call, file, first, second, [call.name.slice('add_'.length).toUpperCase()], app);
};

/** Falcon's `add_route("/x", Orders(), suffix="all")`: methods such as `on_get_all`. */
function suffixedRoute(call: CallSite, file: PythonFile): void {
  const path = file.values.text(argument(call, file, 0, 'uri_template'));
  const suffix = file.values.string(argument(call, file, -1, 'suffix'));
  const view = viewHandler(argument(call, file, 1, 'resource'), file);
  if (path === undefined || suffix === undefined || view?.kind !== 'name') return;
  const [type] = [view.name, ...(view.orElse ?? [])].filter((name) => /^[A-Z]/.test(lastPart(name)));
  if (type === undefined) return;
  const own = file.outline.membersOf(lastPart(type));
  for (const verb of FALCON_VERBS) {
    const name = `on_${verb}_${suffix}`;
    const index = own.find((member) => file.outline.draft(member)?.name === name);
    if (index === undefined && own.length > 0) continue;
    const handler: HandlerFact =
      index === undefined ? { kind: 'name', name: `${type}.${name}` } : { kind: 'function', function: index };
    const receiver = call.receiver;
    addRoute(file, call, { framework: 'falcon', method: verb.toUpperCase(), path: [path], handler, receiver });
  }
}

const FALCON_VERBS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'];

/** aiohttp's `web.get("/x", h)`. */
export const webVerb: CallIdiom = (call, file) => {
  if (call.receiver !== 'web' || call.args.length < 2) return;
  const methods = [call.name === 'view' ? '*' : call.name.toUpperCase()];
  push(call, file, call.args[0], call.args[1], methods, addedTo(call, file) ?? call.receiver);
};

/** `app` of the `app.add_routes([…])` a call is written inside of. */
function addedTo(call: CallSite, file: PythonFile): string | undefined {
  for (const { node, parts } of file.captures.of('call')) {
    if (parts.name === undefined || parts.receiver === undefined || node.endIndex < call.node.endIndex) continue;
    if (node.startIndex >= call.node.startIndex || file.source.of(parts.name) !== 'add_routes') continue;
    return file.source.of(parts.receiver).replace(/\.router$/, '');
  }
  return undefined;
}

/** Starlette's `Route("/x", endpoint=h, methods=[…])`. */
export const starletteRoute: CallIdiom = (call, file) => {
  const methods = methodsOf(call, file, true);
  push(
    call,
    file,
    argument(call, file, 0, 'path'),
    argument(call, file, 1, 'endpoint'),
    methods,
    listAround(call, file),
  );
};

/** Starlette's `Mount("/x", app=sub)` and `Mount("/x", routes=routes)`; routes written inside are read with the path. */
export const starletteMount: CallIdiom = (call, file) => {
  const mounted = argument(call, file, 1, 'app') ?? argument(call, file, -1, 'routes');
  const path = file.values.text(argument(call, file, 0, 'path'));
  if (mounted === undefined || path === undefined || !/^(identifier|attribute)$/.test(mounted.type)) return;
  const prefix = joinedPath([...enclosingPrefixes(call, file), path]);
  const target = file.source.of(mounted).replace(/^(self|cls)\./, '');
  if (prefix !== undefined)
    file.facts.mounts.push({ receiver: listAround(call, file), prefix, target, range: call.range });
};

/** The variable that a list of routes is kept in, or the router or application made with it; '' where there is none. */
function listAround(call: CallSite, file: PythonFile): string {
  const name = patternList(call, file);
  return name === 'urlpatterns' ? '' : name;
}

/** Django's `path("orders/<int:pk>/", view)` and `re_path(r"^orders/$", view)`, or the mount `include("orders.urls")`. */
export const djangoPath: CallIdiom = (call, file) => {
  const route = argument(call, file, 0, /path$/.test(call.name) && call.name !== 're_path' ? 'route' : 'regex');
  const view = argument(call, file, 1, 'view');
  const prefix = file.values.text(route);
  if (prefix === undefined || view === undefined) return;
  const included = includeOf(view, file);
  if (included === undefined) {
    push(call, file, route, view, ['*'], patternList(call, file));
  } else if (included.type === 'string' || included.type === 'identifier' || included.type === 'attribute') {
    // `include(router.urls)`: the routes registered on `router`.
    const target = file.values.string(included) ?? file.source.of(included).replace(/\.urls$/, '');
    file.facts.mounts.push({ receiver: patternList(call, file), prefix, target, range: call.range });
  }
};

/** A function of the project that makes a pattern, in a list of them: `optional_slash_path("orders", Orders.as_view())`. */
export const pathHelper: CallIdiom = (call, file) => {
  if (!/_(path|url)$/.test(call.name) || call.node.parent?.type !== 'list') return;
  const [route, view] = call.args;
  if (route?.type !== 'string' || view === undefined || !/\.as_view\(|^[\w.]+$/.test(file.source.of(view))) return;
  if (file.facts.imports.some(({ from }) => /^django\.(conf\.)?urls/.test(from))) djangoPath(call, file);
};

/** The variable whose list of patterns a call of `path` stands in; `urlpatterns` where it stands in none. */
function patternList(call: CallSite, file: PythonFile): string {
  for (let node = call.node.parent; node !== null; node = node.parent) {
    if (node.type === 'assignment' || node.type === 'augmented_assignment') {
      const name = file.source.of(child(node, 'left') ?? node);
      return /^\w+$/.test(name) ? name : 'urlpatterns';
    }
    if (node.type === 'function_definition' || node.type === 'class_definition') break;
  }
  return 'urlpatterns';
}

function includeOf(view: SyntaxNode, file: PythonFile): SyntaxNode | undefined {
  const callee = view.type === 'call' ? child(view, 'function') : undefined;
  if (callee === undefined) return view.type === 'attribute' && /\.urls$/.test(file.source.of(view)) ? view : undefined;
  if (lastPart(file.source.of(callee)) !== 'include') return undefined;
  const first = children(child(view, 'arguments') ?? view)[0];
  return first?.type === 'tuple' ? children(first)[0] : first;
}

/** Flask-RESTful's `api.add_resource(Orders, "/orders", "/orders/<id>")`. */
export const addResource: CallIdiom = (call, file) => {
  const [view, ...paths] = call.args;
  for (const path of paths) if (path.type !== 'keyword_argument') push(call, file, path, view, ['*']);
};

/** Tornado's `(r"/orders", OrdersHandler)`. */
export function tornadoRoutes(file: PythonFile): void {
  for (const { node, parts } of file.captures.of('handlerTuple')) {
    const path = file.values.text(parts.path);
    if (path?.kind !== 'literal' || !path.text.startsWith('/') || parts.handler === undefined) continue;
    if (!/Handler$/.test(file.source.of(parts.handler))) continue;
    const handler = file.values.handler(parts.handler);
    if (handler === undefined) continue;
    const range = file.source.range(node);
    for (const view of expandClass(handler, '*', file)) {
      file.facts.routes.push({ framework: 'tornado', ...view, path: [path], receiver: '', range });
    }
  }
}

/** Adds a route for a handler by reference; a class answers with one method per HTTP method. */
function push(
  call: CallSite,
  file: PythonFile,
  path: SyntaxNode | undefined,
  view: SyntaxNode | undefined,
  methods: readonly string[],
  receiver = call.receiver,
): void {
  const handler = viewHandler(view, file);
  const prefix = [...enclosingPrefixes(call, file), ...file.receivers.prefixOf(call.receiver, call.start)];
  if (handler === undefined) return;
  const told = viewActions(view, file);
  const answering = told ?? methods.flatMap((method) => expandClass(handler, method, file));
  const framework = /^(\w+_)?(path|url)$/.test(call.name) ? 'django' : 'python';
  for (const text of file.values.texts(path)) {
    for (const one of answering) addRoute(file, call, { framework, ...one, path: [...prefix, text], receiver });
  }
}

/** Who answers, also where it is kept in a variable: `view = Orders.as_view("orders")`, `orders = Orders(db)`. */
function viewHandler(view: SyntaxNode | undefined, file: PythonFile): HandlerFact | undefined {
  const made = view?.type === 'identifier' ? file.made.get(file.source.of(view)) : undefined;
  if (made === undefined || made.how !== 'call') return file.values.handler(view);
  if (/\.as_view$/.test(made.by)) return file.values.handler(made.receiverNode);
  return /(^|\.)[A-Z]\w*$/.test(made.by) ? { kind: 'name', name: made.by } : file.values.handler(view);
}

/** Prefixes of `Mount("/api", routes=[…])` and `path("api/", include([…]))` a route is written inside of. */
function enclosingPrefixes(call: CallSite, file: PythonFile): TextFact[] {
  const prefixes: TextFact[] = [];
  for (const { node, parts } of file.captures.of('call')) {
    if (parts.name === undefined || parts.arguments === undefined) continue;
    if (node.startIndex >= call.node.startIndex || node.endIndex <= call.node.endIndex) continue;
    if (!/^(Mount|path|re_path|url)$/.test(file.source.of(parts.name))) continue;
    const prefix = file.values.text(children(parts.arguments)[0]);
    if (prefix !== undefined) prefixes.push(prefix);
  }
  return prefixes;
}
