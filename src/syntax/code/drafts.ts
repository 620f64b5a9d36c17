import type { CodeFunction, CodeType, Field } from './code';
import type { Expression, Other } from './expression';
import type { Piece } from './piece';
import type { PlainNode } from './plainTree';

/** A function while its body is read. */
export type FunctionDraft = { -readonly [K in keyof CodeFunction]: CodeFunction[K] };

/** A class while its members are read. */
export type TypeDraft = { -readonly [K in keyof CodeType]: CodeType[K] } & { fields: Field[] };

/** The place of a node. */
export function pieceOf(node: Piece): Piece {
  return { start: node.start, end: node.end };
}

/** What has no shape of its own, with its parts. */
export function other(node: PlainNode, parts: readonly Expression[]): Other {
  return { kind: 'other', what: node.type, parts, start: node.start, end: node.end };
}

/** The file's own top level, before anything of it is read. */
export function topDraft(end: number): FunctionDraft {
  return {
    id: 0,
    name: '<top>',
    parent: undefined,
    parameters: [],
    annotations: [],
    modifiers: [],
    body: [],
    nameAt: { start: 0, end: 0 },
    start: 0,
    end,
  };
}

/** A lambda without a name is called as what it is assigned to. */
export function nameLambda(functions: readonly FunctionDraft[], value: Expression, target: Expression): void {
  if (value.kind !== 'function' || target.kind !== 'name') return;
  const draft = functions[value.function]!;
  if (draft.name !== '') return;
  draft.name = target.name;
  draft.nameAt = pieceOf(target);
}
