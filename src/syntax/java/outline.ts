import type { Node } from 'web-tree-sitter';
import type { Captures } from '../extract/captures';
import type { ScopeDraft } from '../extract/outline';
import { child, children, type SourceText } from '../extract/sourceText';

/** Methods, constructors, lambdas and types of a Java file. */
export function javaScopes(captures: Captures, source: SourceText): ScopeDraft[] {
  const drafts = new Map<number, ScopeDraft>();
  for (const topic of ['function', 'callback', 'type'] as const) {
    for (const { node, parts } of captures.of(topic)) {
      const callable = parts.value ?? node;
      if (drafts.has(callable.id)) continue;
      const isDeclaration = node.type === 'method_declaration' && parts.body === undefined;
      drafts.set(callable.id, {
        kind: topic === 'type' ? 'type' : 'function',
        name: parts.name === undefined ? '' : source.of(parts.name),
        start: node.startIndex,
        end: node.endIndex,
        nameSpan: parts.name ?? { startIndex: node.startIndex, endIndex: node.startIndex },
        nodeId: callable.id,
        ...(isDeclaration ? { isDeclaration } : {}),
        parameters: () => parameterNames(callable, source),
        bases: topic === 'type' ? baseNames(node, source) : [],
      });
    }
  }
  return [...drafts.values()];
}

function parameterNames(callable: Node, source: SourceText): string[] {
  const list = child(callable, 'parameters');
  if (list === undefined) return [];
  if (list.type === 'identifier') return [source.of(list)];
  return children(list).flatMap((parameter) => {
    if (parameter.type === 'identifier') return [source.of(parameter)];
    const named = child(parameter, 'name') ?? parameter.descendantsOfType('variable_declarator')[0];
    const name = named === undefined ? undefined : (child(named, 'name') ?? named);
    return name === undefined ? [] : [source.of(name)];
  });
}

function baseNames(type: Node, source: SourceText): string[] {
  const lists = children(type).filter((part) => /^(superclass|super_interfaces|extends_interfaces)$/.test(part.type));
  const bases = lists.flatMap((list) =>
    children(list).flatMap((part) => (part.type === 'type_list' ? children(part) : [part])),
  );
  return bases.flatMap((base) => {
    const name = source
      .of(base)
      .replace(/<[^]*$/, '')
      .replace(/\s+/g, '');
    return /^[\w.$]+$/.test(name) ? [name] : [];
  });
}
