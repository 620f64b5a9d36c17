import { plainPath, type CallSite } from '../extract/callSite';
import type { Idiom } from '../extract/idioms';
import type { SourceFile } from '../extract/sourceFile';
import { child, children, type SourceText } from '../extract/sourceText';
import type { Made, VariableRules } from '../extract/variables';
import type { SyntaxNode } from '../syntaxNode';
import { keyword, positional, type PythonValues } from './values';

/** A Python file while its facts are collected. */
export interface PythonFile extends SourceFile {
  readonly values: PythonValues;
}

/** A recogniser of calls, listed under the names it wants to see. */
export type CallIdiom = Idiom<PythonFile>;

/** The argument at a position or of a name, as Python allows both. */
export function argument(call: CallSite, file: PythonFile, index: number, name: string): SyntaxNode | undefined {
  return keyword(call.args, name, file.source) ?? (index < 0 ? undefined : positional(call.args)[index]);
}

/** How an expression is made: the call it is. */
export function madeBy(node: SyntaxNode, source: SourceText): Made | undefined {
  const call = node.type === 'await' ? children(node)[0] : node;
  if (call?.type !== 'call') return undefined;
  const callee = child(call, 'function');
  const list = child(call, 'arguments');
  if (callee === undefined) return undefined;
  const args = list === undefined ? [] : children(list);
  return { by: plainPath(source.of(callee)), args, how: 'call', receiverNode: child(callee, 'object') };
}

/** How Python's variables are read. */
export function variableRules(source: SourceText): VariableRules {
  return {
    madeBy: (value) => madeBy(value, source),
    typeName: (written) => written.replace(/^["']|["']$/g, ''),
    prefer: 'value',
  };
}
