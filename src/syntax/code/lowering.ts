import type { SourceText } from '../extract/sourceText';
import type { Language } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import type { Code } from './code';
import type { PlainNode, TreeShape } from './plainTree';

/** Turns one language's tree into {@link Code}. */
export interface Lowering {
  lower(input: LoweringInput): Code;
}

export interface LoweringInput {
  readonly language: Language;
  readonly root: SyntaxNode;
  readonly source: SourceText;
  /** The tree as plain data. Ask once, and for the same shape for each file of a language. */
  readonly plain: (shape: TreeShape) => PlainNode;
}

/** A file that was not read, and why. */
export function noCode(language: Language, text: string, skipped: string): Code {
  const nothing = { start: 0, end: 0 };
  const top = { id: 0, name: '<top>', parent: undefined, parameters: [], annotations: [], modifiers: [], body: [] };
  const functions = [{ ...top, ...nothing, nameAt: nothing }];
  return { language, text, namespace: '', hasErrors: false, skipped, imports: [], exports: {}, functions, types: [] };
}
