import type { Node } from 'web-tree-sitter';
import { plainPath } from '../extract/callSite';
import type { Captures } from '../extract/captures';
import type { Made } from '../extract/sourceFile';
import { child, children, type SourceText } from '../extract/sourceText';
import { unwrapped } from './values';

/** What variables and fields of a file are made of; the first assignment of a name counts, calls before types. */
export function madeVariables(captures: Captures, source: SourceText): Map<string, Made> {
  const made = new Map<string, Made>();
  for (const { parts } of captures.of('made')) {
    if (parts.name === undefined || parts.value === undefined) continue;
    const name = plainPath(source.of(parts.name));
    const how = madeBy(parts.value, source);
    if (how !== undefined && !made.has(name)) made.set(name, how);
  }
  for (const { parts } of captures.of('typed')) {
    if (parts.name === undefined || parts.type === undefined) continue;
    const name = source.of(parts.name);
    const by = source
      .of(parts.type)
      .replace(/<[^]*$/, '')
      .replace(/\s+/g, '');
    if (!made.has(name)) made.set(name, { by, args: [], how: 'type', receiverNode: undefined });
  }
  return made;
}

/** How an expression is made: the call or construction it is. */
export function madeBy(node: Node, source: SourceText): Made | undefined {
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
