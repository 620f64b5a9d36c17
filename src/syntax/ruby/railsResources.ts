import type { CallSite } from '../extract/callSite';
import { literal, literalText } from '../extract/textBuilder';
import type { TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import { positional, type RubyFile } from './file';
import { constantOf, pluralOf, singularOf } from './inflection';
import { isTrue, listOption, textOption } from './options';
import { actionOf, add, useConcern, within, type RouteScope, type RouteWork } from './railsScope';

/** An action of a resource: its methods, and where it is. */
interface Action {
  readonly name: string;
  readonly methods: readonly string[];
  readonly on: 'collection' | 'member';
  readonly end?: string;
}

/** https://guides.rubyonrails.org/routing.html#crud-verbs-and-actions */
const ACTIONS: readonly Action[] = [
  { name: 'index', methods: ['GET'], on: 'collection' },
  { name: 'create', methods: ['POST'], on: 'collection' },
  { name: 'new', methods: ['GET'], on: 'collection', end: 'new' },
  { name: 'show', methods: ['GET'], on: 'member' },
  { name: 'edit', methods: ['GET'], on: 'member', end: 'edit' },
  { name: 'update', methods: ['PATCH', 'PUT'], on: 'member' },
  { name: 'destroy', methods: ['DELETE'], on: 'member' },
];

/** One resource as it is written: `resources :orders, path: 'bestellungen', only: :show`. */
interface Resource {
  readonly name: string;
  readonly isSingular: boolean;
  readonly scope: RouteScope;
  /** Path of the controller: `admin/orders`. */
  readonly controller: string;
  readonly collection: readonly TextFact[];
  readonly member: readonly TextFact[];
}

/** `resources :orders, :invoices do … end` and `resource :profile`. */
export function resources(call: CallSite, scope: RouteScope, work: RouteWork, block: SyntaxNode | undefined): void {
  const { file } = work;
  for (const node of positional(call)) {
    const name = literalText(file.values.text(node));
    if (name === undefined) continue;
    const resource = resourceOf(call, name, scope, file);
    addActions(call, resource, file);
    const inner = innerScope(call, resource, file);
    for (const concern of listOption(call, 'concerns', file) ?? []) useConcern(concern, inner, work);
    within(block, inner, work);
  }
}

function resourceOf(call: CallSite, name: string, around: RouteScope, file: RubyFile): Resource {
  const isSingular = call.name === 'resource';
  const module = textOption(call, 'module', file);
  const modules = module === undefined ? [] : constantOf(module).split('.');
  const isShallow = around.isShallow || isTrue(call, 'shallow', file);
  const scope = { ...around, module: [...around.module, ...modules], isShallow };
  const plain = name.slice(name.lastIndexOf('/') + 1);
  const segment = textOption(call, 'path', file) ?? name;
  const controller = textOption(call, 'controller', file) ?? (isSingular ? pluralOf(plain) : plain);
  const collection = [...around.path, literal(segment)];
  const base = isShallow && around.resource !== undefined ? [...around.outer, literal(segment)] : collection;
  const id = textOption(call, 'param', file) ?? 'id';
  const member = isSingular ? collection : [...base, literal(`:${id}`)];
  return { name: plain, isSingular, scope, controller, collection, member };
}

function addActions(call: CallSite, resource: Resource, file: RubyFile): void {
  const only = listOption(call, 'only', file);
  const except = listOption(call, 'except', file) ?? [];
  for (const { name, methods, on, end } of ACTIONS) {
    if ((resource.isSingular && name === 'index') || except.includes(name)) continue;
    if (only !== undefined && !only.includes(name)) continue;
    const path = [...(on === 'member' ? resource.member : resource.collection), ...(end ? [literal(end)] : [])];
    const scope = { ...resource.scope, controller: resource.controller };
    for (const method of methods) add(call, method, path, actionOf(name, scope), file);
  }
}

/** What stands in the block of a resource is below one of its items, unless it says otherwise. */
function innerScope(call: CallSite, resource: Resource, file: RubyFile): RouteScope {
  const { scope, collection, member, controller, isSingular, name } = resource;
  const id = textOption(call, 'param', file) ?? 'id';
  const path = isSingular ? collection : [...member.slice(0, -1), literal(`:${singularOf(name)}_${id}`)];
  return { ...scope, path, controller, resource: { collection, member } };
}
