import type { Attributes } from '../../model/attributes';
import { isObject, type JsonObject } from '../otlp/jsonFields';
import { parseJsonLossless } from '../otlp/losslessJson';
import { bigQueryRows } from './bigQueryRows';
import { attributeOfLabel, GOOGLE_SERVICE_LABELS, isGoogleField, isGoogleResource } from './googleTraceSpans';
import { recordIds, spanIdOf, traceIdOf } from './recordIds';
import { NANOS_POWER, nanosOf, nanosOfIso, SECONDS_POWER } from './recordTimes';
import { itemsOf, kindOf, textAttributes, textOf } from './recordValues';
import {
  NO_SCOPE,
  type ConvertedSpan,
  type MutableAttributes,
  type RecordEvent,
  type RecordLink,
  type RecordScope,
  type RecordStatus,
} from './spanRecord';

const STATUSES = ['UNSET', 'OK', 'ERROR'];

/**
 * The spans of Google Cloud's trace storage, a row of its view `_AllSpans` each: as Observability Analytics and BigQuery
 * export them, and in answers of BigQuery's API.
 *
 * Source: Google Cloud, "Storage schema for trace data".
 */
export function* googleSpanRows(answer: unknown): Generator<ConvertedSpan> {
  const resources = new Map<string, Attributes>();
  for (const row of rowsIn(answer)) {
    if (isObject(row)) yield spanOf(row, resources);
    else yield { problem: 'a row is not an object' };
  }
}

/** Whether a value is such a row, or an answer with some. */
export function isGoogleSpanRow(value: JsonObject): boolean {
  if (isRow(value)) return true;
  const fields = isObject(value.schema) ? itemsOf(value.schema.fields).filter(isObject) : [];
  const names = new Set(fields.map(({ name }) => name));
  return names.has('trace_id') && names.has('span_id') && names.has('start_time');
}

function isRow(value: JsonObject): boolean {
  const has = (...names: readonly string[]): boolean => names.every((name) => value[name] !== undefined);
  if (!has('trace_id', 'span_id', 'start_time') || has('timestamp')) return false;
  return has('duration_nano') || has('end_time') || has('instrumentation_scope');
}

function rowsIn(answer: unknown): Iterable<unknown> {
  if (Array.isArray(answer)) return answer as unknown[];
  if (!isObject(answer)) return [];
  return isObject(answer.schema) ? bigQueryRows(answer) : [answer];
}

function spanOf(row: JsonObject, resources: Map<string, Attributes>): ConvertedSpan {
  const ids = recordIds(row.trace_id, row.span_id, row.parent_span_id);
  if (ids === undefined) return { problem: 'trace_id or span_id is missing' };
  const startNs = timeOf(row.start_time_unix_nano, row.start_time);
  if (startNs === undefined) return { problem: 'start_time cannot be read' };
  const { attributes, resource, scope } = describedBy(row, resources);
  return {
    traceId: ids.traceId,
    spanId: ids.spanId,
    parentSpanId: ids.parentSpanId,
    traceState: textOf(row.trace_state),
    idsMended: ids.idsMended,
    name: textOf(row.name) ?? '',
    kind: kindOf(numberOrName(row.kind)),
    startNs,
    endNs: endOf(row, startNs),
    attributes,
    events: itemsOf(row.events)
      .filter(isObject)
      .map((event) => eventOf(event, startNs)),
    links: itemsOf(row.links).filter(isObject).flatMap(linkOf),
    status: statusOf(row.status),
    resource,
    scope,
  };
}

/**
 * What a span carries, its process and its scope. Spans that came by the API of version 2, from Google's exporters, have all
 * of that among their own attributes, some as labels.
 */
