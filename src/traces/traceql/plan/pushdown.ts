import type {
  Field,
  FieldExpression,
  Literal,
  Pipeline,
  SpansetExpression,
  Stage,
  TraceQlQuery,
} from '../language/ast';
import { searchedPipeline } from '../evaluate/evaluateTraces';
import { flipped } from '../language/operations';
import type { ComparisonOperator } from '../language/staticTypes';

/** A comparison that a backend can be asked for: `field operator value`, or whether the field is there at all. */
export type SimpleCondition =
  | { readonly field: Field; readonly operator: ComparisonOperator; readonly value: Literal }
  | { readonly field: Field; readonly operator: 'exists' | 'missing'; readonly value?: undefined };

/** What every trace that a query finds must have; for backends that can only be asked for that much. */
export interface Pushdown {
  /**
   * Groups of conditions: for each group, one span of the trace meets all of its conditions. No group: nothing is known
   * (all traces must be asked for).
   */
  readonly groups: readonly (readonly SimpleCondition[])[];
  /** The trace itself meets these (`traceDuration`, `rootName`, `rootServiceName`, `trace:id`). */
  readonly trace: readonly SimpleCondition[];
  /** The query finds the traces that meet this, and no others: in each the spans that meet the one group. */
  readonly exact: boolean;
}

const TRACE_FIELDS: readonly string[] = ['traceDuration', 'rootName', 'rootServiceName', 'trace:id'];

/** What can be asked for before the query is evaluated on what came back. */
export function pushdown(query: TraceQlQuery): Pushdown {
  const { groups, exact } = ofStages(searchedPipeline(query));
  const isOfTrace = ({ field }: SimpleCondition) => TRACE_FIELDS.includes(field.name) && field.node === 'intrinsic';
  const spans = groups.map((group) => group.filter((condition) => !isOfTrace(condition)));
  return {
    groups: spans.filter((group) => group.length > 0),
    trace: groups.flatMap((group) => group.filter(isOfTrace)),
    exact: exact && query.kind === 'search',
  };
}

interface Required {
  readonly groups: readonly (readonly SimpleCondition[])[];
  readonly exact: boolean;
}

function ofStages({ stages }: Pipeline): Required {
  const filters = stages.filter((stage) => stage.node !== 'select');
  if (filters.every((stage) => stage.node === 'filter')) {
    const parts = filters.map(({ condition }) => conjunction(condition));
    return { groups: [parts.flatMap(({ conditions }) => conditions)], exact: parts.every(({ exact }) => exact) };
  }
  return { groups: stages.filter(isSpansets).flatMap((stage) => ofSpansets(stage).groups), exact: false };
}

function isSpansets(stage: Stage): stage is SpansetExpression {
  return stage.node === 'filter' || stage.node === 'operation' || stage.node === 'pipeline';
}

/** Recurses over the query, whose depth the parser bounds. */
function ofSpansets(expression: SpansetExpression): Required {
  if (expression.node === 'pipeline') return ofStages(expression);
  if (expression.node === 'filter') {
    const { conditions, exact } = conjunction(expression.condition);
    return { groups: [conditions], exact };
  }
  const { operator, left, right } = expression;
  if (operator === '||') return { groups: [], exact: false };
  if (operator.startsWith('!')) return { groups: ofSpansets(right).groups, exact: false };
  return { groups: [...ofSpansets(left).groups, ...ofSpansets(right).groups], exact: false };
}

/** The simple ones of the conditions that must all hold, and whether that is all of them. */
function conjunction(expression: FieldExpression): { conditions: SimpleCondition[]; exact: boolean } {
  const conditions: SimpleCondition[] = [];
  let exact = true;
  const open = [expression];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.node === 'logic' && node.operator === '&&') open.push(...node.operands.toReversed());
    else if (node.node === 'literal' && node.value === true) continue;
    else {
      const simple = simpleCondition(node);
      if (simple === undefined) exact = false;
      else conditions.push(simple);
    }
  }
  return { conditions, exact };
}

function simpleCondition(node: FieldExpression): SimpleCondition | undefined {
  if (node.node === 'presence') {
    const { operand, present } = node;
    return isField(operand) ? { field: operand, operator: present ? 'exists' : 'missing' } : undefined;
  }
  if (node.node !== 'comparison') return undefined;
  const { left, right, operator } = node;
  if (isField(left) && right.node === 'literal') return { field: left, operator, value: right };
  return left.node === 'literal' && isField(right)
    ? { field: right, operator: flipped(operator), value: left }
    : undefined;
}

function isField(node: FieldExpression): node is Field {
  return node.node === 'attribute' || node.node === 'intrinsic';
}
