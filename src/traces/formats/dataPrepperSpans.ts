import type { AttributeValue } from '../../model/attributes';
import { isObject } from '../otlp/jsonFields';
import { documentsOf, flatDocument, type FlatDocument } from './flatDocument';
import { recordIds } from './recordIds';
import { MILLIS_POWER, nanosOf, nanosOfIso, NANOS_POWER } from './recordTimes';
import { itemsOf, kindOf, textOf, typedText, valueOf } from './recordValues';
import {
  NO_SCOPE,
  type ConvertedSpan,
  type MutableAttributes,
  type RecordEvent,
  type RecordLink,
  type RecordScope,
  type RecordStatus,
} from './spanRecord';

/** Where attributes are, by output format: with `@` for dots (the default), and as OpenTelemetry has them. */
const RESOURCE_PREFIX = 'resource.attributes.';
const PREFIXES = ['span.attributes.', 'attributes.', RESOURCE_PREFIX];
/** A time below this is in milliseconds; in nanoseconds it would be a day of 1970. */
const YEAR_5138_MS = 100_000_000_000_000n;
const STATUS_NAMES = ['unset', 'ok', 'error'];

/**
 * The spans of OpenSearch's trace analytics (`otel-v1-apm-span-*`), a document each, as Data Prepper writes them: an
 * answer of `_search`, one hit, a document, or a list of them. Times are ISO 8601 with nanoseconds.
 *
 * Source: opensearch-project/data-prepper, `otel-v1-apm-span-index-standard-template.json` and `JacksonSpan`.
 */
export function* dataPrepperSpans(answer: unknown): Generator<ConvertedSpan> {
  const shared = new SharedParts();
  for (const document of documentsOf(answer)) {
    yield isObject(document) ? spanOf(flatDocument(document), shared) : { problem: 'a document is not an object' };
  }
}

/** Resources and scopes repeat from span to span: equal ones are one object, which is encoded once. */
class SharedParts {
  private readonly resources = new Map<string, MutableAttributes>();
  private readonly scopes = new Map<string, RecordScope>();

  resource(attributes: MutableAttributes): MutableAttributes {
    return shared(this.resources, JSON.stringify([...attributes]), attributes);
  }

  scope(scope: RecordScope): RecordScope {
    return shared(this.scopes, JSON.stringify(scope), scope);
  }
}

/** Beyond this many, new ones are not kept: they are all different. */
const MAX_SHARED = 1_000;

function shared<T>(known: Map<string, T>, key: string, value: T): T {
  const first = known.get(key);
  if (first === undefined && known.size < MAX_SHARED) known.set(key, value);
  return first ?? value;
}

function spanOf(flat: FlatDocument, shared: SharedParts): ConvertedSpan {
  const ids = recordIds(flat.get('traceId'), flat.get('spanId'), flat.get('parentSpanId'));
  if (ids === undefined) return { problem: 'traceId or spanId is missing' };
  const startNs = timeOf(flat.get('startTime') ?? flat.get('startTimeUnixNano'));
  if (startNs === undefined) return { problem: 'startTime is not a time' };
  const { attributes, resource } = attributesIn(flat);
  const service = textOf(flat.get('serviceName'));
  if (service !== undefined && service !== '') resource.set('service.name', service);
  return {
    traceId: ids.traceId,
    spanId: ids.spanId,
    parentSpanId: ids.parentSpanId,
    idsMended: ids.idsMended,
    traceState: textOf(flat.get('traceState')),
    name: textOf(flat.get('name')) ?? '',
    kind: kindOf(flat.get('kind')),
    startNs,
    endNs: endOf(flat, startNs),
    attributes,
    events: itemsOf(flat.get('events')).flatMap((event) => eventOf(event, startNs)),
    links: itemsOf(flat.get('links')).flatMap(linkOf),
    status: statusOf(flat),
    resource: shared.resource(resource),
    scope: shared.scope(scopeOf(flat)),
  };
}

function endOf(flat: FlatDocument, startNs: bigint): bigint {
  const end = timeOf(flat.get('endTime'));
  if (end !== undefined && end > 0n) return end;
  return startNs + (nanosOf(flat.get('durationInNanos') ?? 0, NANOS_POWER) ?? 0n);
}

/** ISO 8601, or what a date without a format is stored as: epoch milliseconds or nanoseconds, by its size. */
function timeOf(value: unknown): bigint | undefined {
  if (value === undefined || value === null || value === '') return 0n;
  const number = nanosOf(value, NANOS_POWER);
  return nanosOfIso(value) ?? (number !== undefined && number < YEAR_5138_MS ? nanosOf(value, MILLIS_POWER) : number);
}

function statusOf(flat: FlatDocument): RecordStatus {
  const value = flat.get('status.code');
  const name = typeof value === 'string' ? value.toLowerCase().replace('status_code_', '') : '';
  const code = typeof value === 'number' ? value : /^[0-2]$/.test(name) ? Number(name) : STATUS_NAMES.indexOf(name);
  return { code: code === 1 || code === 2 ? code : 0, message: textOf(flat.get('status.message')) };
}

function scopeOf(flat: FlatDocument) {
  const name = textOf(flat.get('instrumentationScope.name')) ?? textOf(flat.get('instrumentationLibrary.name'));
  const version =
    textOf(flat.get('instrumentationScope.version')) ?? textOf(flat.get('instrumentationLibrary.version'));
  return name === undefined && version === undefined ? NO_SCOPE : { name: name ?? '', version: version ?? '' };
}

function attributesIn(flat: FlatDocument): { attributes: MutableAttributes; resource: MutableAttributes } {
  const attributes: MutableAttributes = new Map();
  const resource: MutableAttributes = new Map();
  for (const [key, value] of flat) {
    const prefix = PREFIXES.find((one) => key.startsWith(one));
    if (prefix === undefined) continue;
    const name = key.slice(prefix.length).replaceAll('@', '.');
    const typed = typeof value === 'string' ? typedText(name, value) : valueOf(value);
    (prefix === RESOURCE_PREFIX ? resource : attributes).set(name, typed);
  }
  return { attributes, resource };
}

function attributesOf(value: unknown): MutableAttributes {
  const attributes: MutableAttributes = new Map<string, AttributeValue>();
  if (!isObject(value)) return attributes;
  for (const [key, item] of flatDocument(value)) attributes.set(key.replaceAll('@', '.'), valueOf(item));
  return attributes;
}

function eventOf(event: unknown, startNs: bigint): RecordEvent[] {
  if (!isObject(event)) return [];
  const timeNs = timeOf(event.time ?? event.timestamp) ?? startNs;
  return [{ timeNs, name: textOf(event.name) ?? '', attributes: attributesOf(event.attributes) }];
}

function linkOf(link: unknown): RecordLink[] {
  if (!isObject(link)) return [];
  const ids = recordIds(link.traceId, link.spanId, undefined);
  if (ids === undefined) return [];
  const { traceId, spanId } = ids;
  return [{ traceId, spanId, traceState: textOf(link.traceState), attributes: attributesOf(link.attributes) }];
}
