import { datumKey, datumText, isList, type Datum, type Scalar } from '../language/datum';

/** A list where an attribute is one: Tempo answers with `arrayValue` there. */
export type LabelValue = LabelScalar | readonly LabelScalar[];

type LabelScalar = string | number | boolean;

/** One number over the whole time of a query, and what it is of. */
export interface Series {
  /** By Tempo's names: fields as written, `p` for quantiles, `__bucket` for histograms, `__name__` without groups. */
  readonly labels: Readonly<Record<string, LabelValue>>;
  /** Never NaN: what has no value is no series. Durations in seconds. */
  readonly value: number;
}

/** Series by the text that tells them apart; `NaN` where there is no value. */
export type SeriesSet = ReadonlyMap<string, Series>;

/** The label of a series without groups. */
export const NAME_LABEL = '__name__';

/** What tells series apart: everything but the function's name. */
export function seriesKey(labels: Series['labels']): string {
  const entries = Object.entries(labels).filter(([name]) => name !== NAME_LABEL);
  return entries.map(([name, value]) => `${name}\u0000${datumKey(value)}`).join('\u0001');
}

/** A value as labels have it: enumerations by their name, integers beyond 2^53 as text. */
export function labelValue(value: Datum): LabelValue {
  return isList(value) ? value.map(labelScalar) : labelScalar(value);
}

function labelScalar(value: Scalar | undefined): LabelScalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : datumText(value);
}
