import { OPERATION_ATTRIBUTES } from '../../../../model/operation';
import { PERCENTS } from '../../percentileBuckets';
import type { FieldKeys } from '../fieldKeys';
import { isKeyText } from '../filterText';
import { KIND, NAME, SERVICE, type BuilderQuery, type FieldName } from '../sigNozQuery';

/** Operations in one answer, those with the most time first. */
export const MAX_OPERATIONS = 1000;
const DURATION = 'duration_nano';
const FAILED = 'has_error = true';

/** What is counted of each operation, in the order in which it is asked for. */
const COUNTED = {
  count: 'count()',
  errorCount: `countIf(${FAILED})`,
  totalNs: `sum(${DURATION})`,
  minNs: `min(${DURATION})`,
  maxNs: `max(${DURATION})`,
  minErrorNs: `minIf(${DURATION}, ${FAILED})`,
  maxErrorNs: `maxIf(${DURATION}, ${FAILED})`,
  p50ErrorNs: `p50If(${DURATION}, ${FAILED})`,
  p95ErrorNs: `p95If(${DURATION}, ${FAILED})`,
} as const;

/** Numbers of one operation; NaN where there was nothing to count. */
export type CountedNumbers = Readonly<Record<keyof typeof COUNTED, number>> & {
  /** Of {@link PERCENTS}. */
  readonly percentilesNs: readonly number[];
};

/** What identifies operations, as far as spans have it: service, name, kind, and attributes. */
export function identityFields(keys: FieldKeys): FieldName[] {
  const attributes = OPERATION_ATTRIBUTES.filter((name) => keys.has('attribute', name) && isKeyText(name));
  return [SERVICE, NAME, KIND, ...attributes.map((name): FieldName => ({ name, fieldContext: 'attribute' }))];
}

/** Every operation that a filter finds spans of, counted. */
export function countQuery(fields: readonly FieldName[], filter: string | undefined, limit: number): BuilderQuery {
  const percentiles = PERCENTS.map((percent) => `p${String(percent).replace('.', '').padStart(2, '0')}(${DURATION})`);
  return {
    ...{ name: 'A', filter, groupBy: fields, limit },
    aggregations: [...Object.values(COUNTED), ...percentiles],
    order: [{ by: COUNTED.totalNs, direction: 'desc' }],
  };
}

/** Reads what {@link countQuery} asked for. */
export function countedNumbers(values: readonly unknown[]): CountedNumbers {
  const numbers = values.map((value) => (value === null || value === undefined || value === '' ? NaN : Number(value)));
  const names = Object.keys(COUNTED) as (keyof typeof COUNTED)[];
  const named = Object.fromEntries(names.map((name, at) => [name, numbers[at] ?? NaN]));
  return { ...(named as Record<keyof typeof COUNTED, number>), percentilesNs: numbers.slice(names.length) };
}

/** Steps of the trend. */
export const TREND = { count: 'count()', errorCount: `countIf(${FAILED})`, p95: `p95(${DURATION})` } as const;

/** The same in steps of time, by service, name and kind alone: an answer repeats what identifies a row for each number. */
export function trendQuery(filter: string | undefined, stepS: number): BuilderQuery {
  return {
    ...{ name: 'A', filter, groupBy: [SERVICE, NAME, KIND], limit: MAX_OPERATIONS, stepInterval: stepS },
    aggregations: Object.values(TREND),
  };
}
