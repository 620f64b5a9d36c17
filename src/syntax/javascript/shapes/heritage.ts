import type { Shape } from '../../extract/captures';
import { child } from '../../extract/sourceText';
import type { SyntaxNode } from '../../syntaxNode';

/** A class or interface: its name, and what it extends and implements. */
export const classShape: Shape = ({ node }, _source, add) => {
  const name = child(node, 'name');
  if (name !== undefined) add('type', node, { name });
  for (const base of basesOf(node)) add('base', node, { name: base });
};

function basesOf(node: SyntaxNode): SyntaxNode[] {
  const isExpression = node.type === 'class';
  return node.namedChildren.flatMap((part) => {
    if (part.type === 'extends_type_clause') return nodes(part.childrenForFieldName('type'));
    if (part.type !== 'class_heritage') return [];
    return part.namedChildren.flatMap((clause) => {
      if (clause.type === 'extends_clause') return nodes(clause.childrenForFieldName('value'));
      // JavaScript's grammar has no clauses.
      if (clause.type !== 'implements_clause') return [clause];
      return isExpression ? [] : clause.namedChildren;
    });
  });
}

function nodes(found: readonly (SyntaxNode | null)[]): SyntaxNode[] {
  return found.filter((node) => node !== null);
}
