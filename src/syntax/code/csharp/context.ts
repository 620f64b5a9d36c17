import type { Modifier, Parameter } from '../code';
import type { FunctionDraft, TypeDraft } from '../drafts';
import type { Expression } from '../expression';
import type { Piece } from '../piece';
import type { PlainNode } from '../plainTree';
import type { Statement } from '../statement';

/** What a function is besides its parameters and its body. */
export interface FunctionPlacement {
  readonly name: string;
  readonly nameAt?: Piece;
  readonly type?: number;
  readonly modifiers: readonly Modifier[];
  readonly annotations?: readonly Expression[];
  /** In place of those it is written with: an indexer's, of its accessors. */
  readonly parameters?: readonly Parameter[];
}

/** A C# file while it is lowered; the readers of its parts call each other through it. */
export interface CsharpLowered {
  readonly functions: FunctionDraft[];
  readonly types: TypeDraft[];
  /** The function that is being read. */
  current: number;
  textOf(piece: Piece): string;
  expression(node: PlainNode, depth: number): Expression;
  statements(nodes: readonly PlainNode[], depth: number): Statement[];
  /** Reads a method, constructor, accessor, local function or lambda and gives its place in `functions`. */
  function(node: PlainNode, placement: FunctionPlacement, depth: number): number;
  /** Reads a class, record, struct, interface or enum and gives its place in `types`. */
  type(node: PlainNode, depth: number): number;
}

/** A type as it is written, on one line. */
export function typeText(file: CsharpLowered, node: PlainNode): string {
  return file.textOf(node).replace(/\s+/g, ' ');
}

const MODIFIERS: Readonly<Record<string, Modifier>> = {
  abstract: 'abstract',
  async: 'async',
  const: 'static',
  private: 'private',
  public: 'exported',
  static: 'static',
};

/** What a declaration's keywords say that other languages have, too. */
export function modifiersOf(file: CsharpLowered, node: PlainNode): Modifier[] {
  return node.kids
    .filter(({ type }) => type === 'modifier')
    .flatMap((kid) => {
      const word = file.textOf(kid);
      return Object.hasOwn(MODIFIERS, word) ? [MODIFIERS[word]!] : [];
    });
}

/** `#if` and its branches are gone through as if all of them were compiled. */
export function throughDirectives(nodes: readonly PlainNode[]): PlainNode[] {
  const found: PlainNode[] = [];
  const pending = [...nodes].reverse();
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (!at.type.startsWith('preproc_')) found.push(at);
    else pending.push(...at.kids.filter(({ field }) => field !== 'condition' && field !== 'name').reverse());
  }
  return found;
}
