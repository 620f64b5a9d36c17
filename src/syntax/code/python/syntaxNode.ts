import type { Node } from 'web-tree-sitter';
import type { Piece } from '../piece';

/** A node of the tree with what was already asked of it: every question crosses into WebAssembly. */
export class SyntaxNode implements Piece {
  readonly start: number;
  private known: readonly SyntaxNode[] | undefined;
  private last: number | undefined;

  constructor(
    private readonly node: Node,
    readonly type: string = node.type,
  ) {
    this.start = node.startIndex;
  }

  get end(): number {
    return (this.last ??= this.node.endIndex);
  }

  get hasErrors(): boolean {
    return this.node.hasError;
  }

  /** Named children without comments, which may stand anywhere. */
  get parts(): readonly SyntaxNode[] {
    return (this.known ??= this.read());
  }

  /** The child of a field of the grammar. */
  field(name: string): SyntaxNode | undefined {
    const found = this.node.childForFieldName(name);
    return found === null ? undefined : new SyntaxNode(found);
  }

  /** The child of a type. */
  only(type: string): SyntaxNode | undefined {
    return this.parts.find((part) => part.type === type);
  }

  private read(): readonly SyntaxNode[] {
    const parts: SyntaxNode[] = [];
    for (const node of this.node.namedChildren) {
      const part = new SyntaxNode(node);
      if (part.type !== 'comment' && part.type !== 'line_continuation') parts.push(part);
    }
    return parts;
  }
}
