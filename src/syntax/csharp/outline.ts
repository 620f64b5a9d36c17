import type { Captures } from '../extract/captures';
import type { ScopeDraft } from '../extract/outline';
import { scopeDrafts } from '../extract/scopeDrafts';
import { child, children, type SourceText } from '../extract/sourceText';
import type { SyntaxNode } from '../syntaxNode';

/** Methods, local functions, computed properties, lambdas and types of a C# file. */
export function csharpScopes(captures: Captures, source: SourceText): ScopeDraft[] {
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
  if (list.type === 'implicit_parameter') return [source.of(list)];
  return children(list).flatMap((parameter) => {
    const name = parameter.type === 'parameter' ? child(parameter, 'name') : parameter;
    return name === undefined ? [] : [source.of(name)];
  });
}

function baseNames(type: SyntaxNode, source: SourceText): string[] {
  const list = children(type).find((part) => part.type === 'base_list');
  if (list === undefined) return [];
  return children(list).flatMap((base) => {
    const name = source
      .of(base.type === 'primary_constructor_base_type' ? (children(base)[0] ?? base) : base)
      .replace(/<[^]*$/, '')
      .replace(/\s+/g, '');
    return /^[\w.:]+$/.test(name) ? [name.replace(/^global::/, '')] : [];
  });
}
