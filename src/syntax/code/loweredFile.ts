import type { Code, Modifier, Parameter } from './code';
import { pieceOf, topDraft, type FunctionDraft, type TypeDraft } from './drafts';
import type { Call, Expression } from './expression';
import type { LoweringInput } from './lowering';
import type { Piece } from './piece';
import type { PlainNode } from './plainTree';
import type { Statement } from './statement';

/** What a function is besides its parameters and its body. */
export interface FunctionPlacement {
  readonly name: string;
  readonly nameAt?: Piece;
  readonly type?: number;
  readonly modifiers: readonly Modifier[];
  readonly annotations?: readonly Expression[];
  /** In place of those it is written with: an indexer's, of its accessors; a record's, of its compact constructor. */
  readonly parameters?: readonly Parameter[];
}

/** A file of a language with classes while it is lowered; the readers of its parts call each other through it. */
export interface LoweredFile {
  readonly functions: FunctionDraft[];
  readonly types: TypeDraft[];
  /** The function that is being read. */
  current: number;
  textOf(piece: Piece): string;
  expression(node: PlainNode, depth: number): Expression;
  statements(nodes: readonly PlainNode[], depth: number): Statement[];
  /** Reads a method, constructor, accessor, initializer, local function or lambda and gives its place in `functions`. */
  function(node: PlainNode, placement: FunctionPlacement, depth: number): number;
  /** Reads a class, record, struct, interface or enum and gives its place in `types`. */
  type(node: PlainNode, depth: number): number;
}

/** What a file begins with: its top level, and no class. */
export function emptyFile(text: string): Pick<LoweredFile, 'functions' | 'types' | 'current' | 'textOf'> {
  return {
    functions: [topDraft(text.length)],
    types: [],
    current: 0,
    textOf: ({ start, end }) => text.slice(start, end),
  };
}

/** What a file is, once its tree was read. */
export function codeOf(
  { functions, types }: LoweredFile,
  { language, root, source }: LoweringInput,
  { namespace, imports }: Pick<Code, 'namespace' | 'imports'>,
): Code {
  const { text } = source;
  return { language, text, namespace, hasErrors: root.hasError, imports, exports: {}, functions, types };
}

/** A type as it is written, on one line. */
export function typeText(file: LoweredFile, node: PlainNode): string {
  return file.textOf(node).replace(/\s+/g, ' ');
}

/** The parameters and the body of a function, read while it is the current one. */
export interface FunctionParts {
  readonly parameters: () => readonly Parameter[];
  readonly body: () => readonly Statement[];
}

/** Adds a function, then reads what is in it, so that those inside it come after it. */
export function addFunction(
  file: LoweredFile,
  node: PlainNode,
  placement: FunctionPlacement,
  returns: PlainNode | undefined,
  parts: FunctionParts,
): number {
  const id = file.functions.length;
  const { name, nameAt, type, modifiers, annotations = [] } = placement;
  const draft: FunctionDraft = {
    id,
    name,
    parent: file.current,
    ...(type === undefined ? {} : { type }),
    parameters: [],
    ...(returns ? { returns: typeText(file, returns) } : {}),
    annotations,
    modifiers,
    body: [],
    nameAt: nameAt ?? { start: node.start, end: node.start },
    ...pieceOf(node),
  };
  file.functions.push(draft);
  const before = file.current;
  file.current = id;
  draft.parameters = placement.parameters ?? parts.parameters();
  draft.body = parts.body();
  file.current = before;
  return id;
}

/** An annotation or attribute with arguments in parentheses, as a call. */
export function annotationCall(node: PlainNode, callee: Expression, list: PlainNode, args: Call['args']): Call {
  return { kind: 'call', callee, args, argsAt: { start: list.start + 1, end: list.end - 1 }, ...pieceOf(node) };
}
