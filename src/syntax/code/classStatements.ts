import { nameLambda, pieceOf } from './drafts';
import type { Expression } from './expression';
import type { LoweredFile } from './loweredFile';
import type { PlainNode } from './plainTree';
import type { Statement } from './statement';

/** What a class's annotations and fields are made with, and those of the classes in it: it stands where the class does. */
export function initialParts(file: LoweredFile, node: PlainNode, depth: number): Expression[] {
  const types = file.types.slice(file.type(node, depth)).filter((type) => type.function === file.current);
  return types.flatMap((type) => [...type.annotations, ...type.fields.flatMap(({ value }) => value ?? [])]);
}

/** What has no kind of its own, such as `assert`, and what the parser could not make sense of. */
export function otherStatement(file: LoweredFile, node: PlainNode, depth: number): Statement {
  const isStatement = ({ type }: PlainNode): boolean => /(_statement|_declaration|^block)$/.test(type);
  return {
    kind: 'otherStatement',
    parts: node.kids.filter((kid) => !isStatement(kid)).map((kid) => file.expression(kid, depth)),
    body: file.statements(node.kids.filter(isStatement), depth),
    ...pieceOf(node),
  };
}

/** The statements of a block, or the one that stands without braces. */
export function bodyOf(file: LoweredFile, node: PlainNode | undefined, depth: number): Statement[] {
  if (node === undefined) return [];
  return file.statements(node.type === 'block' ? node.kids : [node], depth);
}

/** An expression as a statement; an assignment is one of its own. */
export function expressionStatement(file: LoweredFile, node: PlainNode, inner: PlainNode, depth: number): Statement {
  const value = file.expression(inner, depth);
  if (value.kind !== 'assignment') return { kind: 'expression', value, ...pieceOf(node) };
  const { target, operator } = value;
  nameLambda(file.functions, value.value, target);
  return { kind: 'assign', targets: [target], values: [value.value], operator, declares: false, ...pieceOf(node) };
}
