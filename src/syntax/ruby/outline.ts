import type { Captures } from '../extract/captures';
import type { ScopeDraft } from '../extract/outline';
import { scopeDrafts } from '../extract/scopeDrafts';
import { child, children, type SourceText } from '../extract/sourceText';
import type { SyntaxNode } from '../syntaxNode';

/** Methods, classes and modules of a Ruby file; `class Shop::Orders` is `Orders` inside `Shop`. */
export function rubyScopes(captures: Captures, source: SourceText): ScopeDraft[] {
  return scopeDrafts(captures, source, {
    topics: ['function', 'callback', 'type'],
    parameters: parameterNames,
    bases: ({ node }) => {
      const base = child(node, 'superclass');
      const name = base === undefined ? undefined : children(base)[0];
      const above = name === undefined ? [] : [rubyPath(source.of(name).replace(/\[[^]*$/, ''))];
      return [...included(source.of(node)), ...above];
    },
    owner: ({ parts }) => (parts['owner'] === undefined ? '' : rubyPath(source.of(parts['owner']))),
  });
}

/** `Shop::Orders` as other languages write it. */
export function rubyPath(text: string): string {
  return text.replace(/^::/, '').replaceAll('::', '.');
}

/** The modules that a class includes: Ruby looks there before it looks at the superclass. */
function included(text: string): string[] {
  return [...text.matchAll(/^\s*(?:include|prepend)[ (]+([A-Z][\w:]*(?:\s*,\s*[A-Z][\w:]*)*)/gm)].flatMap(([, names]) =>
    names!.split(/\s*,\s*/).map(rubyPath),
  );
}

function parameterNames(callable: SyntaxNode, source: SourceText): string[] {
  const list = child(callable, 'parameters');
  if (list === undefined) return [];
  return children(list).flatMap((parameter) => {
    const name = child(parameter, 'name') ?? parameter;
    const text = source.of(name);
    return /^\w+$/.test(text) ? [text] : [];
  });
}
