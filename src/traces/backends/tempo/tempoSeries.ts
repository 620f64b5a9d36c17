import { isObject, type JsonObject } from '../../otlp/jsonFields';

/** One time series, or one value, with its labels. */
export interface TempoSeries {
  /** By the label's name, as texts; attributes that the spans do not have are left out. */
  readonly labels: ReadonlyMap<string, string>;
  /** Oldest first; of an instant query one, at time 0. */
  readonly samples: readonly { readonly timeMs: number; readonly value: number }[];
}

/** What Tempo writes for an attribute that the spans of a series do not have, where it writes anything. */
const NIL = 'nil';

/** Reads one series of a metrics answer; zeros are left out of Tempo's JSON. */
export function readSeries(series: JsonObject): TempoSeries {
  const labels = new Map<string, string>();
  for (const label of listOf(series.labels)) {
    const text = isObject(label.value) ? scalarText(label.value) : undefined;
    if (typeof label.key === 'string' && text !== undefined && text !== NIL) labels.set(label.key, text);
  }
  const samples = listOf(series.samples).map((sample) => ({
    timeMs: Number(sample.timestampMs ?? 0),
    value: numberOf(sample.value),
  }));
  return { labels, samples: series.samples === undefined ? [{ timeMs: 0, value: numberOf(series.value) }] : samples };
}

/** Series of several answers: those with the same labels are one, with the samples of all. */
export function joinedSeries(series: readonly TempoSeries[]): TempoSeries[] {
  const joined = new Map<string, TempoSeries>();
  for (const one of series) {
    const key = JSON.stringify([...one.labels].sort(([a], [b]) => (a < b ? -1 : 1)));
    const known = joined.get(key);
    joined.set(key, known === undefined ? one : { ...one, samples: [...known.samples, ...one.samples] });
  }
  return [...joined.values()];
}

/** The text of an AnyValue that is a scalar. */
export function scalarText(value: JsonObject): string | undefined {
  for (const name of ['stringValue', 'intValue', 'doubleValue', 'boolValue']) {
    const scalar = value[name];
    if (typeof scalar === 'string' || typeof scalar === 'number' || typeof scalar === 'boolean') return String(scalar);
  }
  return undefined;
}

/** The objects of a list. */
export function listOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? (value as unknown[]).filter(isObject) : [];
}

/** Sum of all samples. */
export function sumOf({ samples }: TempoSeries): number {
  return samples.reduce((sum, { value }) => sum + value, 0);
}

/** Protobuf's JSON writes NaN and infinities as texts. */
function numberOf(value: unknown): number {
  const number = Number(value ?? 0);
  return Number.isFinite(number) ? number : 0;
}
