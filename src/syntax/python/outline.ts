import type { Captures } from '../extract/captures';
import type { ScopeDraft } from '../extract/outline';
import { scopeDrafts } from '../extract/scopeDrafts';
import { child, children, type SourceText } from '../extract/sourceText';
import type { SyntaxNode } from '../syntaxNode';

/** Functions and classes of a Python file; decorators belong to their range. */
export function pythonScopes(captures: Captures, source: SourceText): ScopeDraft[] {
  const starts = new Map<number, number>();
  const declarations = new Set<number>();
  for (const { node, parts } of captures.of('decorated')) {
    if (parts.definition === undefined) continue;
    starts.set(parts.definition.id, node.startIndex);
    const decorators = source.text.slice(node.startIndex, parts.definition.startIndex);
    if (/@(\w+\.)*(overload|abstractmethod)\b/.test(decorators)) declarations.add(parts.definition.id);
  }
  return scopeDrafts(captures, source, {
    topics: ['function', 'type', 'callback'],
    parameters: parameterNames,
    bases: ({ parts }) => (parts.bases === undefined ? [] : baseNames(parts.bases, source)),
    isDeclaration: ({ node }) => declarations.has(node.id),
    start: (node) => starts.get(node.id),
  });
}

function parameterNames(callable: SyntaxNode, source: SourceText): string[] {
  const list = child(callable, 'parameters');
  if (list === undefined) return [];
  return children(list).flatMap((parameter) => {
    const name = parameter.type === 'identifier' ? parameter : (child(parameter, 'name') ?? children(parameter)[0]);
    const text = name === undefined ? '' : source.of(name).replace(/^\*+/, '');
    return /^\w+$/.test(text) ? [text] : [];
  });
}

function baseNames(list: SyntaxNode, source: SourceText): string[] {
  return children(list).flatMap((base) => {
    const name = source.of(base.type === 'subscript' ? (child(base, 'value') ?? base) : base);
    return /^[\w.]+$/.test(name) ? [name] : [];
  });
}
