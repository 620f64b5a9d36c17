import type { AttributeValue, Attributes } from '../../../../model/attributes';
import { BucketHistogram } from '../../../../model/histogram/bucketHistogram';
import type { LatencyHistogram } from '../../../../model/histogram/histogram';
import { SPAN_KINDS, type OperationKey } from '../../../../model/operation';
import { itemsOf, kindOf, textOf, typedText } from '../../../formats/recordValues';
import { isObject, type JsonObject } from '../../../otlp/jsonFields';
import { cutAtPercentiles, PERCENTS } from '../../percentileBuckets';
import type { FieldKeys } from '../fieldKeys';
import type { FieldName } from '../sigNozQuery';
import { countedNumbers, type CountedNumbers } from './operationQuery';

/** What spans without a service are called, as in traces. */
export const NO_SERVICE = 'unknown_service';

/** An operation as it was counted. */
export interface CountedOperation {
  /** Values of the fields that identify it, as texts; undefined where a span has none. */
  readonly identity: readonly (string | undefined)[];
  readonly numbers: CountedNumbers;
}

/** Operations out of the result of a scalar query: `{columns: [{columnType}], data: [[…]]}`. */
export function countedOperations(result: JsonObject | undefined, fields: readonly FieldName[]): CountedOperation[] {
  const columns = itemsOf(result?.columns);
  const isCounted = columns.map((column) => isObject(column) && column.columnType === 'aggregation');
  return itemsOf(result?.data).flatMap((row) => {
    const cells = itemsOf(row);
    const numbers = countedNumbers(cells.filter((_, at) => isCounted[at] ?? at >= fields.length));
    const identity = cells.filter((_, at) => !(isCounted[at] ?? at >= fields.length)).map(presentText);
    return numbers.count > 0 ? [{ identity, numbers }] : [];
  });
}

/** The text of a value that may be missing: older servers write it as empty. */
export function presentText(value: unknown): string | undefined {
  const text = textOf(value);
  return text === undefined || text === '' ? undefined : text;
}

/** The same for every value of an operation. */
export function identityText(identity: readonly (string | undefined)[]): string {
  return JSON.stringify(identity.map((text) => text ?? null));
}

/** The key that spans of the operation give. */
export function operationKey(
  [service, name, kind, ...values]: readonly (string | undefined)[],
  fields: readonly FieldName[],
  keys: FieldKeys,
  resourceOf: (service: string) => Attributes,
): OperationKey {
  const attributes = new Map<string, AttributeValue>();
  fields.slice(3).forEach((field, at) => {
    const text = values[at];
    if (text !== undefined) attributes.set(field.name, typedValue(field.name, text, keys));
  });
  const serviceName = service ?? NO_SERVICE;
  return {
    ...{ service: serviceName, resource: resourceOf(serviceName), scope: '', name: name ?? '', attributes },
    kind: SPAN_KINDS[kindOf(kind)] ?? 'UNSPECIFIED',
  };
}

/** Groups are texts, whatever their values were. */
function typedValue(name: string, text: string, keys: FieldKeys): AttributeValue {
  const types = keys.typesOf('attribute', name);
  if (types.has('number') && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return Number(text);
  if (types.has('bool') && (text === 'true' || text === 'false')) return text === 'true';
  return typedText(name, text);
}

/** Durations as counts, extremes and percentiles tell them. */
export function latencyOf({ count, minNs, maxNs, percentilesNs }: CountedNumbers): LatencyHistogram {
  return histogram(count, minNs, maxNs, percentilesNs);
}

/** The same of the failed spans, of which less is asked for. */
export function errorLatencyOf(numbers: CountedNumbers): LatencyHistogram {
  const { errorCount, minErrorNs, maxErrorNs, p50ErrorNs, p95ErrorNs } = numbers;
  const values = PERCENTS.map((percent) => (percent === 50 ? p50ErrorNs : percent === 95 ? p95ErrorNs : NaN));
  return histogram(errorCount, minErrorNs, maxErrorNs, values);
}

function histogram(count: number, minNs: number, maxNs: number, percentilesNs: readonly number[]): LatencyHistogram {
  const low = Number.isFinite(minNs) ? minNs : 0;
  const high = Math.max(low, Number.isFinite(maxNs) ? maxNs : 0);
  const whole = { lowerNs: Math.max(0, low - 1), upperNs: Math.max(1, high), count };
  return new BucketHistogram(cutAtPercentiles([whole], percentilesNs), high);
}
