import type { Node } from 'web-tree-sitter';
import { plainPath, type CallSite } from '../extract/callSite';
import type { Captures } from '../extract/captures';
import type { Made, SourceFile } from '../extract/sourceFile';
import { child, children, type SourceText } from '../extract/sourceText';
import { keyword, positional, type PythonValues } from './values';

/** A Python file while its facts are collected. */
export interface PythonFile extends SourceFile {
  readonly values: PythonValues;
}

/** A recogniser of calls, listed under the names it wants to see. */
export type CallIdiom = (call: CallSite, file: PythonFile) => void;

/** The argument at a position or of a name, as Python allows both. */
export function argument(call: CallSite, file: PythonFile, index: number, name: string): Node | undefined {
  return keyword(call.args, name, file.source) ?? (index < 0 ? undefined : positional(call.args)[index]);
}

/** What variables and fields are made of; the first assignment of a name counts, calls before annotations. */
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
    const by = source.of(parts.type).replace(/^["']|["']$/g, '');
    if (!made.has(name)) made.set(name, { by, args: [], how: 'type', receiverNode: undefined });
  }
  return made;
}

/** How an expression is made: the call it is. */
export function madeBy(node: Node, source: SourceText): Made | undefined {
  const call = node.type === 'await' ? children(node)[0] : node;
  if (call?.type !== 'call') return undefined;
  const callee = child(call, 'function');
  const list = child(call, 'arguments');
  if (callee === undefined) return undefined;
  const args = list === undefined ? [] : children(list);
  return { by: plainPath(source.of(callee)), args, how: 'call', receiverNode: child(callee, 'object') };
}
