import type { TrendPoint } from '../../../../model/operation';
import type { TimeWindow } from '../../../../model/time';
import { itemsOf } from '../../../formats/recordValues';
import { isObject, type JsonObject } from '../../../otlp/jsonFields';
import { identityText, presentText } from './countedOperation';
import { TREND } from './operationQuery';

/** Steps of the trend: the words draw eight. */
const STEPS = 8;
/** SigNoz takes no shorter ones. */
const SHORTEST_S = 5;

/** Seconds that a step of the trend lasts. */
export function stepSeconds({ from, to }: TimeWindow): number {
  return Math.max(SHORTEST_S, Math.ceil(Number(to - from) / 1e9 / STEPS));
}

/** Trends by service, name and kind. */
export type Trends = ReadonlyMap<string, readonly TrendPoint[]>;

type MutablePoint = { -readonly [Field in keyof TrendPoint]: TrendPoint[Field] };

/**
 * Trends out of the result of a time series: `{aggregations: [{index, series: [{labels, values}]}]}`. Steps there begin at
 * multiples of their length, so that the first of a window lies in it only in part: it is added to the one after it.
 */
export function trendsOf(result: JsonObject | undefined, { to }: TimeWindow, stepS: number): Trends {
  const trends = new Map<string, MutablePoint[]>();
  const stepMs = stepS * 1000;
  const last = Math.floor((Number(to / 1_000_000n) - 1) / stepMs);
  const fields = Object.keys(TREND);
  for (const bucket of itemsOf(result?.aggregations)) {
    if (!isObject(bucket)) continue;
    const field = fields[Number(bucket.index)];
    for (const series of itemsOf(bucket.series)) {
      if (!isObject(series)) continue;
      const id = identityText(labelValues(series.labels));
      const trend = trends.get(id) ?? newTrend();
      trends.set(id, trend);
      for (const value of itemsOf(series.values)) {
        if (!isObject(value)) continue;
        const at = Math.max(0, STEPS - 1 - (last - Math.floor(Number(value.timestamp) / stepMs)));
        const point = trend[at];
        const number = Number(value.value);
        if (point === undefined || !Number.isFinite(number)) continue;
        if (field === 'count') point.count += number;
        else if (field === 'errorCount') point.errorCount += number;
        else point.p95Ns = Math.max(point.p95Ns ?? 0, number);
      }
    }
  }
  return trends;
}

function newTrend(): MutablePoint[] {
  return Array.from({ length: STEPS }, () => ({ count: 0, errorCount: 0, p95Ns: undefined }));
}

/** In the order in which it was grouped; labels come in another. */
function labelValues(labels: unknown): (string | undefined)[] {
  const values = new Map<string, string | undefined>();
  for (const label of itemsOf(labels)) {
    if (isObject(label) && isObject(label.key)) values.set(String(label.key.name), presentText(label.value));
  }
  return ['service.name', 'name', 'kind_string'].map((name) => values.get(name));
}
