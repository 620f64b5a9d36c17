import type { Captures } from '../extract/captures';
import type { ScopeDraft } from '../extract/outline';
import { scopeDrafts } from '../extract/scopeDrafts';
import { children, type SourceText } from '../extract/sourceText';
import type { SyntaxNode } from '../syntaxNode';

/**
 * Functions and modules of an Elixir file. `defmodule Shop.Orders` is `Orders` inside `Shop`; the clauses of a function
 * are functions of one name: a span is the work of one of them.
 */
export function elixirScopes(captures: Captures, source: SourceText): ScopeDraft[] {
  const drafts = scopeDrafts(captures, source, {
    topics: ['function', 'callback', 'type'],
    parameters: parameterNames,
    bases: () => [],
    owner: ({ node, parts }) => {
      const name = parts.name === undefined || node.type !== 'call' ? '' : source.of(parts.name);
      return parts.name?.type === 'alias' ? name.slice(0, Math.max(0, name.lastIndexOf('.'))) : '';
    },
  });
  const named = drafts.map((draft) => ({ ...draft, name: draft.name.slice(draft.name.lastIndexOf('.') + 1) }));
  return named;
}

function parameterNames(definition: SyntaxNode, source: SourceText): string[] {
  const list = children(definition).find(({ type }) => type === 'arguments');
  let head = list === undefined ? undefined : children(list)[0];
  if (head?.type === 'binary_operator') head = children(head)[0];
  const given = head?.type === 'call' ? children(head).find(({ type }) => type === 'arguments') : undefined;
  if (given === undefined) return [];
  return children(given).map((parameter) => /(\w+)\s*$/.exec(source.of(parameter))?.[1] ?? '_');
}
