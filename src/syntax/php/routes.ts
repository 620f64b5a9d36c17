import type { CallSite } from '../extract/callSite';
import { addRoute } from '../extract/sourceFile';
import { child, children } from '../extract/sourceText';
import { literal } from '../extract/textBuilder';
import type { HandlerFact, TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import { argument, type CallIdiom, type PhpFile } from './file';
import { arrayOptions, chainOptions, groupsAround, isClosure, isRouter, joined } from './routeGroups';

/** What stands around a registration, from its groups and its own chain. */
interface Surroundings {
  readonly prefixes: readonly TextFact[];
  readonly namespace: string;
  readonly controller: string | undefined;
}

/** `Route::get('/x', [X::class, 'm'])`, `$app->get('/x', X::class)`, `$routes->get('x', 'X::m')`. */
export const verbRoute: CallIdiom = (call, file) => {
  const verb = call.name.toUpperCase();
  const method = verb === 'ANY' ? '*' : verb === 'DEL' ? 'DELETE' : verb;
  addRoutes(call, file, [method], argument(call, 0, 'uri', file.source), argument(call, 1, 'action', file.source));
};

/** `Route::match(['put', 'patch'], '/x', …)`, `$app->map(['GET'], '/x', …)`, FastRoute's `$r->addRoute('GET', '/x', …)`. */
export const matchRoute: CallIdiom = (call, file) => {
  const methods = file.values
    .texts(argument(call, 0, 'methods', file.source))
    .flatMap((text) => (text.kind === 'literal' ? [text.text.toUpperCase()] : []));
  const [uri, action] = [argument(call, 1, 'uri', file.source), argument(call, 2, 'action', file.source)];
  // Mezzio's `$app->route('/x', X::class, ['GET'])` has its methods last.
  if (call.name === 'route') {
    const given = file.values.texts(argument(call, 2, 'methods', file.source));
    const named = given.flatMap((text) => (text.kind === 'literal' ? [text.text.toUpperCase()] : []));
    addRoutes(call, file, named.length > 0 ? named : ['*'], argument(call, 0, 'path', file.source), uri);
  } else if (methods.length > 0) addRoutes(call, file, methods, uri, action);
};

function addRoutes(
  call: CallSite,
  file: PhpFile,
  methods: readonly string[],
  uri: SyntaxNode | undefined,
  action: SyntaxNode | undefined,
): void {
  if (uri === undefined || action === undefined || uri.type === 'array_creation_expression') return;
  const isKnown = isRouter(call.receiverNode, file);
  const around = surroundings(call, file);
  const path = file.values.text(uri);
  const handler = handlerOf(action, around, file, isKnown);
  const isPath = path?.kind === 'literal' && path.text.startsWith('/');
  if (path === undefined || handler === undefined || (!isKnown && (!isPath || handler.kind === 'function'))) return;
  for (const method of methods) {
    addRoute(file, call, { framework: 'php', method, path: [...around.prefixes, path], handler, receiver: '' });
  }
  const name = routeName(call.node, file);
  if (name === undefined) return;
  for (const method of methods) addRoute(file, call, { framework: 'name', method, path: [nameSegment(name)], handler });
}

/** Symfony's `$routes->add('order', '/orders/{id}')->controller([X::class, 'show'])->methods(['GET'])`. */
export const configuredRoute: CallIdiom = (call, file) => {
  const behind = chainBehind(call.node);
  const argumentsOf = (name: string): SyntaxNode[] => {
    const found = behind.find((one) => file.source.of(child(one, 'name') ?? one) === name);
    return children((found && child(found, 'arguments')) ?? call.node).flatMap((node) => children(node).slice(-1));
  };
  if (!behind.some((one) => file.source.of(child(one, 'name') ?? one) === 'controller')) return;
  const name = file.values.string(argument(call, 0, 'name', file.source));
  const path = file.values.text(argument(call, 1, 'path', file.source));
  const [given] = argumentsOf('controller');
  const handler = given && handlerOf(given, { prefixes: [], namespace: '', controller: undefined }, file, true);
  if (name === undefined || path === undefined || handler === undefined) return;
  const hasMethods = behind.some((one) => file.source.of(child(one, 'name') ?? one) === 'methods');
  const methods = hasMethods ? argumentsOf('methods').flatMap((node) => file.values.texts(node)) : [];
  const named = methods.flatMap((text) => (text.kind === 'literal' ? [text.text.toUpperCase()] : []));
  for (const method of named.length > 0 ? named : ['*']) {
    addRoute(file, call, { framework: 'symfony', method, path: [path], handler });
    addRoute(file, call, { framework: 'name', method, path: [nameSegment(name)], handler });
  }
};

/** A route's name, told apart from paths. */
export function nameSegment(name: string): TextFact {
  return literal(`name=${name}`);
}

/** Slim's and Laravel's `->setName('x')` and `->name('x')` behind a registration. */
function routeName(registration: SyntaxNode, file: PhpFile): string | undefined {
  for (const call of chainBehind(registration)) {
    if (!/^(setName|name)$/.test(file.source.of(child(call, 'name') ?? call))) continue;
    return file.values.string(children(child(call, 'arguments') ?? call)[0]);
  }
  return undefined;
}

/** The calls that are chained to one. */
function chainBehind(node: SyntaxNode): SyntaxNode[] {
  const calls: SyntaxNode[] = [];
  let inner = node;
  for (let next = inner.parent; next?.type === 'member_call_expression'; next = inner.parent) {
    if (child(next, 'object')?.id !== inner.id) break;
    calls.push(next);
    inner = next;
  }
  return calls;
}

function surroundings(call: CallSite, file: PhpFile): Surroundings {
  const groups: readonly Surroundings[] = [
    ...groupsAround(file.routeGroups(), call.start),
    chainOptions(call.receiverNode, file),
  ];
  return {
    prefixes: groups.flatMap(({ prefixes }) => prefixes),
    namespace: groups.reduce((outer, { namespace }) => joined(outer, namespace), ''),
    controller: groups.findLast(({ controller }) => controller !== undefined)?.controller,
  };
}

/**
 * Who answers: a closure, `[X::class, 'm']`, `X::class`, `'X@m'`, `'X::m'`, `'X:m'`, `X::class . ':m'`, `['uses' => …]`, the
 * name of a method of the group's controller. @param isKnown that the receiver is a router: then a text alone may be a class.
 */
function handlerOf(node: SyntaxNode, around: Surroundings, file: PhpFile, isKnown: boolean): HandlerFact | undefined {
  if (isClosure(node)) {
    const index = file.outline.functionOfNode(node.id);
    return index === undefined ? undefined : { kind: 'function', function: index };
  }
  if (node.type === 'array_creation_expression') {
    const uses = arrayOptions(node, file).get('uses');
    if (uses !== undefined) return handlerOf(uses, around, file, isKnown);
    const items = file.values.items(node);
    const type = file.classes.ofExpression(items[0]);
    const method = file.values.string(items[1]);
    if (type !== undefined && items.length === 2 && method !== undefined) return named(type, method);
    // Middleware in front of the handler: Mezzio's `[AuthMiddleware::class, OrdersHandler::class]`.
    const last = items.length > 1 ? file.classes.ofExpression(items.at(-1)) : undefined;
    return last === undefined ? undefined : named(last, '__invoke');
  }
  const type = file.classes.ofExpression(node);
  if (type !== undefined) return named(type, '__invoke');
  if (node.type === 'binary_expression') {
    const left = file.classes.ofExpression(child(node, 'left'));
    const method = file.values.string(child(node, 'right'));
    return left === undefined || method === undefined ? undefined : named(left, method.replace(/^[:@]+/, ''));
  }
  const text = file.values.string(node);
  return text === undefined ? undefined : namedByText(text, around, isKnown);
}

function namedByText(text: string, around: Surroundings, isKnown: boolean): HandlerFact | undefined {
  const split = /^\\?([\w\\]+?)(?:@|::?)(\w+)(?:\/.*)?$/.exec(text);
  if (split) return named(joined(around.namespace, split[1]!), split[2]!);
  if (!isKnown || !/^\\?[\w\\]+$/.test(text)) return undefined;
  if (around.controller !== undefined && !text.includes('\\')) return named(around.controller, text);
  return /^\\?(\w+\\)*[A-Z]\w*$/.test(text) ? named(joined(around.namespace, text), '__invoke') : undefined;
}

function named(type: string, method: string): HandlerFact {
  return { kind: 'name', name: `${type}.${method}` };
}

const RESOURCE_ACTIONS: readonly (readonly [action: string, methods: readonly string[], rest: string])[] = [
  ['index', ['GET'], ''],
  ['create', ['GET'], '/create'],
  ['store', ['POST'], ''],
  ['show', ['GET'], '/{}'],
  ['edit', ['GET'], '/{}/edit'],
  ['update', ['PUT', 'PATCH'], '/{}'],
  ['destroy', ['DELETE'], '/{}'],
];

/** Laravel's `Route::resource('albums.songs', X::class)->only('index')` and `apiResource`. */
export const resourceRoute: CallIdiom = (call, file) => {
  if (!isRouter(call.receiverNode, file)) return;
  const name = file.values.string(argument(call, 0, 'name', file.source));
  const given = argument(call, 1, 'controller', file.source);
  if (name === undefined || given === undefined) return;
  addResource(call, file, name, given, argument(call, 2, 'options', file.source));
};

/** `Route::apiResources(['photos' => X::class, …])`. */
export const resourceRoutes: CallIdiom = (call, file) => {
  const list = argument(call, 0, 'resources', file.source);
  if (!isRouter(call.receiverNode, file) || list?.type !== 'array_creation_expression') return;
  for (const [name, given] of arrayOptions(list, file)) addResource(call, file, name, given, undefined);
};

function addResource(
  call: CallSite,
  file: PhpFile,
  name: string,
  given: SyntaxNode,
  options: SyntaxNode | undefined,
): void {
  const around = surroundings(call, file);
  const owner = handlerOf(given, around, file, true);
  if (owner?.kind !== 'name') return;
  const type = owner.name.replace(/\.__invoke$/, '');
  const isAllowed = chosenActions(call, options, file);
  const isShallow = chainBehind(call.node).some((one) => file.source.of(child(one, 'name') ?? one) === 'shallow');
  const parts = name.replace(/^\/|\/$/g, '').split('.');
  const nested = parts.join('/{}/');
  const isSingle = /singleton/i.test(call.name);
  for (const [action, methods, rest] of RESOURCE_ACTIONS) {
    if (!isAllowed(action) || (/^api/i.test(call.name) && /^(create|edit)$/.test(action))) continue;
    if (isSingle && /^(index|store|create|destroy)$/.test(action)) continue;
    const base = isShallow && rest.startsWith('/{}') ? (parts.at(-1) ?? '') : nested;
    const path = [...around.prefixes, literal(base), literal(isSingle ? rest.replace('/{}', '') : rest)];
    for (const method of methods) {
      addRoute(file, call, { framework: 'php', method, path, handler: named(type, action), receiver: '' });
    }
  }
}

/** Whether a resource has an action, by `only` and `except` as options or behind it. */
function chosenActions(call: CallSite, options: SyntaxNode | undefined, file: PhpFile): (action: string) => boolean {
  const lists = new Map<string, string[]>();
  const add = (key: string, nodes: readonly (SyntaxNode | undefined)[]): void => {
    const texts = nodes.flatMap((node) => file.values.texts(node));
    lists.set(
      key,
      texts.flatMap((text) => (text.kind === 'literal' ? [text.text] : [])),
    );
  };
  if (options?.type === 'array_creation_expression') {
    for (const [key, value] of arrayOptions(options, file)) if (/^(only|except)$/.test(key)) add(key, [value]);
  }
  for (const one of chainBehind(call.node)) {
    const key = file.source.of(child(one, 'name') ?? one);
    const args = children(child(one, 'arguments') ?? one).map((node) => children(node).at(-1));
    if (/^(only|except)$/.test(key)) add(key, args);
  }
  const only = lists.get('only');
  return (action) => (only === undefined || only.includes(action)) && lists.get('except')?.includes(action) !== true;
}

/** `Route::prefix('api')->group(base_path('routes/api.php'))`; with a closure that requires a file. */
export const groupOfFile: CallIdiom = (call, file) => {
  if (!isRouter(call.receiverNode, file)) return;
  const last = call.args.map((node) => children(node).at(-1)).at(-1);
  if (last === undefined || last.type === 'array_creation_expression') return;
  const text = file.source.of(last);
  const paths = isClosure(last)
    ? [...text.matchAll(/\b(?:require|include)(?:_once)?\b[^;]*?['"]\/?([^'"]+\.php)['"]/g)].map((match) => match[1]!)
    : [/['"]\/?([^'"]+\.php)['"]/.exec(text)?.[1]].flatMap((path) => path ?? []);
  for (const path of paths) addMount(call, file, path);
};

function addMount(call: CallSite, file: PhpFile, path: string): void {
  const around = surroundings(call, file);
  const own = call.args.length > 1 ? argument(call, 0, 'attributes', file.source) : undefined;
  const given = own?.type === 'array_creation_expression' ? arrayOptions(own, file).get('prefix') : undefined;
  const prefix = file.values.text(given);
  const all = [...around.prefixes, ...(prefix === undefined ? [] : [prefix])];
  const target = path.replace(/^(\.\.?\/)+/, '');
  const whole = all.every((text) => text.kind === 'literal')
    ? literal(all.map((text) => (text.kind === 'literal' ? text.text : '')).join('/'))
    : (all.at(-1) ?? literal(''));
  file.facts.mounts.push({ receiver: '', prefix: whole, target, range: call.range });
}

/** Laravel 11's `->withRouting(api: __DIR__.'/../routes/api.php', apiPrefix: 'api/v1')`. */
export const withRouting: CallIdiom = (call, file) => {
  const { source, values } = file;
  const api = argument(call, -1, 'api', source);
  const prefix = values.text(argument(call, -1, 'apiPrefix', source)) ?? literal('api');
  for (const [node, front] of [
    [api, prefix],
    [argument(call, -1, 'web', source), literal('')],
  ] as const) {
    for (const match of node === undefined ? [] : source.of(node).matchAll(/['"](?:\/?\.\.)*\/?([^'"]+\.php)['"]/g)) {
      file.facts.mounts.push({ receiver: '', prefix: front, target: match[1]!, range: call.range });
    }
  }
};
