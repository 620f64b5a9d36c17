import type { CallSite } from '../extract/callSite';
import type { Idiom } from '../extract/idioms';
import type { SourceFile } from '../extract/sourceFile';
import { child, children, type SourceText } from '../extract/sourceText';
import type { VariableRules } from '../extract/variables';
import type { SyntaxNode } from '../syntaxNode';
import type { ElixirValues } from './values';

/** An Elixir file while its facts are collected. */
export interface ElixirFile extends SourceFile {
  readonly values: ElixirValues;
}

/** A recogniser of calls, listed under the names it wants to see. */
export type CallIdiom = Idiom<ElixirFile>;

/** A keyword's value: `only` of `resources "/items", ItemController, only: [:index]`. */
export function keyword(call: CallSite, name: string, source: SourceText): SyntaxNode | undefined {
  for (const list of call.args.filter(({ type }) => type === 'keywords')) {
    for (const pair of children(list)) {
      const key = child(pair, 'key');
      if (key !== undefined && source.of(key).replace(/:\s*$/, '') === name) return child(pair, 'value');
    }
  }
  return undefined;
}

/** How Elixir's variables are read: nothing is made of a class there. */
export function variableRules(): VariableRules {
  return { madeBy: () => undefined, typeName: (written) => written, prefer: 'value' };
}
