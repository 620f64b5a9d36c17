import type { AttributeValue, Attributes } from '../../model/attributes';
import { isObject, type JsonObject } from '../otlp/jsonFields';
import { recordIds } from './recordIds';
import { NANOS_POWER, nanosOf } from './recordTimes';
import { dottedAttributes, itemsOf, kindOf, textOf, valueOf } from './recordValues';
import { NO_SCOPE, type ConvertedSpan, type RecordEvent, type RecordLink, type RecordStatus } from './spanRecord';

const STATUSES = ['UNSET', 'OK', 'ERROR'];

/**
 * Whether an object is a span as CloudWatch's Transaction Search keeps it: OpenTelemetry's fields, the resource and the scope
 * within the span, and attributes as maps.
 */
export function isSpanLogDocument(value: JsonObject): boolean {
  const { traceId, spanId, startTimeUnixNano, endTimeUnixNano, resource, attributes } = value;
  if (traceId === undefined || spanId === undefined || (startTimeUnixNano ?? endTimeUnixNano) === undefined)
    return false;
  return isObject(attributes) || (isObject(resource) && isObject(resource.attributes));
}

/**
 * Such a span: an event of the log group `aws/spans`, or a document of ListRetrievedTraces in the format OTEL. That format's
 * documents are not described; attributes as OTLP writes them (lists of keys and values) are read as well.
 *
 * Source: AWS, "CloudWatch Transaction Search", and spans of aws/spans in samples of Bedrock AgentCore.
 */
export function spanOfLog(document: JsonObject): ConvertedSpan {
  const ids = recordIds(undashed(document.traceId), document.spanId, document.parentSpanId);
  if (ids === undefined) return { problem: 'traceId or spanId is missing' };
  const start = nanosOf(document.startTimeUnixNano, NANOS_POWER);
  const end = nanosOf(document.endTimeUnixNano, NANOS_POWER);
  const lasted = nanosOf(document.durationNano, NANOS_POWER);
  const startNs = start ?? (end !== undefined && lasted !== undefined ? end - lasted : undefined);
  if (startNs === undefined) return { problem: 'startTimeUnixNano is not a number' };
  const scope = isObject(document.scope) ? document.scope : {};
  const [name, version] = [textOf(scope.name) ?? '', textOf(scope.version) ?? ''];
  return {
    traceId: ids.traceId,
    spanId: ids.spanId,
    parentSpanId: ids.parentSpanId,
    traceState: textOf(document.traceState),
    idsMended: ids.idsMended,
    name: textOf(document.name) ?? '',
    kind: kindOf(document.kind),
    startNs,
    endNs: end ?? startNs + (lasted ?? 0n),
    attributes: attributesOf(document.attributes),
    events: itemsOf(document.events)
      .filter(isObject)
      .map((event) => eventOf(event, startNs)),
    links: itemsOf(document.links).filter(isObject).flatMap(linkOf),
    status: statusOf(document.status),
    resource: attributesOf(isObject(document.resource) ? document.resource.attributes : undefined),
    scope: name === '' && version === '' ? NO_SCOPE : { name, version },
  };
}

/** X-Ray's form of an id, `1-58406520-a006649127e371903a2de979`, without what it adds. */
function undashed(id: unknown): unknown {
  return typeof id === 'string' ? id.replace(/^1-([0-9a-f]{8})-([0-9a-f]{24})$/i, '$1$2') : id;
}

function attributesOf(values: unknown): Attributes {
  if (isObject(values)) return dottedAttributes(values);
  const pairs = itemsOf(values).filter(isObject);
  return new Map(pairs.flatMap(({ key, value }) => (typeof key === 'string' ? [[key, anyValue(value)] as const] : [])));
}

/** A value as OTLP/JSON writes it: `{"stringValue": …}` and its like. */
function anyValue(value: unknown): AttributeValue {
  if (!isObject(value)) return valueOf(value);
  const { stringValue, boolValue, intValue, doubleValue, arrayValue } = value;
  if (intValue !== undefined) return Number(intValue);
  if (isObject(arrayValue)) return itemsOf(arrayValue.values).map((item) => (isObject(item) ? anyValue(item) : null));
  return valueOf(stringValue ?? boolValue ?? doubleValue ?? value);
}

function statusOf(value: unknown): RecordStatus {
  const { code, message } = isObject(value) ? value : {};
  const name = (textOf(code) ?? '').toUpperCase().replace(/^STATUS_CODE_/, '');
  const number = /^[0-2]$/.test(name) ? Number(name) : Math.max(0, STATUSES.indexOf(name));
  const said = textOf(message) ?? '';
  return { code: number as 0 | 1 | 2, ...(said === '' ? {} : { message: said }) };
}

function eventOf(event: JsonObject, startNs: bigint): RecordEvent {
  const timeNs = nanosOf(event.timeUnixNano, NANOS_POWER) ?? startNs;
  return { timeNs, name: textOf(event.name) ?? '', attributes: attributesOf(event.attributes) };
}

function linkOf({ traceId, spanId, attributes }: JsonObject): RecordLink[] {
  const ids = recordIds(undashed(traceId), spanId, undefined);
  return ids === undefined ? [] : [{ traceId: ids.traceId, spanId: ids.spanId, attributes: attributesOf(attributes) }];
}
