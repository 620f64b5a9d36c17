import { lastPart, type CallSite } from '../extract/callSite';
import { child, children } from '../extract/sourceText';
import { literal, literalText } from '../extract/textBuilder';
import type { TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import { keyword, positional, type RubyFile } from './file';
import { constantOf } from './inflection';
import { arrowPair, isTrue, listOption, siteOf, statementsOf, textOption } from './options';
import { resources } from './railsResources';
import { actionOf, add, pushStatements, useConcern, within, type RouteScope, type RouteWork } from './railsScope';

type Reader = (call: CallSite, scope: RouteScope, work: RouteWork, block: SyntaxNode | undefined) => void;

const READERS: Readonly<Record<string, Reader>> = {
  resources,
  resource: resources,
  namespace,
  scope: scoped,
  controller: scoped,
  concern: (call, _scope, { file, concerns }, block) => {
    const name = literalText(file.values.text(positional(call)[0]));
    if (name !== undefined && block !== undefined) concerns.set(name, block);
  },
  concerns: (call, scope, work) => {
    for (const node of positional(call)) {
      const name = literalText(work.file.values.text(node));
      if (name !== undefined) useConcern(name, scope, work);
    }
  },
  member: (_call, scope, work, block) => within(block, { ...scope, path: placeOf(scope, 'member') }, work),
  collection: (_call, scope, work, block) => within(block, { ...scope, path: placeOf(scope, 'collection') }, work),
  new: (_call, scope, work, block) => {
    const path = [...(scope.resource?.collection ?? scope.path), literal('new')];
    within(block, { ...scope, path }, work);
  },
  root: (call, scope, { file }) => {
    const target = textOption(call, 'to', file) ?? literalText(file.values.text(positional(call)[0]));
    add(call, 'GET', scope.path, actionOf(target, scope), file);
  },
  get: verb,
  post: verb,
  put: verb,
  patch: verb,
  delete: verb,
  options: verb,
  match: verb,
  direct: () => undefined,
  resolve: () => undefined,
};

/** Rails' `routes.draw do … end` (https://guides.rubyonrails.org/routing.html). */
export function railsRoutes(call: CallSite, file: RubyFile): void {
  const block = child(call.node, 'block');
  if (/(^|\.)routes$/.test(call.receiver) && block !== undefined) readRoutes(statementsOf(block), file);
}

/** Statements of a file that `draw(:admin)` loads: nothing but routes at its top. */
export function drawnRoutes(root: SyntaxNode, file: RubyFile): void {
  const statements = children(root);
  const isRoute = (node: SyntaxNode): boolean => {
    const site = siteOf(node, file);
    return site !== undefined && site.receiver === '' && Object.hasOwn(READERS, site.name);
  };
  const [first] = statements;
  if (first === undefined || !statements.every(isRoute)) return;
  // Sinatra's routes have blocks that answer; those of Rails say what answers.
  const answers = statements.some((node) => {
    const isVerb = READERS[siteOf(node, file)!.name] === verb;
    return isVerb && child(node, 'block') !== undefined;
  });
  if (!answers) readRoutes(statements, file);
}

function readRoutes(statements: readonly SyntaxNode[], file: RubyFile): void {
  const work: RouteWork = { file, todo: [], concerns: new Map() };
  const top: RouteScope = {
    path: [],
    outer: [],
    module: [],
    controller: undefined,
    resource: undefined,
    isShallow: false,
  };
  pushStatements(statements, top, work);
  for (let next = work.todo.pop(); next !== undefined; next = work.todo.pop()) {
    const { node, scope } = next;
    const site = siteOf(node, file);
    if (site === undefined) {
      if (/^(if|unless|then|else|elsif|begin|if_modifier|unless_modifier|case|when)$/.test(node.type)) {
        pushStatements(children(node), scope, work);
      }
      continue;
    }
    const block = child(node, 'block');
    const reader = site.receiver === '' && Object.hasOwn(READERS, site.name) ? READERS[site.name] : undefined;
    if (reader !== undefined) reader(site, scope, work, block);
    // `constraints`, `defaults`, `authenticate`, `devise_scope`, `with_options` and the like add nothing to the path.
    else within(block, scope, work);
  }
}

function namespace(call: CallSite, scope: RouteScope, work: RouteWork, block: SyntaxNode | undefined): void {
  const { file } = work;
  const name = literalText(file.values.text(positional(call)[0]));
  if (name === undefined) return;
  const isPathless = keyword(call, 'path', file.source)?.type === 'nil';
  const segment = textOption(call, 'path', file) ?? name;
  const module = constantOf(textOption(call, 'module', file) ?? name);
  const path = isPathless ? scope.path : [...scope.path, literal(segment)];
  within(
    block,
    {
      ...scope,
      path,
      outer: path,
      module: [...scope.module, ...parts(module)],
      controller: undefined,
      resource: undefined,
    },
    work,
  );
}

/** `scope '/v1', module: 'v1'`, `scope path: '/x', controller: 'y'`, `controller :orders`. */
function scoped(call: CallSite, scope: RouteScope, work: RouteWork, block: SyntaxNode | undefined): void {
  const { file } = work;
  const isController = call.name === 'controller';
  const given = positional(call).flatMap((node) => file.values.text(node) ?? []);
  const option = textOption(call, 'path', file);
  const segments = isController ? [] : option === undefined ? given : [literal(option)];
  const controller = isController ? literalText(given[0]) : textOption(call, 'controller', file);
  const module = constantOf(textOption(call, 'module', file) ?? '');
  const path = [...scope.path, ...segments];
  within(
    block,
    {
      ...scope,
      path,
      outer: [...scope.outer, ...segments],
      module: [...scope.module, ...parts(module)],
      controller: controller ?? scope.controller,
      isShallow: scope.isShallow || isTrue(call, 'shallow', file),
    },
    work,
  );
}

/** `get 'about', to: 'pages#about'`, `get 'x' => 'c#a'`, `post :cancel, on: :member`, `match 'x', via: [:get, :post]`. */
function verb(call: CallSite, scope: RouteScope, { file }: RouteWork): void {
  const pair = arrowPair(call, file);
  const given = positional(call).flatMap((node) => file.values.text(node) ?? []);
  const paths = given.length > 0 ? given : pair === undefined ? [] : [pair.key];
  const named = textOption(call, 'to', file) ?? textOption(call, 'action', file);
  const target = given.length > 0 ? named : pair && literalText(file.values.text(pair.value));
  const own = textOption(call, 'controller', file);
  const around = own === undefined ? scope : { ...scope, controller: own };
  const place = textOption(call, 'on', file);
  const path = place === undefined ? scope.path : placeOf(scope, place);
  const methods = call.name === 'match' ? (listOption(call, 'via', file) ?? ['*']) : [call.name];
  for (const text of paths) {
    const word = literalText(text);
    const handler = actionOf(target ?? impliedTarget(word, around), around);
    const segment = textOption(call, 'path', file);
    for (const method of methods) {
      const written = method === 'all' ? '*' : method.toUpperCase();
      add(call, written, [...path, segment === undefined ? optionalLast(text) : literal(segment)], handler, file);
    }
  }
}

/** Without a target `get 'orders/recent'` is answered by `orders#recent`; in a controller's scope by an action. */
function impliedTarget(path: string | undefined, scope: RouteScope): string | undefined {
  const plain = path?.replace(/^\//, '').replace(/\(.*$/, '');
  if (plain === undefined || !/^[\w/-]+$/.test(plain)) return undefined;
  if (scope.controller !== undefined) return lastPart(plain.replaceAll('/', '.')).replaceAll('-', '_');
  const split = plain.lastIndexOf('/');
  if (split < 0 && scope.module.length > 0) return plain.replaceAll('-', '_');
  return split > 0 ? `${plain.slice(0, split)}#${plain.slice(split + 1)}`.replaceAll('-', '_') : undefined;
}

/** `orders(/:id)` → `orders/:id?`, and the format that every route may have is none of the path. */
function optionalLast(text: TextFact): TextFact {
  if (text.kind !== 'literal') return text;
  return literal(text.text.replace(/\(\.:format\)/g, '').replace(/\(\/(:\w+)\)$/, '/$1?'));
}

/** The path of `member do` and `on: :collection`. */
function placeOf({ path, resource }: RouteScope, place: string): readonly TextFact[] {
  if (resource === undefined) return path;
  return place === 'member' ? resource.member : resource.collection;
}

function parts(module: string): string[] {
  return module.split('.').filter((part) => part !== '');
}
