import type { Captures } from '../extract/captures';
import type { ScopeDraft } from '../extract/outline';
import { scopeDrafts } from '../extract/scopeDrafts';
import { children, type SourceText } from '../extract/sourceText';
import type { SyntaxNode } from '../syntaxNode';

/** Functions, lambdas and types of a Kotlin file; what a companion object has counts as its class's. */
export function kotlinScopes(captures: Captures, source: SourceText): ScopeDraft[] {
  const swallowed = swallowedNames(captures);
  const drafts = scopeDrafts(captures, source, {
    topics: ['function', 'callback', 'type'],
    parameters: parameterNames,
    bases: ({ node }) => baseNames(node, source),
    isDeclaration: ({ node, parts }) => node.type === 'function_declaration' && parts.body === undefined,
    start: annotatedStart,
  });
  return drafts.map((draft) => {
    const name = draft.name === '' ? swallowed.get(draft.nodeId) : undefined;
    return name === undefined ? draft : { ...draft, name: source.of(name), nameSpan: name };
  });
}

/** The names of functions that the grammar takes for part of the type they extend: `Application.module`. By node. */
function swallowedNames(captures: Captures): Map<number, SyntaxNode> {
  const names = new Map<number, SyntaxNode>();
  for (const { node, parts } of captures.of('function')) {
    if (parts.name === undefined || parts.name.endIndex > parts.name.startIndex) continue;
    const type = children(node).find((part) => part.type === 'user_type');
    const name = type === undefined ? undefined : children(type).at(-1);
    if (name?.type === 'identifier') names.set(node.id, name);
  }
  return names;
}

/**
 * The grammar takes annotations in front of a declaration at the top of a file for an expression of their own, as soon as
 * something stands before them.
 */
function annotatedStart(node: SyntaxNode): number {
  let start = node;
  for (
    let before = node.previousNamedSibling;
    before?.type === 'annotated_expression';
    before = before.previousNamedSibling
  )
    start = before;
  return start.startIndex;
}

function parameterNames(callable: SyntaxNode, source: SourceText): string[] {
  const lists = children(callable).filter(({ type }) => /^(function_value_parameters|lambda_parameters)$/.test(type));
  return lists.flatMap((list) =>
    children(list).flatMap((parameter) => {
      if (parameter.type !== 'parameter' && parameter.type !== 'variable_declaration') return [];
      const name = children(parameter).find(({ type }) => type === 'identifier');
      return name === undefined ? [] : [source.of(name)];
    }),
  );
}

function baseNames(type: SyntaxNode, source: SourceText): string[] {
  const list = children(type).find((part) => part.type === 'delegation_specifiers');
  if (list === undefined) return [];
  return children(list).flatMap((base) => {
    const name = source.of(base).replace(/[<(\s][^]*$/, '');
    return /^[\w.]+$/.test(name) ? [name] : [];
  });
}
