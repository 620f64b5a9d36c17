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
  /** In place of those it is written with: a record's, of its compact constructor. */
  readonly parameters?: readonly Parameter[];
}

/** A Java file while it is lowered; the readers of its parts call each other through it. */
export interface JavaLowered {
  readonly functions: FunctionDraft[];
  readonly types: TypeDraft[];
  /** The function that is being read. */
  current: number;
  textOf(piece: Piece): string;
  expression(node: PlainNode, depth: number): Expression;
  statements(nodes: readonly PlainNode[], depth: number): Statement[];
  /** Reads a method, constructor, initializer or lambda and gives its place in `functions`. */
  function(node: PlainNode, placement: FunctionPlacement, depth: number): number;
  /** Reads a class and gives its place in `types`; `body` is that of an anonymous one, which extends `base`. */
  type(node: PlainNode, depth: number, anonymous?: { readonly body: PlainNode; readonly base: string }): number;
}

/** A type as it is written, on one line. */
export function typeText(file: JavaLowered, node: PlainNode): string {
  return file.textOf(node).replace(/\s+/g, ' ');
}