function describedBy(row: JsonObject, resources: Map<string, Attributes>) {
  const all = attributesOf(row.attributes);
  const resource = resourceOf(row.resource, resources);
  const scope = scopeOf(row.instrumentation_scope);
  const isFlat = ['service.name', 'g.co/agent'].some((name) => all.has(name));
  if (resource.size > 0 || !isFlat) return { attributes: all, resource, scope };
  const attributes: MutableAttributes = new Map();
  const own: MutableAttributes = new Map();
  for (const [label, value] of all) {
    const name = attributeOfLabel(label);
    if (isGoogleField(label) || (name !== label && all.has(name))) continue;
    (isGoogleResource(name) ? own : attributes).set(name, value);
  }
  const text = (name: string): string => textOf(all.get(name)) ?? '';
  const service = GOOGLE_SERVICE_LABELS.map(text).find((one) => one !== '');
  if (service !== undefined) own.set('service.name', service);
  const said = { name: text('otel.scope.name'), version: text('otel.scope.version') };
  return { attributes, resource: own, scope: scope === NO_SCOPE && said.name + said.version !== '' ? said : scope };
}

/** Columns of JSON come as objects, or as texts of JSON from some exports. */
function objectOf(value: unknown): JsonObject {
  if (isObject(value)) return value;
  if (typeof value !== 'string' || !value.trimStart().startsWith('{')) return {};
  try {
    const parsed = parseJsonLossless(value);
    return isObject(parsed) ? parsed : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function attributesOf(value: unknown): MutableAttributes {
  return textAttributes(objectOf(value));
}

function resourceOf(value: unknown, known: Map<string, Attributes>): Attributes {
  const { attributes } = objectOf(value);
  const key = typeof attributes === 'string' ? attributes : JSON.stringify(attributes ?? {});
  const resource = known.get(key) ?? attributesOf(attributes);
  known.set(key, resource);
  return resource;
}

function scopeOf(value: unknown): RecordScope {
  const { name, version } = objectOf(value);
  const scope = { name: textOf(name) ?? '', version: textOf(version) ?? '' };
  return scope.name === '' && scope.version === '' ? NO_SCOPE : scope;
}

function statusOf(value: unknown): RecordStatus {
  const { code: written, message } = objectOf(value);
  const name =
    textOf(numberOrName(written))
      ?.toUpperCase()
      .replace(/^STATUS_CODE_/, '') ?? '';
  const number = /^[0-2]$/.test(name) ? Number(name) : Math.max(0, STATUSES.indexOf(name));
  const said = textOf(message);
  return { code: number as 0 | 1 | 2, ...(said === undefined || said === '' ? {} : { message: said }) };
}

/** Enumerations are numbers; they were records of both once. */
function numberOrName(value: unknown): unknown {
  return isObject(value) ? (value.number ?? value.name) : value;
}

function eventOf(event: JsonObject, startNs: bigint): RecordEvent {
  const timeNs = timeOf(event.time_unix_nano, event.time) ?? startNs;
  return { timeNs, name: textOf(event.name) ?? '', attributes: attributesOf(event.attributes) };
}

function linkOf(link: JsonObject): RecordLink[] {
  const [traceId, spanId] = [traceIdOf(link.trace_id), spanIdOf(link.span_id)];
  if (traceId === undefined || spanId === undefined) return [];
  const traceState = textOf(link.trace_state);
  const state = traceState === undefined || traceState === '' ? {} : { traceState };
  return [{ traceId, spanId, ...state, attributes: attributesOf(link.attributes) }];
}

function endOf(row: JsonObject, startNs: bigint): bigint {
  const duration = nanosOf(row.duration_nano, NANOS_POWER);
  const endNs = duration === undefined ? timeOf(row.end_time_unix_nano, row.end_time) : startNs + duration;
  return endNs === undefined || endNs < startNs ? startNs : endNs;
}

/** Timestamps are to the microsecond: the column of nanoseconds says more where there is one. */
function timeOf(unixNano: unknown, timestamp: unknown): bigint | undefined {
  const nanos = nanosOf(unixNano, NANOS_POWER);
  if (nanos !== undefined && nanos > 0n) return nanos;
  // BigQuery's API writes seconds unless it is told otherwise.
  return nanosOfIso(timestamp) ?? nanosOf(timestamp, SECONDS_POWER);
}
