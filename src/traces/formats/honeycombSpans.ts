import { isObject, type JsonObject } from '../otlp/jsonFields';
import { recordIds } from './recordIds';
import { MICROS_POWER, MILLIS_POWER, NANOS_POWER, nanosOf, nanosOfIso, SECONDS_POWER } from './recordTimes';
import { kindOf, textOf, typedText, valueOf } from './recordValues';
import {
  NO_SCOPE,
  type ConvertedSpan,
  type MutableAttributes,
  type RecordEvent,
  type RecordLink,
  type RecordStatus,
} from './spanRecord';
import { unwrapped } from './unwrapped';

/** How to get what a file lacks. */
const NO_TIME = 'a row says no time: group the query by a calculated field EVENT_TIMESTAMP(), named ts, as well';

/** What Spanlight calls the time of an event in its queries: Honeycomb has no column for it. */
export const HONEYCOMB_START = 'spanlight.start';

/** Columns that are the span's own fields, or were counted. */
const FIELDS =
  /^(trace\.(trace_id|span_id|parent_id|trace_state)|name|parent_name|duration_ms|span\.kind|type|status_code|status_message|error|library\.(name|version)|spanlight\..*|span\.num_(events|links)|meta\..*|trace\.link\..*|Timestamp|time|timestamp|samplerate|[A-Z][A-Z0-9_]*(\(.*\))?)$/;
/** Columns that say when an event was, in the form of its time of sending. */
const TIMES = ['Timestamp', 'time', 'timestamp'];
/** What people call calculated fields with the time of events, which queries need one for; a calculation of one as well. */
const TIME_COLUMN =
  /^(?:(?:MIN|MAX|AVG)\()?(?:ts|start|start_?(?:time|timestamp|ms|ns)|event_?time(?:stamp)?(?:\(\))?|timestamp_?(?:ms|us|ns))\)?$/i;
/** September 2001 and November 2096: what is no time of events is none of these. */
const FIRST_SECOND = 1_000_000_000n;
const LAST_SECOND = 4_000_000_000n;
/** Attributes of a span and of its process are in one list; by these names they are told apart. */
const RESOURCE =
  /^(service\.(?!peer)|host\.|process\.|telemetry\.|os\.|container\.|k8s\.|cloud\.|deployment\.|device\.|webengine\.|aws\.(ecs|eks|log)\.)/;

/**
 * The spans of Honeycomb as rows: results of a query that is grouped by what identifies spans (`data.results[].data`),
 * events as its pages export them, or events as they are sent in batches (`[{time, data}]`). Events and links of spans are rows as well, and join the spans that are there with them.
 *
 * Source: api-docs.honeycomb.io, "Query Data"; honeycombio/husky, the translation of OTLP.
 */
export function* honeycombSpans(answer: unknown): Generator<ConvertedSpan> {
  const rows = [...unwrapped(answer, rowsIn)];
  const annotations = annotationsOf(rows.filter(isObject));
  for (const row of rows) {
    if (!isObject(row)) yield { problem: 'a row is not an object' };
    else if (annotationOf(row) === undefined) yield spanOf(row, annotations);
  }
}

/** Whether a value is a row of Honeycomb, or an answer with some. */
export function isHoneycomb(value: JsonObject): boolean {
  for (const row of unwrapped(value, rowsIn)) return isObject(row) && row['trace.trace_id'] !== undefined;
  return false;
}

/** Whether an attribute is the process's and not the span's, as far as names tell. */
export function isHoneycombResource(name: string): boolean {
  return RESOURCE.test(name);
}

/** Whether a column is no attribute. */
export function isHoneycombField(name: string): boolean {
  return FIELDS.test(name);
}

/** OTLP's number for the kind of a row's span. */
export function honeycombKind(row: JsonObject): number {
  return kindOf(row['span.kind']) || kindOf(row.type);
}

interface Annotations {
  readonly events: Map<string, RecordEvent[]>;
  readonly links: Map<string, RecordLink[]>;
}

/** Answers of queries, and their results. */
function rowsIn(object: JsonObject): readonly unknown[] | undefined {
  if (object['trace.trace_id'] !== undefined) return undefined;
  if (Array.isArray(object.results)) return object.results as unknown[];
  return isObject(object.data) ? [withTime(object.data, object)] : undefined;
}

/** A row whose time stands beside it. */
function withTime(data: JsonObject, beside: JsonObject): JsonObject {
  const said = TIMES.find((name) => beside[name] !== undefined && data[name] === undefined);
  return said === undefined || data['trace.trace_id'] === undefined ? data : { ...data, [said]: beside[said] };
}

function annotationOf(row: JsonObject): string | undefined {
  const type = textOf(row['meta.annotation_type']);
  return type === undefined || type === '' ? undefined : type;
}

