import { isObject, type JsonObject } from '../otlp/jsonFields';
import { eventsBySpan } from './eventsBySpan';
import { newRelicEvents } from './newRelicEvents';
import { recordIds } from './recordIds';
import { MILLIS_POWER, nanosOf, SECONDS_POWER } from './recordTimes';
import { itemsOf, kindOf, textOf, typedText, valueOf } from './recordValues';
import {
  NO_SCOPE,
  type ConvertedSpan,
  type MutableAttributes,
  type RecordEvent,
  type RecordStatus,
} from './spanRecord';
import { unwrapped } from './unwrapped';

/** Columns that are the span's own fields, or say how New Relic came by it. */
const FIELDS =
  /^(trace\.id|traceId|id|guid|parent\.id|parentId|name|timestamp|duration|duration\.ms|durationMs|span\.kind|otel\.status_code|otel\.status_description|otel\.(library|scope)\.(name|version)|w3c\.tracestate|nr\..*|eventType|event\.type)$/;
/** Attributes of a span's and of its process are in one list; by these names they are told apart. */
const RESOURCE =
  /^(service\.(?!peer)|host($|\.)|process\.|telemetry\.|os\.|container\.|k8s\.|cloud\.|deployment\.|device\.|entity\.|entityGuid$|appName$|appId$|realAgentId$|newrelic\.|instrumentation\.provider$|webengine\.|aws\.(ecs|eks|log)\.)/;
/** Of agents' spans, what the category says of the kind. */
const CALLS = ['http', 'datastore'];

/**
 * The spans of New Relic as rows of NRQL (`FROM Span SELECT *`), alone or in an answer of NerdGraph; also those of its
 * distributed trace. Rows of `SpanEvent` join the spans that are there with them.
 *
 * Source: newrelic/docs-website, "OpenTelemetry traces in New Relic", "Viewing distributed trace details".
 */
export function* newRelicSpans(answer: unknown): Generator<ConvertedSpan> {
  const rows = [...unwrapped(answer, rowsIn)];
  const events = eventsBySpan(newRelicEvents(rows.filter(isNewRelicEvent)));
  for (const row of rows) {
    if (!isObject(row)) yield { problem: 'a row is not an object' };
    else if (!isNewRelicEvent(row)) yield spanOf(traceSpan(row), events);
  }
}

/** Whether a value is a span or an event of New Relic, or an answer with some. */
export function isNewRelic(value: JsonObject): boolean {
  if (isNewRelicEvent(value) || isRow(value)) return true;
  const [actor] = [value, value.data].flatMap((one) => (isObject(one) && isObject(one.actor) ? [one.actor] : []));
  return actor !== undefined && (isObject(actor.account) || isObject(actor.distributedTracing) || isObject(actor.nrql));
}

/** Whether an attribute is the process's and not the span's, as far as names tell. */
export function isNewRelicResource(name: string): boolean {
  return RESOURCE.test(name);
}

/** Whether a column is no attribute. */
export function isNewRelicField(name: string): boolean {
  return FIELDS.test(name);
}

/** The service that a row belongs to; agents name an application, and every row may name an entity. */
export function newRelicService(row: JsonObject): string | undefined {
  const names = [row['service.name'], row['entity.name'], row.appName].map(textOf);
  return names.find((name) => name !== undefined && name !== '');
}

function isRow(value: JsonObject): boolean {
  const has = (...names: readonly string[]): boolean => names.every((name) => value[name] !== undefined);
  if (!has('timestamp')) return false;
  return (has('trace.id', 'id') || has('traceId', 'guid')) && (has('duration.ms') || has('duration'))
    ? true
    : has('traceId', 'id', 'durationMs');
}

/** Documents of Elastic name a span's id and a time likewise, but not a name of their own. */
function isNewRelicEvent(value: unknown): boolean {
  if (!isObject(value) || typeof value.name !== 'string' || typeof value.timestamp !== 'number') return false;
  return value['trace.id'] !== undefined && value['span.id'] !== undefined && !isRow(value);
}

/** Envelopes of NerdGraph: queries have names of their own, and results are lists. */
function rowsIn(object: JsonObject): readonly unknown[] | undefined {
  if (isRow(object) || isNewRelicEvent(object)) return undefined;
  for (const name of ['data', 'actor', 'distributedTracing', 'trace', 'account']) {
    if (isObject(object[name])) return [object[name]];
  }
  if (Array.isArray(object.spans)) return spansOf(object);
  if (Array.isArray(object.results)) return object.results as unknown[];
  const inner = Object.values(object).filter((value) => isObject(value) && Array.isArray(value.results));
  return inner.length === 0 ? undefined : inner;
}

