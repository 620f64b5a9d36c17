import { lastPart } from '../extract/callSite';
import type { Captures } from '../extract/captures';
import type { ScopeDraft } from '../extract/outline';
import { scopeDrafts } from '../extract/scopeDrafts';
import { child, children, type SourceText } from '../extract/sourceText';
import type { SyntaxNode } from '../syntaxNode';

/** Functions, methods (inside their receiver's type) and types of a Go file. */
export function goScopes(captures: Captures, source: SourceText): ScopeDraft[] {
  const functions = scopeDrafts(captures, source, {
    topics: ['function', 'callback'],
    parameters: parameterNames,
    bases: () => [],
    owner: ({ parts }) => (parts.receiver === undefined ? '' : receiverType(parts.receiver, source)),
  });
  // `s.handler = func() {…}`: the field's name is the function's.
  const named = functions.map((draft) => {
    const makes = /^[nN]ew[A-Z]/.test(draft.name) ? madeIn(source.text.slice(draft.start, draft.end)) : undefined;
    return { ...draft, name: lastPart(draft.name), ...(makes === undefined ? {} : { makes }) };
  });
  return [...named, ...typeDrafts(captures, source)];
}

/** The struct that a constructor returns: by what it writes down, else by its result. */
function madeIn(text: string): string | undefined {
  const variable = /\breturn\s+&?(\w+)/.exec(text)?.[1];
  const written =
    /\breturn\s+&?([\w.]+)(?:\[[^\]]*\])?\{/.exec(text)?.[1] ??
    new RegExp(`\\b${variable ?? '_'}\\s*:?=\\s*&?([\\w.]+)(?:\\[[^\\]]*\\])?\\{`).exec(text)?.[1] ??
    /^func\s+\w+(?:\[[^\]]*\])?\([^{]*\)\s*\(?\s*\*?([\w.]+)/.exec(text)?.[1];
  return written === undefined ? undefined : lastPart(written);
}

/** `(s *Server[T])` → `Server`. */
function receiverType(receiver: SyntaxNode, source: SourceText): string {
  const type = child(receiver, 'type');
  return type === undefined ? '' : source.of(type).replace(/[*()\s]|\[[^]*$/g, '');
}

function parameterNames(callable: SyntaxNode, source: SourceText): string[] {
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
function embedded(body: SyntaxNode, source: SourceText): string[] {
  const list = body.type === 'struct_type' ? children(body)[0] : body.type === 'interface_type' ? body : undefined;
  if (list === undefined) return [];
  return children(list).flatMap((field) => {
    if (field.type !== 'field_declaration' && field.type !== 'type_elem') return [];
    if (child(field, 'name') !== undefined) return [];
    const name = source.of(child(field, 'type') ?? field).replace(/[*\s]|\[[^]*$/g, '');
    return /^[\w.]+$/.test(name) ? [name] : [];
  });
}
