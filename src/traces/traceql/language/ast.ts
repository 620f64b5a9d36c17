import type { Scalar } from './datum';
import type { Intrinsic } from './intrinsics';
import type { ArithmeticOperator, ComparisonOperator, LogicOperator } from './staticTypes';
import type { TextRange } from './traceQlError';

/** Whose attribute it is; `any`: the span's, else the resource's. */
export type AttributeScope = 'any' | 'span' | 'resource' | 'event' | 'link' | 'instrumentation';

export interface Attribute extends TextRange {
  readonly node: 'attribute';
  readonly scope: AttributeScope;
  readonly name: string;
}

export interface IntrinsicField extends TextRange {
  readonly node: 'intrinsic';
  readonly name: Intrinsic;
}

export type Field = Attribute | IntrinsicField;

export interface Literal extends TextRange {
  readonly node: 'literal';
  readonly type: 'int' | 'float' | 'duration' | 'string' | 'boolean' | 'status' | 'kind';
  readonly value: Scalar;
}

export interface Comparison extends TextRange {
  readonly node: 'comparison';
  readonly operator: ComparisonOperator;
  readonly left: FieldExpression;
  readonly right: FieldExpression;
}

/** A chain of one operator: `a && b && c` is one node. */
export interface Logic extends TextRange {
  readonly node: 'logic';
  readonly operator: LogicOperator;
  readonly operands: readonly FieldExpression[];
}

export interface Arithmetic extends TextRange {
  readonly node: 'arithmetic';
  readonly operator: ArithmeticOperator;
  readonly left: FieldExpression;
  readonly right: FieldExpression;
}

export interface Unary extends TextRange {
  readonly node: 'unary';
  readonly operator: '-' | '!';
  readonly operand: FieldExpression;
}

/** `x != nil`, or `x = nil` where not `present`. */
export interface Presence extends TextRange {
  readonly node: 'presence';
  readonly present: boolean;
  readonly operand: FieldExpression;
}

/** Something that has a value for each span. */
export type FieldExpression = Field | Literal | Comparison | Logic | Arithmetic | Unary | Presence;

/** `{ … }`: the spans that meet a condition. */
export interface SpansetFilter extends TextRange {
  readonly node: 'filter';
  readonly condition: FieldExpression;
}

/** How the right side's spans must lie to the left side's. */
export type Relation = '>' | '<' | '>>' | '<<' | '~';
export type SpansetOperator = '&&' | '||' | Relation | `!${Relation}` | `&${Relation}`;

export interface SpansetOperation extends TextRange {
  readonly node: 'operation';
  readonly operator: SpansetOperator;
  readonly left: SpansetExpression;
  readonly right: SpansetExpression;
}

/** Stages, each of which gets what the one before leaves. */
export interface Pipeline extends TextRange {
  readonly node: 'pipeline';
  readonly stages: readonly Stage[];
}

export type SpansetExpression = SpansetFilter | SpansetOperation | Pipeline;

export type AggregateFunction = 'count' | 'avg' | 'min' | 'max' | 'sum';

/** `avg(duration) > 1s`: keeps sets of spans by a number made of them. */
export interface ScalarFilter extends TextRange {
  readonly node: 'aggregate';
  readonly function: AggregateFunction;
  /** Undefined for `count()`. */
  readonly operand: FieldExpression | undefined;
  readonly operator: ComparisonOperator;
  readonly value: Literal;
}

export interface Group extends TextRange {
  readonly node: 'by';
  readonly expression: FieldExpression;
}

export interface Coalesce extends TextRange {
  readonly node: 'coalesce';
}

export interface Select extends TextRange {
  readonly node: 'select';
  readonly fields: readonly Field[];
}

export type Stage = SpansetExpression | ScalarFilter | Group | Coalesce | Select;

export type OverTimeFunction = 'min_over_time' | 'max_over_time' | 'avg_over_time' | 'sum_over_time';

/** What turns spans into series. */
export type MetricsFunction =
  | { readonly name: 'rate' | 'count_over_time'; readonly by: readonly Field[] }
  | { readonly name: OverTimeFunction; readonly field: Field; readonly by: readonly Field[] }
  | { readonly name: 'histogram_over_time'; readonly field: Field; readonly by: readonly Field[] }
  | {
      readonly name: 'quantile_over_time';
      readonly field: Field;
      readonly quantiles: readonly number[];
      readonly by: readonly Field[];
    }
  | {
      readonly name: 'compare';
      readonly selection: SpansetFilter;
      readonly top: number;
      /** Epoch nanoseconds; undefined where the query gives none. */
      readonly window: { readonly from: bigint; readonly to: bigint } | undefined;
    };

/** What is done with series once they are there. */
export type SeriesStage =
  | { readonly name: 'topk' | 'bottomk'; readonly limit: number }
  | { readonly name: 'filter'; readonly operator: ComparisonOperator; readonly value: number }
  | {
      readonly name: 'scale';
      readonly operator: ArithmeticOperator;
      readonly value: number;
      readonly scalarFirst: boolean;
    };

export type MetricsExpression =
  | {
      readonly node: 'series';
      readonly pipeline: Pipeline;
      readonly function: MetricsFunction;
      readonly stages: readonly SeriesStage[];
    }
  | {
      readonly node: 'math';
      readonly operator: ArithmeticOperator;
      readonly left: MetricsExpression;
      readonly right: MetricsExpression;
      readonly stages: readonly SeriesStage[];
    };

/** `with (name = value)`: for the backend, without meaning for the spans found. */
export interface Hint {
  readonly name: string;
  readonly value: Literal;
}

/** A query that is well-formed and well-typed. */
export type TraceQlQuery =
  | { readonly kind: 'search'; readonly text: string; readonly pipeline: Pipeline; readonly hints: readonly Hint[] }
  | {
      readonly kind: 'metrics';
      readonly text: string;
      readonly expression: MetricsExpression;
      readonly hints: readonly Hint[];
    };
