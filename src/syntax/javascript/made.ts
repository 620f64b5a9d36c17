import { plainPath } from '../extract/callSite';
import { child, children, type SourceText } from '../extract/sourceText';
import type { Made, VariableRules } from '../extract/variables';
import type { SyntaxNode } from '../syntaxNode';
import { unwrapped } from './values';

/** How an expression is made: the call or construction it is. */
export function madeBy(node: SyntaxNode, source: SourceText): Made | undefined {
  const value = unwrapped(node);
  const isNew = value.type === 'new_expression';
  if (!isNew && value.type !== 'call_expression') return undefined;
  const callee = child(value, isNew ? 'constructor' : 'function');
  const list = child(value, 'arguments');
  if (callee === undefined) return undefined;
  const by = plainPath(source.of(callee));
  const receiverNode = callee.type === 'member_expression' ? child(callee, 'object') : undefined;
  return { by, args: list === undefined ? [] : children(list), how: isNew ? 'new' : 'call', receiverNode };
}

/** How JavaScript's variables are read. */
export function variableRules(source: SourceText): VariableRules {
  return {
    madeBy: (value) => madeBy(value, source),
    typeName: (written) => written.replace(/<[^]*$|\s+/g, ''),
    prefer: 'value',
  };
}
