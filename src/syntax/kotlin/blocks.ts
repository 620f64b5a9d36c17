import { children } from '../extract/sourceText';
import type { SyntaxNode } from '../syntaxNode';
import type { KotlinFile } from './file';

/** A call as DSLs are made of: `route("/x") { … }`, `get<Order> { … }`, `"/x".nest { … }`, `GET("/x", handler::list)`. */
export interface Block {
  readonly name: string;
  readonly start: number;
  /** The whole call with its lambda. */
  readonly node: SyntaxNode;
  readonly receiver: SyntaxNode | undefined;
  readonly args: readonly SyntaxNode[];
  /** What stands in `<…>`, without nested ones. */
  readonly type: string;
  /** The lambda behind the parentheses. */
  readonly body: SyntaxNode | undefined;
}

/**
 * The calls of some names in a file, found by their text: lambdas behind calls are everywhere in Kotlin, and few files
 * have any of a DSL.
 * @param names alternatives of a regular expression.
 */
export function blocksOf(file: KotlinFile, names: string): Block[] {
  const pattern = new RegExp(`(?<![\\w$@])(?:${names})(?=\\s*(?:<[\\w.?, ]*>)?\\s*[({])`, 'g');
  return [...file.source.text.matchAll(pattern)].flatMap(({ index, 0: name }) => {
    const node = file.root.descendantForIndex(index);
    return node?.type === 'identifier' ? (blockAt(node, name, file) ?? []) : [];
  });
}

function blockAt(named: SyntaxNode, name: string, file: KotlinFile): Block | undefined {
  const start = named.startIndex;
  let parent = named.parent;
  let receiver: SyntaxNode | undefined;
  let callee = named;
  if (parent?.type === 'navigation_expression') {
    if (parent.lastNamedChild?.id !== named.id) return undefined;
    receiver = parent.firstNamedChild ?? undefined;
    callee = parent;
    parent = parent.parent;
  }
  // The grammar takes `get<Order> { … }` for comparisons.
  if (parent?.type === 'binary_expression') {
    const outer = parent.parent;
    const [, type] = children(parent);
    const [, body] = outer?.type === 'binary_expression' ? children(outer) : [];
    if (body === undefined || type === undefined || outer === undefined || outer === null) return undefined;
    const made = { name, start, node: outer, receiver, type: file.source.of(type) };
    if (body.type === 'lambda_literal') return { ...made, args: [], body };
    // And what stands in parentheses for an expression: `get<Order>(::show)`.
    const isArgument = body.type === 'parenthesized_expression' && /^\(\s*[\w.]*::/.test(file.source.of(body));
    return isArgument ? { ...made, args: children(body), body: undefined } : undefined;
  }
  if (parent?.type !== 'call_expression' || parent.firstNamedChild?.id !== callee.id) return undefined;
  const parts = children(parent);
  const list = parts.find(({ type }) => type === 'value_arguments');
  const types = parts.find(({ type }) => type === 'type_arguments');
  const outer = parent.parent;
  const isOuter = outer?.type === 'call_expression' && outer.firstNamedChild?.id === parent.id;
  const own = lambdaOf(parts.at(-1));
  const behind = own === undefined && isOuter ? lambdaOf(children(outer)[1]) : undefined;
  return {
    name,
    start,
    node: behind === undefined ? parent : outer!,
    receiver,
    args: list === undefined ? [] : children(list),
    type: types === undefined ? '' : file.source.of(types).replace(/^<|>$/g, ''),
    body: own ?? behind,
  };
}

function lambdaOf(node: SyntaxNode | undefined): SyntaxNode | undefined {
  if (node?.type === 'lambda_literal') return node;
  return node?.type === 'annotated_lambda' ? children(node).find(({ type }) => type === 'lambda_literal') : undefined;
}

/** The blocks whose lambdas are around an offset, outermost first. */
export function around(blocks: readonly Block[], offset: number): Block[] {
  return blocks
    .filter(({ body }) => body !== undefined && body.startIndex < offset && offset < body.endIndex)
    .sort((a, b) => a.node.startIndex - b.node.startIndex || b.node.endIndex - a.node.endIndex);
}