function annotationsOf(rows: readonly JsonObject[]): Annotations {
  const annotations: Annotations = { events: new Map(), links: new Map() };
  for (const row of rows) {
    const type = annotationOf(row);
    if (type === undefined) continue;
    const ids = recordIds(row['trace.trace_id'], row['trace.parent_id'], undefined);
    const timeNs = timeOf(row);
    if (ids === undefined) continue;
    const key = `${ids.traceId} ${ids.spanId}`;
    if (type === 'link') add(annotations.links, key, linkOf(row));
    else if (timeNs !== undefined) {
      const { attributes } = attributesOf(row);
      add(annotations.events, key, { timeNs, name: textOf(row.name) ?? '', attributes });
    }
  }
  for (const own of annotations.events.values())
    own.sort((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0));
  return annotations;
}

function add<T>(map: Map<string, T[]>, key: string, item: T | undefined): void {
  if (item !== undefined) map.set(key, [...(map.get(key) ?? []), item]);
}

function linkOf(row: JsonObject): RecordLink | undefined {
  const ids = recordIds(row['trace.link.trace_id'], row['trace.link.span_id'], undefined);
  if (ids === undefined) return undefined;
  return { traceId: ids.traceId, spanId: ids.spanId, attributes: attributesOf(row).attributes };
}

function spanOf(row: JsonObject, { events, links }: Annotations): ConvertedSpan {
  const ids = recordIds(row['trace.trace_id'], row['trace.span_id'], row['trace.parent_id']);
  if (ids === undefined) return { problem: 'trace.trace_id or trace.span_id is missing' };
  const startNs = timeOf(row);
  const durationNs = nanosOf(row.duration_ms ?? 0, MILLIS_POWER);
  if (startNs === undefined) return { problem: NO_TIME };
  if (durationNs === undefined) return { problem: 'duration_ms of a row is not a number' };
  const { attributes, resource } = attributesOf(row);
  const scope = textOf(row['library.name']) ?? '';
  const version = textOf(row['library.version']) ?? '';
  const key = `${ids.traceId} ${ids.spanId}`;
  return {
    traceId: ids.traceId,
    spanId: ids.spanId,
    parentSpanId: ids.parentSpanId,
    traceState: textOf(row['trace.trace_state']),
    idsMended: ids.idsMended,
    name: textOf(row.name) ?? '',
    kind: honeycombKind(row),
    startNs,
    endNs: startNs + (durationNs < 0n ? 0n : durationNs),
    attributes,
    events: events.get(key) ?? [],
    links: links.get(key) ?? [],
    status: statusOf(row),
    resource,
    scope: scope === '' && version === '' ? NO_SCOPE : { name: scope, version },
  };
}

/** Undefined where no column says it. */
function timeOf(row: JsonObject): bigint | undefined {
  const start = row[HONEYCOMB_START];
  if (start !== undefined && start !== null) return nanosOf(start, SECONDS_POWER);
  const known = TIMES.map((name) => momentOf(row[name])).find((time) => time !== undefined);
  if (known !== undefined) return known;
  const named = Object.entries(row).filter(([name]) => TIME_COLUMN.test(name));
  return named.map(([, value]) => momentOf(value)).find((time) => time !== undefined);
}

/** A date, or a number of seconds, milliseconds, microseconds or nanoseconds of our days. */
function momentOf(value: unknown): bigint | undefined {
  const date = nanosOfIso(value);
  if (date !== undefined) return date;
  const whole = nanosOf(value, NANOS_POWER);
  if (whole === undefined) return undefined;
  const power = [SECONDS_POWER, MILLIS_POWER, MICROS_POWER, NANOS_POWER].find((one) => {
    const unit = 10n ** BigInt(SECONDS_POWER - one);
    return whole >= FIRST_SECOND * unit && whole < LAST_SECOND * unit;
  });
  return power === undefined ? undefined : nanosOf(value, power);
}

function attributesOf(row: JsonObject) {
  const attributes: MutableAttributes = new Map();
  const resource: MutableAttributes = new Map();
  for (const [key, value] of Object.entries(row)) {
    if (value === null || value === undefined || FIELDS.test(key)) continue;
    const known = typeof value === 'string' ? typedText(key, value) : valueOf(value);
    (RESOURCE.test(key) ? resource : attributes).set(key, known);
  }
  return { attributes, resource };
}

function statusOf(row: JsonObject): RecordStatus {
  const message = textOf(row.status_message);
  const code = Number(textOf(row.status_code) ?? 0);
  if (row.error === true || code === 2) return { code: 2, message };
  return { code: code === 1 ? 1 : 0, message };
}
