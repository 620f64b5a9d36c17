import type { Comparison, FieldExpression, Literal, Attribute } from './ast';
import { flipped } from './operations';
import type { ComparisonOperator } from './staticTypes';

/** A comparison of an attribute with a constant, the attribute on the left. */
export interface SimpleComparison {
  readonly field: Attribute;
  readonly operator: ComparisonOperator;
  readonly value: Literal;
}

/** The comparison as {@link SimpleComparison}, if it is one. */
export function simpleComparison({ left, right, operator }: Comparison): SimpleComparison | undefined {
  if (left.node === 'attribute' && right.node === 'literal') return { field: left, operator, value: right };
  if (left.node === 'literal' && right.node === 'attribute') {
    return { field: right, operator: flipped(operator), value: left };
  }
  return undefined;
}

/**
 * The constants that each attribute of a condition is compared with. Tempo looks only at those elements of a list that
 * one of these comparisons asks for; where the attribute is used in another way as well, it looks at all of them.
 */
export class FieldUses {
  private readonly uses = new Map<string, SimpleComparison[] | 'all'>();

  constructor(conditions: readonly FieldExpression[]) {
    const open = [...conditions];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (node.node === 'attribute') this.uses.set(key(node), 'all');
      else if (node.node === 'logic') open.push(...node.operands);
      else if (node.node === 'unary' || node.node === 'presence') open.push(node.operand);
      else if (node.node === 'arithmetic') open.push(node.left, node.right);
      else if (node.node === 'comparison') {
        const simple = simpleComparison(node);
        if (simple === undefined) open.push(node.left, node.right);
        else this.add(simple);
      }
    }
  }

  /** The comparisons that say which elements of a list count; undefined if all do. */
  of(field: Attribute): readonly SimpleComparison[] | undefined {
    const uses = this.uses.get(key(field));
    return uses === 'all' ? undefined : uses;
  }

  private add(simple: SimpleComparison): void {
    const before = this.uses.get(key(simple.field));
    if (before === undefined) this.uses.set(key(simple.field), [simple]);
    else if (before !== 'all') before.push(simple);
  }
}

function key({ scope, name }: Attribute): string {
  return `${scope}.${name}`;
}
