import type { Node } from 'web-tree-sitter';
import type { Captures } from '../extract/captures';
import type { ScopeDraft } from '../extract/outline';
import { child, children, type SourceText } from '../extract/sourceText';

/** Functions, methods (inside their receiver's type) and types of a Go file. */
export function goScopes(captures: Captures, source: SourceText): ScopeDraft[] {
  const drafts = new Map<number, ScopeDraft>();
  for (const topic of ['function', 'callback'] as const) {
    for (const { node, parts } of captures.of(topic)) {
      const callable = parts.value ?? node;
      if (drafts.has(callable.id)) continue;
      const name = parts.name;
      const written = name === undefined ? '' : source.of(name);
      drafts.set(callable.id, {
        kind: 'function',
        name: written.slice(written.lastIndexOf('.') + 1),
        owner: parts.receiver === undefined ? '' : receiverType(parts.receiver, source),
        start: node.startIndex,
        end: node.endIndex,
        nameSpan: name ?? { startIndex: node.startIndex, endIndex: node.startIndex },
        nodeId: callable.id,
        parameters: () => parameterNames(callable, source),
        bases: [],
      });
    }
  }
  return [...drafts.values(), ...typeDrafts(captures, source)];
}

/** `(s *Server[T])` → `Server`. */
function receiverType(receiver: Node, source: SourceText): string {
  const type = child(receiver, 'type');
  return type === undefined ? '' : source.of(type).replace(/[*()\s]|\[[^]*$/g, '');
}

function parameterNames(callable: Node, source: SourceText): string[] {
  const list = child(callable, 'parameters');
  if (list === undefined) return [];
  return children(list).flatMap((parameter) => parameter.childrenForFieldName('name').map((name) => source.of(name)));
}

function typeDrafts(captures: Captures, source: SourceText): ScopeDraft[] {
  return captures.of('type').flatMap(({ node, parts }) => {
    if (parts.name === undefined || parts.body === undefined) return [];
    return [
      {
        kind: 'type' as const,
        name: source.of(parts.name),
        start: node.startIndex,
        end: node.endIndex,
        nameSpan: parts.name,
        nodeId: node.id,
        parameters: () => [],
        bases: embedded(parts.body, source),
      },
    ];
  });
}

/** Types a struct embeds, and interfaces an interface does. */
function embedded(body: Node, source: SourceText): string[] {
  const list = body.type === 'struct_type' ? children(body)[0] : body.type === 'interface_type' ? body : undefined;
  if (list === undefined) return [];
  return children(list).flatMap((field) => {
    if (field.type !== 'field_declaration' && field.type !== 'type_elem') return [];
    if (child(field, 'name') !== undefined) return [];
    const name = source.of(child(field, 'type') ?? field).replace(/[*\s]|\[[^]*$/g, '');
    return /^[\w.]+$/.test(name) ? [name] : [];
  });
}
