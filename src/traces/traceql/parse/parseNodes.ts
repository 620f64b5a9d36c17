import type {
  AggregateFunction,
  FieldExpression,
  Literal,
  MetricsExpression,
  Pipeline,
  SeriesStage,
  SpansetExpression,
  SpansetOperator,
  Stage,
} from '../language/ast';
import { binary } from './fieldBuilder';
import type { ArithmeticOperator, ComparisonOperator } from '../language/staticTypes';
import { TraceQlError, type TextRange } from '../language/traceQlError';

/** What a part of a query can turn out to be, with whether it stood in parentheses. */
export type Part = TextRange & { readonly inParens: boolean } & (
    | { readonly part: 'spansets'; readonly expression: SpansetExpression }
    | { readonly part: 'stage'; readonly stage: Stage }
    | {
        readonly part: 'aggregate';
        readonly function: AggregateFunction;
        readonly operand: FieldExpression | undefined;
      }
    | { readonly part: 'scalar'; readonly value: Literal }
    | { readonly part: 'metrics'; readonly expression: MetricsExpression }
  );

const UNSUPPORTED = 'Compare one aggregate with a number: { … } | avg(duration) > 1s.';

/** Joins two parts by an operator. @throws TraceQlError if it cannot stand between them. */
export function join(operator: string, left: Part, right: Part): Part {
  const range = { from: left.from, to: right.to };
  const base = { ...range, inParens: false };
  if (left.part === 'spansets' && right.part === 'spansets') {
    if ('+-*/%^<=>='.includes(operator) && !['<', '>'].includes(operator)) throw refused(operator, range);
    return { ...base, part: 'spansets', expression: operation(operator as SpansetOperator, left, right, range) };
  }
  if (left.part === 'scalar' && right.part === 'scalar' && isArithmetic(operator)) {
    return { ...base, part: 'scalar', value: scalarOf(operator, left.value, right.value, range) };
  }
  if (left.part === 'metrics' || right.part === 'metrics') return math(operator, left, right, range);
  if (left.part === 'aggregate' && right.part === 'scalar' && isComparison(operator)) {
    const { function: name, operand } = left;
    checkTypes(operator, left, right.value);
    const stage = { node: 'aggregate' as const, function: name, operand, operator, value: right.value, ...range };
    return { ...base, part: 'stage', stage };
  }
  if (left.part === 'aggregate' || right.part === 'aggregate') {
    throw new TraceQlError(`Such a calculation with ${operator} is not supported.`, range, UNSUPPORTED);
  }
  throw refused(operator, range);
}

/** Adds a stage to what is done with the series in the end. */
export function withStage(expression: MetricsExpression, stage: SeriesStage): MetricsExpression {
  return { ...expression, stages: [...expression.stages, stage] };
}

/** A pipeline in which nothing is but a set of spans is that set. */
export function wrapped(pipeline: Pipeline): SpansetExpression | Pipeline {
  const [first, ...others] = pipeline.stages;
  const isExpression = first?.node === 'filter' || first?.node === 'operation' || first?.node === 'pipeline';
  return isExpression && others.length === 0 ? first : pipeline;
}

export function isComparison(operator: string): operator is ComparisonOperator {
  return ['=', '!=', '<', '<=', '>', '>='].includes(operator);
}

function isArithmetic(operator: string): operator is ArithmeticOperator {
  return ['+', '-', '*', '/'].includes(operator);
}

/** Pipelines can only be joined with their like in parentheses. */
function operation(
  operator: SpansetOperator,
  left: Part & { part: 'spansets' },
  right: Part & { part: 'spansets' },
  range: TextRange,
): SpansetExpression {
  const isPiped = [left, right].some(({ expression }) => hasPipeline(expression));
  const bare = [left, right].find((side) => !side.inParens && side.expression.node === 'filter');
  if (isPiped && bare !== undefined) {
    throw new TraceQlError('A filter is joined with a pipeline.', bare, 'Put the filter in parentheses too: ({ … }).');
  }
  return { node: 'operation', operator, left: left.expression, right: right.expression, ...range };
}

/** Whether the set comes out of a pipeline in parentheses; such a set cannot be piped on. */
export function hasPipeline(expression: SpansetExpression): boolean {
  for (let node: SpansetExpression = expression; ; node = node.left) {
    if (node.node === 'pipeline') return true;
    if (node.node === 'filter') return false;
    if (node.right.node === 'pipeline' || (node.right.node === 'operation' && hasPipeline(node.right))) return true;
  }
}

function scalarOf(operator: ArithmeticOperator, left: Literal, right: Literal, range: TextRange): Literal {
  if (left.type === 'duration' || right.type === 'duration') {
    throw new TraceQlError('Durations cannot be calculated with here.', range, 'Write the result, such as 20s.');
  }
  const value = binary(operator, left, right);
  if (value.node === 'literal') return value;
  throw new TraceQlError('This calculation has no result.', range, 'Do not divide by zero.');
}

function math(operator: string, left: Part, right: Part, range: TextRange): Part {
  if (!isArithmetic(operator)) throw refused(operator, range);
  const base = { ...range, inParens: false, part: 'metrics' as const };
  const bare = [left, right].find(
    (side) => side.part === 'metrics' && !side.inParens && side.expression.node === 'series',
  );
  if (bare !== undefined && bare.part === 'metrics' && bare.expression.stages.every(({ name }) => name !== 'scale')) {
    throw new TraceQlError('A query is calculated with.', bare, 'Put it in parentheses: ({ … } | rate()) * 60.');
  }
  if (left.part === 'metrics' && right.part === 'metrics') {
    const expression = { node: 'math' as const, operator, left: left.expression, right: right.expression, stages: [] };
    return { ...base, expression };
  }
  const [series, scalar] = left.part === 'metrics' ? [left, right] : [right, left];
  if (series.part !== 'metrics' || scalar.part !== 'scalar') throw refused(operator, range);
  if (scalar.value.type === 'duration') {
    throw new TraceQlError('Series cannot be calculated with a duration.', scalar.value, 'Write a number of seconds.');
  }
  const value = Number(scalar.value.value);
  const stage = { name: 'scale' as const, operator, value, scalarFirst: series === right };
  return { ...base, expression: withStage(series.expression, stage) };
}

function checkTypes(
  operator: ComparisonOperator,
  { function: name, operand }: Part & { part: 'aggregate' },
  value: Literal,
) {
  if (operand !== undefined && name !== 'count') binary(operator, operand, value);
}

function refused(operator: string, range: TextRange): TraceQlError {
  return new TraceQlError(
    `${operator} cannot stand between these two.`,
    range,
    'Sets of spans are joined by &&, ||, >, >>, <, << or ~.',
  );
}