/** The spans of a distributed trace; what they belong to is named beside them, by its guid. */
function spansOf({ spans, entities }: JsonObject): readonly unknown[] {
  const names = new Map(
    itemsOf(entities)
      .filter(isObject)
      .map(({ guid, name }) => [textOf(guid), textOf(name)]),
  );
  return itemsOf(spans).map((span) => {
    const name = isObject(span) ? names.get(textOf(span.entityGuid)) : undefined;
    if (!isObject(span) || name === undefined) return span;
    const attributes = isObject(span.attributes) ? span.attributes : {};
    return { ...span, attributes: { 'entity.name': name, ...attributes } };
  });
}

/** A span of the distributed trace, as a row of NRQL. */
function traceSpan(span: JsonObject): JsonObject {
  if (span.durationMs === undefined) return span;
  const { attributes, id, name, parentId, traceId, timestamp, durationMs } = span;
  const own = { id, name, timestamp, 'trace.id': traceId, 'parent.id': parentId, 'duration.ms': durationMs };
  return { ...(isObject(attributes) ? attributes : {}), ...own };
}

function spanOf(row: JsonObject, events: ReadonlyMap<string, readonly RecordEvent[]>): ConvertedSpan {
  const ids = recordIds(row['trace.id'] ?? row.traceId, row.id ?? row.guid, row['parent.id'] ?? row.parentId);
  if (ids === undefined) return { problem: 'trace.id or id is missing' };
  const startNs = nanosOf(row.timestamp, MILLIS_POWER);
  const durationNs = durationOf(row);
  if (startNs === undefined || durationNs === undefined) return { problem: 'the time of a row cannot be read' };
  const attributes: MutableAttributes = new Map();
  const resource: MutableAttributes = new Map();
  for (const [key, value] of Object.entries(row)) {
    if (value === null || value === undefined || FIELDS.test(key)) continue;
    (RESOURCE.test(key) ? resource : attributes).set(key, attributeOf(key, value));
  }
  const service = newRelicService(row);
  if (service !== undefined) resource.set('service.name', service);
  const scope = textOf(row['otel.library.name'] ?? row['otel.scope.name']) ?? '';
  const version = textOf(row['otel.library.version'] ?? row['otel.scope.version']) ?? '';
  return {
    traceId: ids.traceId,
    spanId: ids.spanId,
    parentSpanId: ids.parentSpanId,
    traceState: textOf(row['w3c.tracestate']),
    idsMended: ids.idsMended,
    name: textOf(row.name) ?? '',
    kind: newRelicKind(row),
    startNs,
    endNs: startNs + (durationNs < 0n ? 0n : durationNs),
    attributes,
    events: events.get(`${ids.traceId} ${ids.spanId}`) ?? [],
    links: [],
    status: statusOf(row),
    resource,
    scope: scope === '' && version === '' ? NO_SCOPE : { name: scope, version },
  };
}

/** OTLP's number for the kind of a row's span. */
export function newRelicKind(row: JsonObject): number {
  const named = kindOf(row['span.kind']);
  if (named !== 0) return named;
  if (row['nr.entryPoint'] === true) return 2;
  const category = textOf(row.category);
  return category === undefined ? 0 : CALLS.includes(category) ? 3 : 1;
}

function durationOf(row: JsonObject): bigint | undefined {
  const milliseconds = row['duration.ms'];
  return milliseconds === undefined || milliseconds === null
    ? nanosOf(row.duration, SECONDS_POWER)
    : nanosOf(milliseconds, MILLIS_POWER);
}

/** Agents name an error, OpenTelemetry a status. */
function statusOf(row: JsonObject): RecordStatus {
  const code = textOf(row['otel.status_code'])?.toUpperCase();
  const message = textOf(row['otel.status_description']);
  if (code !== undefined && code !== '') return { code: code === 'ERROR' ? 2 : code === 'OK' ? 1 : 0, message };
  const said = textOf(row['error.message']);
  return row['error.class'] !== undefined && row['error.class'] !== null
    ? { code: 2, message: message ?? said }
    : { code: 0, message };
}

function attributeOf(key: string, value: unknown) {
  return typeof value === 'string' ? typedText(key, value) : valueOf(value);
}
