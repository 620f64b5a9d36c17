import { lastPart, plainPath, type CallSite } from '../extract/callSite';
import { addRoute } from '../extract/sourceFile';
import { literal } from '../extract/textBuilder';
import type { HandlerFact, TextFact } from '../facts';
import { argument, type CallIdiom, type PythonFile } from './file';

const ID = literal('{pk}');

/** Django REST framework's `router.register(r"orders", OrderViewSet)`: its six usual routes, and those of its actions. */
export const drfRegister: CallIdiom = (call, file) => {
  const path = file.values.text(argument(call, file, 0, 'prefix'));
  const view = argument(call, file, 1, 'viewset');
  if (path === undefined || view === undefined || (view.type !== 'identifier' && view.type !== 'attribute')) return;
  const whole = plainPath(file.source.of(view));
  const name = lastPart(whole);
  if (!/View|Set$/i.test(name)) return;
  const actions: readonly (readonly [string, string, readonly TextFact[]])[] = [
    ['GET', 'list', [path]],
    ['POST', 'create', [path]],
    ['GET', 'retrieve', [path, ID]],
    ['PUT', 'update', [path, ID]],
    ['PATCH', 'partial_update', [path, ID]],
    ['DELETE', 'destroy', [path, ID]],
  ];
  for (const [method, action, parts] of actions) {
    const own = file.outline.named(action).find((index) => file.outline.containerOf(index).at(-1) === name);
    const handler: HandlerFact =
      own === undefined ? { kind: 'name', name: `${whole}.${action}` } : { kind: 'function', function: own };
    addRoute(file, call, { framework: 'django', method, path: parts, handler, receiver: call.receiver });
  }
  file.facts.mounts.push({ receiver: call.receiver, prefix: path, target: whole, range: call.range });
  leaveOpen(call, file);
};

/**
 * A router whose `urls` the file does not use is mounted by somebody else (a router that is shared by all): not where
 * the file's patterns are.
 */
function leaveOpen(call: CallSite, file: PythonFile): void {
  const { facts, made, source } = file;
  const isOwn = /^\w+$/.test(call.receiver) && made.get(call.receiver)?.how === 'call';
  if (!isOwn || new RegExp(`\\b${call.receiver}\\.urls\\b|\\b(?:return|yield) ${call.receiver}\\b`).test(source.text))
    return;
  const isKnown = facts.mounts.some(({ target, prefix }) => target === call.receiver && prefix === UNKNOWN);
  if (!isKnown)
    facts.mounts.push({ receiver: UNKNOWN.name, prefix: UNKNOWN, target: call.receiver, range: call.range });
}

/** A prefix that nothing in the workspace says. */
const UNKNOWN = { kind: 'reference', name: '*elsewhere' } as const;

/** `@action(detail=True, methods=["post"], url_path="pay")` on a view set's method: a route below the view set's. */
export const drfAction: CallIdiom = (call, file) => {
  // Django's own admin has actions too, which are no routes.
  if (lastPart(call.receiver) === 'admin') return;
  const type = file.outline.typeScopeAt(call.start)?.name;
  const index = file.outline.functionAt(call.node.startIndex);
  const name = file.outline.draft(index)?.name;
  if (type === undefined || name === undefined) return;
  mappedActions(name, call, file, type);
  const path = actionPath(name, call, file);
  const given = file.values.texts(argument(call, file, 0, 'methods'));
  const methods = given.flatMap((text) => (text.kind === 'literal' ? [text.text.toUpperCase()] : []));
  for (const method of methods.length > 0 ? methods : ['GET']) {
    const handler: HandlerFact = { kind: 'function', function: index };
    addRoute(file, call, { framework: 'django', method, path, handler, receiver: type });
  }
};

/** `@pay.mapping.delete` below an action `pay`: another method of its route. */
function mappedActions(action: string, call: CallSite, file: PythonFile, type: string): void {
  for (const { node, parts } of file.captures.of('decorator')) {
    const [, owner, verb] = /^(\w+)\.mapping\.(\w+)$/.exec(plainPath(file.source.of(parts.expression ?? node))) ?? [];
    if (owner !== action || verb === undefined || file.outline.typeScopeAt(node.startIndex)?.name !== type) continue;
    const handler: HandlerFact = { kind: 'function', function: file.outline.functionAt(node.startIndex) };
    const method = verb.toUpperCase();
    addRoute(file, call, {
      framework: 'django',
      method,
      path: actionPath(action, call, file),
      handler,
      receiver: type,
    });
  }
}

function actionPath(action: string, call: CallSite, file: PythonFile): readonly TextFact[] {
  const own = file.values.text(argument(call, file, -1, 'url_path')) ?? literal(action);
  return argument(call, file, -1, 'detail')?.type === 'true' ? [ID, own] : [own];
}
