import type { SourceText } from '../../extract/sourceText';
import type { CodeImport, Modifier } from '../code';
import type { Piece } from '../piece';
import type { FunctionDraft, TypeDraft } from '../drafts';
import type { Call, Expression } from '../expression';
import type { Statement } from '../statement';
import type { PlainNode } from '../plainTree';

/** What a function is called and belongs to, which only the place it stands in says. */
export interface FunctionPlacement {
  readonly name: string;
  readonly nameAt?: Piece;
  readonly modifiers?: readonly Modifier[];
  readonly type?: number;
  readonly owner?: string;
  readonly annotations?: readonly Expression[];
}

/** A file while it is lowered; the readers of its parts call each other through it. */
export interface Lowered {
  readonly source: SourceText;
  readonly functions: FunctionDraft[];
  readonly types: TypeDraft[];
  readonly imports: CodeImport[];
  readonly exports: Map<string, string>;
  /** The function that is being read. */
  current: number;
  expression(node: PlainNode, depth: number): Expression;
  statements(nodes: readonly PlainNode[], depth: number): Statement[];
  pattern(node: PlainNode, depth: number): Expression;
  /** Reads a function and gives its place in `functions`. */
  function(node: PlainNode, placement: FunctionPlacement, depth: number): number;
  /** Reads a class and gives its place in `types`. */
  class(node: PlainNode, annotations: readonly Expression[], depth: number): number;
  textOf(piece: Piece): string;
}

/** The module that `require('m')` or `import('m')` names. */
export function moduleOf(call: Call): string | undefined {
  const [first] = call.args;
  const isLoader = call.callee.kind === 'name' && (call.callee.name === 'require' || call.callee.name === 'import');
  return isLoader && first?.value.kind === 'text' ? first.value.value : undefined;
}

/** The function an import or a require stands in, where it is not at the top. */
export function inFunction(file: Lowered): { readonly function?: number } {
  return file.current === 0 ? {} : { function: file.current };
}
