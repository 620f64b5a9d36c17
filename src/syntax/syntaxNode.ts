/** Answers about a node by what asked. */
export type Readings = Map<unknown, unknown>;

/**
 * All that is asked of a node of a syntax tree: the parser's own nodes answer it, and so do those that an edited file is
 * mirrored in.
 */
export interface SyntaxNode {
  /** Tells nodes of one tree apart. */
  readonly id: number;
  /** Its name in the grammar. */
  readonly type: string;
  /** False of punctuation and keywords. */
  readonly isNamed: boolean;
  /** UTF-16 offsets in the text. */
  readonly startIndex: number;
  readonly endIndex: number;
  /** Whether the parser met something in it that it does not know. To be asked of roots only. */
  readonly hasError: boolean;
  readonly parent: SyntaxNode | null;
  readonly children: readonly SyntaxNode[];
  readonly namedChildren: readonly SyntaxNode[];
  readonly firstNamedChild: SyntaxNode | null;
  readonly lastNamedChild: SyntaxNode | null;
  readonly nextNamedSibling: SyntaxNode | null;
  readonly previousNamedSibling: SyntaxNode | null;
  childForFieldName(field: string): SyntaxNode | null;
  childrenForFieldName(field: string): readonly SyntaxNode[];
  /** In the order of the text, itself among them. */
  descendantsOfType(types: string | readonly string[]): readonly SyntaxNode[];
  /** The innermost node at an offset. */
  descendantForIndex(index: number): SyntaxNode | null;
  /** What was read of it, see `extract/readings.ts`; only of nodes that outlive an edit. */
  readonly readings?: Readings;
}
