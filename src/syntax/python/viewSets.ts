import { child, children } from '../extract/sourceText';
import type { HandlerFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import type { PythonFile } from './file';
import { keyword, positional } from './values';

/** One entry of what `as_view` is given. */
interface ViewAction {
  readonly method: string;
  readonly handler: HandlerFact;
}

/**
 * Which methods of a view set answer, as Django REST framework is told: `Orders.as_view({'get': 'list'})`,
 * `as_view(actions={'post': 'create'})`, also by way of a variable. Undefined for a view that is told nothing.
 */
export function viewActions(view: SyntaxNode | undefined, file: PythonFile): readonly ViewAction[] | undefined {
  const callee = view?.type === 'call' ? child(view, 'function') : undefined;
  const made = view?.type === 'identifier' ? file.made.get(file.source.of(view)) : undefined;
  const isView = /\.as_view$/.test(callee === undefined ? (made?.by ?? '') : file.source.of(callee));
  if (view === undefined || !isView) return undefined;
  const list = callee === undefined ? undefined : child(view, 'arguments');
  const args = made?.args ?? (list === undefined ? [] : children(list));
  const actions = keyword(args, 'actions', file.source) ?? positional(args)[0];
  if (actions?.type !== 'dictionary') return undefined;
  const type = file.values.handler(callee === undefined ? made?.receiverNode : child(callee, 'object'));
  if (type?.kind !== 'name') return undefined;
  return children(actions).flatMap((pair) => {
    const method = file.values.string(child(pair, 'key'));
    const action = file.values.string(child(pair, 'value'));
    if (method === undefined || action === undefined) return [];
    return [{ method: method.toUpperCase(), handler: handlerOf(type.name, action, file) }];
  });
}

function handlerOf(type: string, action: string, file: PythonFile): HandlerFact {
  const own = file.outline.membersOf(type).find((index) => file.outline.draft(index)?.name === action);
  if (own !== undefined) return { kind: 'function', function: own };
  return { kind: 'name', name: `${type}.${action}` };
}
