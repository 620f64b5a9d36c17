import type { Captures } from '../extract/captures';
import type { ScopeDraft } from '../extract/outline';
import { scopeDrafts } from '../extract/scopeDrafts';
import { child, children, type SourceText } from '../extract/sourceText';
import type { SyntaxNode } from '../syntaxNode';

/** Methods, constructors, lambdas and types of a Java file. */
export function javaScopes(captures: Captures, source: SourceText): ScopeDraft[] {
  return scopeDrafts(captures, source, {
    topics: ['function', 'callback', 'type'],
    parameters: parameterNames,
    bases: ({ node }) => baseNames(node, source),
    isDeclaration: ({ node, parts }) => node.type === 'method_declaration' && parts.body === undefined,
  });
}

function parameterNames(callable: SyntaxNode, source: SourceText): string[] {
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

function baseNames(type: SyntaxNode, source: SourceText): string[] {
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
