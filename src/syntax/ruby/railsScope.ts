import type { CallSite } from '../extract/callSite';
import { addRoute } from '../extract/sourceFile';
import type { TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import type { RubyFile } from './file';
import { constantOf } from './inflection';
import { statementsOf } from './options';

/** Where in the routes a statement stands. */
export interface RouteScope {
  readonly path: readonly TextFact[];
  /** The path without those of resources around: `shallow` routes begin there. */
  readonly outer: readonly TextFact[];
  /** Modules of the controllers, as constants. */
  readonly module: readonly string[];
  /** Of `controller :orders do`, and of the resource around; as paths: `admin/orders`. */
  readonly controller: string | undefined;
  readonly resource: ResourceScope | undefined;
  readonly isShallow: boolean;
}

/** The resource a statement stands in. */
export interface ResourceScope {
  readonly collection: readonly TextFact[];
  readonly member: readonly TextFact[];
}

/** Statements yet to be read. */
export interface RouteWork {
  readonly file: RubyFile;
  readonly todo: { readonly node: SyntaxNode; readonly scope: RouteScope }[];
  /** `concern :commentable do … end`, by name. */
  readonly concerns: Map<string, SyntaxNode>;
}

/** Puts the statements of a block on the list. */
export function within(block: SyntaxNode | undefined, scope: RouteScope, work: RouteWork): void {
  if (block !== undefined) pushStatements(statementsOf(block), scope, work);
}

/** Puts statements on the list, to be read in their order. */
export function pushStatements(statements: readonly SyntaxNode[], scope: RouteScope, { todo }: RouteWork): void {
  for (const node of [...statements].reverse()) todo.push({ node, scope });
}

/** Reads a concern's block where it is used. */
export function useConcern(name: string, scope: RouteScope, work: RouteWork): void {
  within(work.concerns.get(name), scope, work);
}

/** A route, if it is known what answers. @param handler `Admin.OrdersController.show` */
export function add(
  call: CallSite,
  method: string,
  path: readonly TextFact[],
  handler: string | undefined,
  file: RubyFile,
): void {
  if (handler === undefined) return;
  addRoute(file, call, { framework: 'rails', method, path, handler: { kind: 'name', name: handler } });
}

/** `orders#show` within the modules around; an action alone is one of the controller around. */
export function actionOf(target: string | undefined, scope: RouteScope): string | undefined {
  if (target === undefined) return undefined;
  const [controller, action] = target.includes('#') ? target.split('#') : [scope.controller, target];
  if (!/^\w+[?!]?$/.test(action ?? '')) return undefined;
  if (controller === undefined) {
    // Of a namespace without a controller the module itself is it: `namespace :webhooks { post 'stripe' }`.
    return scope.module.length === 0 ? undefined : `${scope.module.join('.')}Controller.${action}`;
  }
  const modules = controller.startsWith('/') ? [] : scope.module;
  return [...modules, `${constantOf(controller)}Controller`, action].join('.');
}
