import type { SeriesStage } from '../language/ast';
import { compares } from '../language/operations';
import { NAME_LABEL, seriesKey, type Series, type SeriesSet } from './series';
import type { ArithmeticOperator } from '../language/staticTypes';

/** What the stages after the function make of the series. */
export function applyStages(series: SeriesSet, stages: readonly SeriesStage[]): SeriesSet {
  return stages.reduce<SeriesSet>(applyStage, series);
}

/**
 * Calculates with the series that two sides have in common by their labels. A side that is one series without labels
 * goes with each of the other side's.
 */
export function combine(operator: ArithmeticOperator, left: SeriesSet, right: SeriesSet): SeriesSet {
  const result = new Map<string, Series>();
  for (const key of (right.has('') ? left : right).keys()) {
    const [a, b] = [left.get(key) ?? left.get(''), right.get(key) ?? right.get('')];
    if (a === undefined || b === undefined) continue;
    const labels = { ...b.labels, ...a.labels };
    delete labels[NAME_LABEL];
    const names = [a.labels[NAME_LABEL], b.labels[NAME_LABEL]];
    const named = names.every((name) => typeof name === 'string');
    const name = named ? { [NAME_LABEL]: `(${names.join(` ${operator} `)})` } : {};
    result.set(key, { labels: { ...labels, ...name }, value: arithmetic(operator, a.value, b.value) });
  }
  return result;
}

/** The set without what has no value. */
export function present(series: SeriesSet): Series[] {
  return [...series.values()].filter(({ value }) => !Number.isNaN(value));
}

export function toSeriesSet(series: readonly Series[]): SeriesSet {
  return new Map(series.map((one) => [seriesKey(one.labels), one]));
}

function applyStage(series: SeriesSet, stage: SeriesStage): SeriesSet {
  switch (stage.name) {
    case 'topk':
    case 'bottomk':
      return ranked(series, stage.limit, stage.name === 'topk' ? -1 : 1);
    case 'filter':
      return new Map([...series].filter(([, { value }]) => compares(stage.operator, value, stage.value)));
    case 'scale': {
      const { operator, scalarFirst, value: scalar } = stage;
      const scaled = (value: number) =>
        scalarFirst ? arithmetic(operator, scalar, value) : arithmetic(operator, value, scalar);
      return new Map([...series].map(([key, { labels, value }]) => [key, { labels, value: scaled(value) }]));
    }
  }
}

/** Of equal values the largest take the label that comes first in the alphabet, the smallest the one that comes last. */
function ranked(series: SeriesSet, limit: number, direction: 1 | -1): SeriesSet {
  if (series.size <= limit) return series;
  const entries = [...series].filter(([, { value }]) => !Number.isNaN(value));
  entries.sort(([a, left], [b, right]) => direction * (left.value - right.value) || direction * (a < b ? 1 : -1));
  return new Map(entries.slice(0, limit));
}

/** Division by zero gives no value. */
function arithmetic(operator: ArithmeticOperator, left: number, right: number): number {
  if (operator === '+') return left + right;
  if (operator === '-') return left - right;
  if (operator === '*') return left * right;
  return operator === '/' && right !== 0 ? left / right : NaN;
}
