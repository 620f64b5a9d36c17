import { CallSite } from '../extract/callSite';
import { child, children } from '../extract/sourceText';
import { joinedPath, literal } from '../extract/textBuilder';
import type { HandlerFact, TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import { keyword, type CallIdiom, type ElixirFile } from './file';
import { moduleName } from './modules';

/** Scopes within scopes, at most. */
const MAX_LEVELS = 24;

/** What the blocks around a route put in front of its path and of its controller's name. */
interface Around {
  /** One for each text of the list that a `for` around goes through. */
  readonly paths: readonly (readonly TextFact[])[];
  readonly alias: string;
}

/** Phoenix' `get "/x", OrderController, :show`; Plug's `get "/x" do`. */
export const verb: CallIdiom = (call, file) => {
  const [path, controller, action] = call.args;
  if (path?.type === 'atom' || call.name === 'match') return match(call, file);
  addVerb(call, file, call.name.toUpperCase(), path, controller, action);
};

/** `match :*, "/x", Controller, :action`; Plug's `match "/x", via: :get do`. */
function match(call: CallSite, file: ElixirFile): void {
  const [first, ...rest] = call.args;
  if (first?.type === 'atom' || first?.type === 'quoted_atom') {
    const named = file.source.of(first).replace(/^:"?|"$/g, '');
    addVerb(call, file, named === '*' ? '*' : named.toUpperCase(), rest[0], rest[1], rest[2]);
    return;
  }
  const via = keyword(call, 'via', file.source);
  const methods =
    via === undefined ? ['*'] : [...file.source.of(via).matchAll(/:(\w+)/g)].map((one) => one[1]!.toUpperCase());
  for (const method of methods) addVerb(call, file, method, first, rest[0], rest[1]);
}

function addVerb(
  call: CallSite,
  file: ElixirFile,
  method: string,
  path: SyntaxNode | undefined,
  controller: SyntaxNode | undefined,
  action: SyntaxNode | undefined,
): void {
  const text = file.values.text(path);
  if (path?.type !== 'string' || text === undefined) return;
  const block = file.outline.functionOfNode(call.node.id);
  if (block !== undefined) {
    add(file, call, 'plug', method, [text], { kind: 'function', function: block });
    return;
  }
  const to = keyword(call, 'to', file.source);
  if (to !== undefined) {
    const name = `${moduleName(handedPlug(call, file) ?? file.source.of(to), file)}.call`;
    add(file, call, 'plug', method, [text], { kind: 'name', name });
    return;
  }
  if (controller?.type !== 'alias') return;
  const around = aroundOf(call.node, file);
  const module = qualified(controller, around, file);
  const named = action?.type === 'atom' ? file.source.of(action).slice(1) : 'call';
  const handler: HandlerFact = {
    kind: 'name',
    name: `${module}.${named}`,
    ...(named === 'call' ? {} : { orElse: [`${module}.call`] }),
  };
  add(file, call, 'phoenix', method, [text], handler, around);
}

/** The plug that a plug is told to hand the request to: `to: WithConfig, init_opts: [plug: Shop.ListOrders]`. */
function handedPlug(call: CallSite, file: ElixirFile): string | undefined {
  const options = keyword(call, 'init_opts', file.source);
  return options && /(?<![\w:])plug:\s*([A-Z][\w.]*)/.exec(file.source.of(options))?.[1];
}

/** `live "/orders/:id", OrderLive, :show`. */
export const live: CallIdiom = (call, file) => {
  const [path, view] = call.args;
  const text = file.values.text(path);
  if (text === undefined || view?.type !== 'alias') return;
  const around = aroundOf(call.node, file);
  const module = qualified(view, around, file);
  const orElse = ['handle_params', 'render'].map((name) => `${module}.${name}`);
  const handler: HandlerFact = { kind: 'name', name: `${module}.mount`, orElse };
  add(file, call, 'phoenix', 'GET', [text], handler, around);
};

/** What `resources` makes: https://hexdocs.pm/phoenix/Phoenix.Router.html#resources/4. */
const ACTIONS: readonly (readonly [action: string, method: string, path: string])[] = [
  ['index', 'GET', ''],
  ['edit', 'GET', '/:id/edit'],
  ['new', 'GET', '/new'],
  ['show', 'GET', '/:id'],
  ['create', 'POST', ''],
  ['update', 'PATCH', '/:id'],
  ['update', 'PUT', '/:id'],
  ['delete', 'DELETE', '/:id'],
];

/** `resources "/orders", OrderController, only: [:index, :show]`. */
export const resources: CallIdiom = (call, file) => {
  const [path, controller] = call.args;
  const text = file.values.text(path);
  if (text === undefined || controller?.type !== 'alias') return;
  const around = aroundOf(call.node, file);
  const module = qualified(controller, around, file);
  const listed = (name: string): Set<string> | undefined => {
    const list = keyword(call, name, file.source);
    return list && new Set([...file.source.of(list).matchAll(/\w+/g)].map(([word]) => word));
  };
  const [only, except] = [listed('only'), listed('except')];
  const isSingle = keyword(call, 'singleton', file.source) !== undefined;
  const parameter = file.values.string(keyword(call, 'param', file.source)) ?? 'id';
  for (const [action, method, end] of ACTIONS) {
    if (only?.has(action) === false || except?.has(action) === true || (isSingle && action === 'index')) continue;
    const tail = isSingle ? end.replace('/:id', '') : end.replace(':id', `:${parameter}`);
    const whole = tail === '' ? [text] : [text, literal(tail)];
    const handler: HandlerFact = { kind: 'name', name: `${module}.${action}` };
    add(file, call, 'phoenix', method, whole, handler, around);
  }
};

/** `forward "/orders", to: Shop.OrdersRouter`, `forward "/orders", Shop.OrdersRouter`. */
export const forward: CallIdiom = (call, file) => {
  const [path, plug] = call.args;
  const text = file.values.text(path);
  const to = keyword(call, 'to', file.source) ?? (plug?.type === 'alias' ? plug : undefined);
  if (text === undefined || to === undefined) return;
  const around = aroundOf(call.node, file);
  const target = file.source.of(to).split('.').at(-1)!;
  for (const path of around.paths) {
    const prefix = joinedPath([...path, text]) ?? literal('');
    file.facts.mounts.push({ receiver: moduleAround(call, file), prefix, target, range: call.range });
  }
};

function add(
  file: ElixirFile,
  call: CallSite,
  framework: string,
  method: string,
  path: readonly TextFact[],
  handler: HandlerFact,
  around: Around = { paths: [[]], alias: '' },
): void {
  const receiver = moduleAround(call, file);
  for (const prefix of around.paths) {
    const whole = [...prefix, ...path];
    file.facts.routes.push({ framework, method, path: whole, handler, receiver, range: call.range });
  }
}

/** The texts that a variable goes through: `for prefix <- ["/", "/repos/:repository"] do`. */
function eachOf(name: string, from: SyntaxNode, file: ElixirFile): TextFact[] {
  for (let node = from.parent; node !== null; node = node.parent) {
    const target = node.type === 'call' ? child(node, 'target') : undefined;
    if (target === undefined || file.source.of(target) !== 'for') continue;
    const clauses = children(node).find(({ type }) => type === 'arguments');
    for (const clause of clauses === undefined ? [] : children(clauses)) {
      const left = child(clause, 'left');
      const right = child(clause, 'right');
      if (left === undefined || file.source.of(left) !== name || right?.type !== 'list') continue;
      return children(right).flatMap((item) => file.values.text(item) ?? []);
    }
  }
  return [];
}

/** The simple name of the module around: routers are forwarded to by name. */
function moduleAround(call: CallSite, file: ElixirFile): string {
  return file.outline.typeScopeAt(call.start)?.name ?? '';
}

function qualified(controller: SyntaxNode, around: Around, file: ElixirFile): string {
  const written = file.source.of(controller);
  // Within a scope with an alias names are taken as they stand, else as Elixir's own `alias` has them.
  return around.alias === '' ? moduleName(written, file) : `${around.alias}.${written}`;
}

/** The `scope` and `resources` around a call of a router, outermost first. */
function aroundOf(call: SyntaxNode, file: ElixirFile): Around {
  let paths: TextFact[][] = [[]];
  const aliases: string[] = [];
  let closed = false;
  let node: SyntaxNode | null = call.parent;
  for (let level = 0; node !== null && level < MAX_LEVELS; level++, node = node.parent) {
    if (node.type !== 'call') continue;
    const target = child(node, 'target');
    const list = children(node).find(({ type }) => type === 'arguments');
    if (target === undefined || list === undefined) continue;
    const site = new CallSite(file.source, node, target, undefined, list);
    if (site.name === 'defmodule') break;
    if (site.name === 'resources') for (const path of paths) nested(site, file, path);
    if (site.name !== 'scope') continue;
    const written = site.args.find(({ type }) => type === 'string') ?? keyword(site, 'path', file.source);
    const text = file.values.text(written);
    const [first] = site.args;
    if (text !== undefined) for (const path of paths) path.unshift(text);
    else if (first?.type === 'identifier') {
      const texts = eachOf(file.source.of(first), node, file);
      if (texts.length > 0) paths = texts.flatMap((one) => paths.map((path) => [one, ...path]));
    }
    const alias = site.args.find(({ type }) => type === 'alias') ?? keyword(site, 'alias', file.source);
    if (alias === undefined || closed) continue;
    const name = file.source.of(alias);
    if (name === 'false') closed = true;
    else aliases.unshift(name);
  }
  const [outer, ...rest] = aliases;
  return { paths, alias: outer === undefined ? '' : [moduleName(outer, file), ...rest].join('.') };
}

/** Of resources within resources: `/orders/:order_id`. */
function nested(site: CallSite, file: ElixirFile, path: TextFact[]): void {
  const text = file.values.text(site.args[0]);
  if (text === undefined) return;
  const last = text.kind === 'literal' ? (text.text.split('/').at(-1) ?? '') : '';
  const named = file.values.string(keyword(site, 'name', file.source)) ?? last.replace(/ies$/, 'y').replace(/s$/, '');
  const parameter = file.values.string(keyword(site, 'param', file.source)) ?? 'id';
  const isSingle = keyword(site, 'singleton', file.source) !== undefined;
  if (!isSingle) path.unshift(literal(`/:${named}_${parameter}`));
  path.unshift(text);
}
