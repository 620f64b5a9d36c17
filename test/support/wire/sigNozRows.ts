import {
  attributeTexts,
  placedSpans,
  valueText,
  type AnyValue,
  type Attribute,
  type OtlpTraces,
  type PlacedSpan,
} from '../servers/data/otlpTraces';

/** A row of SigNoz's table of spans, as its exporter for ClickHouse makes it (`clickhouse_exporter_v3.go`). */
export interface SigNozRow {
  readonly startNs: bigint;
  /** Columns that are texts, numbers or booleans. */
  readonly columns: Readonly<Record<string, string | number | bigint | boolean>>;
  readonly strings: Readonly<Record<string, string>>;
  readonly numbers: Readonly<Record<string, number>>;
  readonly bools: Readonly<Record<string, boolean>>;
  readonly resource: Readonly<Record<string, string>>;
  readonly events: readonly SigNozEvent[];
  /** The parent first, in every span, and then the links. */
  readonly references: readonly SigNozReference[];
}

export interface SigNozEvent {
  readonly name: string;
  readonly timeUnixNano: bigint;
  readonly attributeMap: Readonly<Record<string, string>>;
}

export interface SigNozReference {
  readonly traceId: string;
  readonly spanId?: string;
  readonly refType: string;
}

const KINDS = ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer'];
const STATUSES = ['Unset', 'Ok', 'Error'];

export function sigNozRows(traces: OtlpTraces): SigNozRow[] {
  return placedSpans(traces).map(rowOf);
}

function rowOf({ span, resource }: PlacedSpan): SigNozRow {
  const startNs = BigInt(span.startTimeUnixNano);
  const duration = BigInt.asUintN(64, BigInt(span.endTimeUnixNano) - startNs);
  const maps = attributeMaps(span.attributes);
  const status = span.status.code ?? 0;
  const first = (...names: string[]): string => names.map((name) => maps.strings[name]).find((text) => text) ?? '';
  return {
    startNs,
    columns: {
      ...{ trace_id: span.traceId, span_id: span.spanId, trace_state: span.traceState },
      ...{ parent_span_id: span.parentSpanId ?? '', flags: span.flags ?? 0, name: span.name },
      ...{ kind: span.kind, kind_string: KINDS[span.kind]!, duration_nano: duration },
      ...{ status_code: status, status_message: span.status.message ?? '', status_code_string: STATUSES[status]! },
      ...{ response_status_code: '', external_http_url: '', http_url: first('http.url', 'url.full') },
      ...{ external_http_method: '', http_method: first('http.request.method', 'http.method'), http_host: '' },
      ...{ db_name: first('db.name', 'db.namespace'), db_operation: first('db.operation', 'db.operation.name') },
      ...{ has_error: status === 2, is_remote: 'unknown' },
    },
    ...maps,
    resource: resourceTexts(resource),
    events: span.events.map(({ name, timeUnixNano, attributes }) => ({
      ...{ name, timeUnixNano: BigInt(timeUnixNano), attributeMap: attributeTexts(attributes) },
    })),
    references: [
      {
        traceId: span.traceId,
        ...(span.parentSpanId === undefined ? {} : { spanId: span.parentSpanId }),
        refType: 'CHILD_OF',
      },
      ...span.links.map(({ traceId, spanId }) => ({ traceId, spanId, refType: 'FOLLOWS_FROM' })),
    ],
  };
}

function attributeMaps(attributes: readonly Attribute[]): Pick<SigNozRow, 'strings' | 'numbers' | 'bools'> {
  const strings: Record<string, string> = {};
  const numbers: Record<string, number> = {};
  const bools: Record<string, boolean> = {};
  for (const { key, value } of attributes) {
    if (value.kvlistValue !== undefined) {
      for (const [name, inner] of flattened(value, key)) {
        if (typeof inner === 'string') strings[name] = inner;
        else if (typeof inner === 'number') numbers[name] = inner;
        else bools[name] = inner;
      }
    } else if (value.intValue !== undefined) numbers[key] = Number(value.intValue);
    else if (value.doubleValue !== undefined) numbers[key] = value.doubleValue;
    else if (value.boolValue !== undefined) bools[key] = value.boolValue;
    else strings[key] = valueText(value);
  }
  return { strings, numbers, bools };
}

/** Maps and the lists in them, with dots. */
function flattened(value: AnyValue, prefix: string): [string, string | number | boolean][] {
  if (value.kvlistValue !== undefined)
    return value.kvlistValue.values.flatMap(({ key, value: inner }) => flattened(inner, `${prefix}.${key}`));
  if (value.arrayValue !== undefined)
    return value.arrayValue.values.flatMap((inner, at) => flattened(inner, `${prefix}.${at}`));
  if (value.intValue !== undefined) return [[prefix, Number(value.intValue)]];
  return [[prefix, value.doubleValue ?? value.boolValue ?? valueText(value)]];
}

function resourceTexts(attributes: readonly Attribute[]): Record<string, string> {
  const texts = attributes.flatMap(({ key, value }): [string, string][] =>
    value.kvlistValue === undefined
      ? [[key, valueText(value)]]
      : flattened(value, key).map(([name, inner]) => [name, String(inner)]),
  );
  return Object.fromEntries(texts);
}
