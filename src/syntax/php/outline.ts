import type { Captures } from '../extract/captures';
import type { ScopeDraft } from '../extract/outline';
import { scopeDrafts } from '../extract/scopeDrafts';
import { child, children, type SourceText } from '../extract/sourceText';
import type { SyntaxNode } from '../syntaxNode';

/** Functions, methods, closures and types of a PHP file. */
export function phpScopes(captures: Captures, source: SourceText): ScopeDraft[] {
  const drafts = scopeDrafts(captures, source, {
    topics: ['function', 'callback', 'type'],
    parameters: parameterNames,
    bases: ({ node }) => baseNames(node, source),
    isDeclaration: ({ node, parts }) => node.type === 'method_declaration' && parts.body === undefined,
  });
  return drafts.map((draft) => ({ ...draft, name: phpVariable(draft.name) }));
}

/** `$this->orders`, `$orders`, `self::$orders` → `orders`: without the marks, the way names are looked up. */
export function phpVariable(text: string): string {
  return text
    .replace(/\s+/g, '')
    .replace(/^\$this->|^(?:self|static)::/, '')
    .replaceAll('->', '.')
    .replaceAll('$', '');
}

/** `App\Orders\Topics::NEW`, `\App\Orders` → its parts joined by dots, the last of a class alone. */
export function phpName(text: string): string {
  const [owner = '', member] = text.split('::');
  const last = owner.slice(owner.lastIndexOf('\\') + 1);
  return member === undefined ? last : `${/^(self|static)$/.test(last) ? '' : `${last}.`}${member.replace('$', '')}`;
}

function parameterNames(callable: SyntaxNode, source: SourceText): string[] {
  const list = child(callable, 'parameters');
  if (list === undefined) return [];
  return children(list).flatMap((parameter) => {
    const name = child(parameter, 'name');
    return name === undefined ? [] : [phpVariable(source.of(name))];
  });
}

function baseNames(type: SyntaxNode, source: SourceText): string[] {
  const lists = children(type).filter(({ type: kind }) => kind === 'base_clause' || kind === 'class_interface_clause');
  return lists.flatMap((list) => children(list).map((base) => phpName(source.of(base))));
}
