import type { CodeFunction } from '../../syntax/code/code';
import type { Expression } from '../../syntax/code/expression';
import type { Statement } from '../../syntax/code/statement';
import { headsOf, partsOf, statementsIn } from './walk';

/** What an expression stands in: the expression it is a part of, or the statement it is a head of. */
export type Surrounding =
  { readonly kind: 'part'; readonly of: Expression } | { readonly kind: 'head'; readonly of: Statement };

const known = new WeakMap<CodeFunction, ReadonlyMap<Expression, Surrounding>>();

/** What an expression of a function's body stands in; undefined for one that is not in it. */
export function surroundingOf(fn: CodeFunction, expression: Expression): Surrounding | undefined {
  let found = known.get(fn);
  if (found === undefined) known.set(fn, (found = collect(fn)));
  return found.get(expression);
}

function collect(fn: CodeFunction): ReadonlyMap<Expression, Surrounding> {
  const found = new Map<Expression, Surrounding>();
  const pending: Expression[] = [];
  for (const statement of statementsIn(fn.body)) {
    for (const head of headsOf(statement)) {
      found.set(head, { kind: 'head', of: statement });
      pending.push(head);
    }
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      for (const part of partsOf(at)) {
        found.set(part, { kind: 'part', of: at });
        pending.push(part);
      }
    }
  }
  return found;
}

/** The statement an expression is in, however deep. */
export function statementOf(fn: CodeFunction, expression: Expression): Statement | undefined {
  for (let at = surroundingOf(fn, expression); at !== undefined; at = surroundingOf(fn, at.of))
    if (at.kind === 'head') return at.of;
  return undefined;
}
