import type { Range0 } from '../../base/positions';
import type { SyntaxNode } from '../syntaxNode';
import type { Capture } from './captures';
import { readingOf } from './readings';
import { children, type SourceText } from './sourceText';

/** A call, construction or annotation, seen the same way in every language. Parts are read when asked for. */
export class CallSite {
  private argumentNodes: readonly SyntaxNode[] | undefined;
  private receiverText: string | undefined;
  private nameText: string | undefined;

  /**
   * @param nameNode the called name: `get` of `router.get('/x', h)`.
   * @param receiverNode what it is called on, if anything.
   * @param argumentsNode the parenthesised list; undefined for an annotation without one.
   */
  constructor(
    private readonly source: SourceText,
    readonly node: SyntaxNode,
    readonly nameNode: SyntaxNode,
    readonly receiverNode: SyntaxNode | undefined,
    private readonly argumentsNode: SyntaxNode | undefined,
  ) {}

  /** The captures `@call`, `@call.name`, `@call.receiver`, `@call.arguments` as a site. */
  static of(capture: Capture, source: SourceText): CallSite | undefined {
    const { name, receiver, arguments: list } = capture.parts;
    return name === undefined ? undefined : new CallSite(source, capture.node, name, receiver, list);
  }

  get name(): string {
    return (this.nameText ??= readingOf(calledName, this.nameNode, this.source));
  }

  /** The receiver as written, without blanks, `this.`, `self.`, `?` and `!`; '' if there is none or it is long. */
  get receiver(): string {
    return (this.receiverText ??=
      this.receiverNode === undefined ? '' : readingOf(receiverPath, this.receiverNode, this.source));
  }

  get args(): readonly SyntaxNode[] {
    return (this.argumentNodes ??=
      this.argumentsNode === undefined ? [] : readingOf(children, this.argumentsNode, this.source));
  }

  /** Offset that decides which function and scope the site is in. */
  get start(): number {
    return this.nameNode.startIndex;
  }

  /** From the name to the end: a link of a long chain has its own line. */
  get range(): Range0 {
    return this.source.range(this.nameNode, this.node);
  }
}

function calledName(node: SyntaxNode, source: SourceText): string {
  return source.wordAt(node.startIndex) || source.of(node);
}

function receiverPath(node: SyntaxNode, source: SourceText): string {
  return plainPath(source.of(node));
}

/** A receiver in comparable form. */
export function plainPath(text: string): string {
  if (text.length > 200) return '';
  return text
    .replace(/\s+/g, '')
    .replace(/[?!](?=\.|$)/g, '')
    .replace(/^(this|self|cls|base|super)\./, '');
}

/** The last part of a dotted path. */
export function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
