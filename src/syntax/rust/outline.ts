import type { Captures } from '../extract/captures';
import type { ScopeDraft } from '../extract/outline';
import { scopeDrafts } from '../extract/scopeDrafts';
import { child, children, type SourceText } from '../extract/sourceText';
import type { SyntaxNode } from '../syntaxNode';

/**
 * Functions, methods (inside the type their `impl` is for), types and inline modules of a Rust file; attributes belong to
 * the range of what they stand on.
 */
export function rustScopes(captures: Captures, source: SourceText): ScopeDraft[] {
  const starts = attributeStarts(captures);
  const drafts = scopeDrafts(captures, source, {
    topics: ['function', 'callback', 'type'],
    parameters: parameterNames,
    bases: ({ node }) => {
      const base = child(node, 'trait');
      return base === undefined ? [] : [rustPath(source.of(base))];
    },
    isDeclaration: ({ node }) => node.type === 'function_signature_item',
    start: (node) => starts.get(node.startIndex),
  });
  return drafts.map((draft) => (draft.kind === 'type' ? { ...draft, name: typeName(draft.name) } : draft));
}

/** Offset of an item → offset of the first of the attributes right before it. */
function attributeStarts(captures: Captures): Map<number, number> {
  const starts = new Map<number, number>();
  for (const { node } of captures.of('attribute')) {
    let next = node.nextNamedSibling;
    while (next !== null && (next.type === 'attribute_item' || next.type.endsWith('comment')))
      next = next.nextNamedSibling;
    if (next === null) continue;
    starts.set(next.startIndex, Math.min(node.startIndex, starts.get(next.startIndex) ?? Infinity));
  }
  return starts;
}

/** `crate::orders::Topics::NEW` as other languages write it, without type arguments. */
export function rustPath(text: string): string {
  return text
    .replace(/::<[^]*?>|<[^]*$/g, '')
    .replace(/^[&*\s]+|\s+/g, '')
    .replaceAll('::', '.');
}

function typeName(text: string): string {
  const path = rustPath(text.replace(/^dyn\s+/, ''));
  return path.slice(path.lastIndexOf('.') + 1);
}

function parameterNames(callable: SyntaxNode, source: SourceText): string[] {
  const list = child(callable, 'parameters');
  if (list === undefined) return [];
  return children(list).flatMap((parameter) => {
    const pattern = child(parameter, 'pattern') ?? parameter;
    const name = /(\w+)\)?$/.exec(source.of(pattern))?.[1];
    return name === undefined || name === 'self' ? [] : [name];
  });
}
