import { isObject, type JsonObject } from '../otlp/jsonFields';
import { hashedSpanId, isNoId, recordIds, spanIdOfDecimal } from './recordIds';
import { nanosOfIso } from './recordTimes';
import { kindOf, textOf, typedText } from './recordValues';
import { NO_SCOPE, type ConvertedSpan, type MutableAttributes, type RecordStatus } from './spanRecord';
import { unwrapped } from './unwrapped';

/** What Google's exporters and agents write attributes as, where its pages look for them. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  '/error/name': 'error.type',
  '/http/host': 'http.host',
  '/http/method': 'http.method',
  '/http/path': 'http.path',
  '/http/request/size': 'http.request_content_length',
  '/http/response/size': 'http.response_content_length',
  '/http/route': 'http.route',
  '/http/status_code': 'http.status_code',
  '/http/url': 'http.url',
  '/http/user_agent': 'http.user_agent',
  '/pid': 'process.pid',
  '/tid': 'thread.id',
};
const STATUS_CODE = 'g.co/status/code';
const KIND_LABELS = ['g.co/spankind', '/span/kind', 'span.kind'];
const MESSAGE_LABELS = ['g.co/status/description', 'otel.status_description', '/error/message'];
const SCOPE_NAMES = ['otel.scope.name', 'otel.library.name'];
const SCOPE_VERSIONS = ['otel.scope.version', 'otel.library.version'];
/** Labels that are a span's own fields. */
const FIELDS: ReadonlySet<string> = new Set([
  ...[STATUS_CODE, 'otel.status_code'],
  ...[...KIND_LABELS, ...MESSAGE_LABELS, ...SCOPE_NAMES, ...SCOPE_VERSIONS],
]);
/** Labels are one list for a span and its process; by these names they are told apart. */
const RESOURCE =
  /^(service\.(?!peer)|host\.|process\.|telemetry\.|os\.|container\.|k8s\.|cloud\.|gcp\.|deployment\.|device\.|faas\.(name|version|instance)|webengine\.|g\.co\/(r|gae)\/|g\.co\/agent$|\/agent$)/;
/** Labels that name a service where nobody sets `service.name`: what Google's own runtimes write. */
export const GOOGLE_SERVICE_LABELS: readonly string[] = [
  'service.name',
  'g.co/gae/app/module',
  'g.co/r/cloud_run_revision/service_name',
  'g.co/r/k8s_container/container_name',
];

/**
 * The spans of Google Cloud Trace as its API of version 1 gives them: a trace, or a list of traces. All attributes are texts,
 * ids of spans are decimal, and there are neither events nor links.
 *
 * Source: googleapis/googleapis, google/devtools/cloudtrace/v1/trace.proto; opentelemetry-operations-go, trace_proto.go.
 */
export function* googleTraceSpans(answer: unknown): Generator<ConvertedSpan> {
  for (const trace of unwrapped(answer, tracesIn)) {
    if (!isObject(trace) || !Array.isArray(trace.spans)) continue;
    for (const span of trace.spans as unknown[]) {
      if (isObject(span)) yield spanOf(trace.traceId, span);
      else yield { problem: 'a span is not an object' };
    }
  }
}

/** Whether a value is a trace of that API, or a list of some. */
export function isGoogleTrace(value: JsonObject): boolean {
  if (typeof value.traceId === 'string' && Array.isArray(value.spans)) {
    const [first] = value.spans as unknown[];
    return isObject(first) ? isSpan(first) : typeof value.projectId === 'string';
  }
  const [trace] = Array.isArray(value.traces) ? (value.traces as unknown[]) : [];
  return isObject(trace) && isGoogleTrace(trace);
}

/** The attribute that a label stands for. */
export function attributeOfLabel(label: string): string {
  return ATTRIBUTES[label] ?? label;
}

/** Labels that an attribute may stand under besides its own name. */
export function labelsOfAttribute(attribute: string): readonly string[] {
  return Object.keys(ATTRIBUTES).filter((label) => ATTRIBUTES[label] === attribute);
}

/** Whether a label is the span's own field, and no attribute. */
export function isGoogleField(label: string): boolean {
  return FIELDS.has(label);
}

/** Whether an attribute is the process's and not the span's, as far as names tell. */
export function isGoogleResource(attribute: string): boolean {
  return RESOURCE.test(attribute);
}

function isSpan(value: JsonObject): boolean {
  return value.spanId !== undefined && typeof value.startTime === 'string' && value.traceId === undefined;
}

function tracesIn(object: JsonObject): readonly unknown[] | undefined {
  return Array.isArray(object.traces) ? (object.traces as unknown[]) : undefined;
}

function spanOf(trace: unknown, span: JsonObject): ConvertedSpan {
  const ids = recordIds(trace, hexSpanId(span.spanId), hexSpanId(span.parentSpanId));
  if (ids === undefined) return { problem: 'traceId or spanId is missing' };
  const [startNs, endNs] = [nanosOfIso(span.startTime), nanosOfIso(span.endTime)];
  if (startNs === undefined) return { problem: 'startTime cannot be read' };
  const labels = isObject(span.labels) ? span.labels : {};
  const attributes: MutableAttributes = new Map();
  const resource: MutableAttributes = new Map();
  for (const [label, value] of Object.entries(labels)) {
    const text = textOf(value);
    const name = attributeOfLabel(label);
    // What is there under its own name as well is left as it is.
    if (text === undefined || FIELDS.has(label) || (name !== label && labels[name] !== undefined)) continue;
    (RESOURCE.test(name) ? resource : attributes).set(name, typedText(name, text));
  }
  const service = first(labels, GOOGLE_SERVICE_LABELS);
  if (service !== undefined) resource.set('service.name', service);
  const [scope = '', version = ''] = [first(labels, SCOPE_NAMES), first(labels, SCOPE_VERSIONS)];
  return {
    traceId: ids.traceId,
    spanId: ids.spanId,
    parentSpanId: ids.parentSpanId,
    idsMended: ids.idsMended,
    name: textOf(span.name) ?? '',
    kind: kindOfSpan(span.kind, labels),
    startNs,
    endNs: endNs === undefined || endNs < startNs ? startNs : endNs,
    attributes,
    events: [],
    links: [],
    status: statusOf(labels),
    resource,
    scope: scope === '' && version === '' ? NO_SCOPE : { name: scope, version },
  };
}

/** Ids are decimal numbers of 64 bits; what is none keeps its own form. */
function hexSpanId(id: unknown): unknown {
  if (isNoId(id)) return undefined;
  return spanIdOfDecimal(id) ?? hashedSpanId(id);
}

/** The API tells calls from their handling; other kinds may stand in a label. */
function kindOfSpan(kind: unknown, labels: JsonObject): number {
  if (kind === 'RPC_SERVER' || kind === 1) return 2;
  if (kind === 'RPC_CLIENT' || kind === 2) return 3;
  return kindOf(first(labels, KIND_LABELS));
}

/** Spans have no status here: the label of its code (that of gRPC) says it, or what instrumentations write. */
function statusOf(labels: JsonObject): RecordStatus {
  const said = first(labels, MESSAGE_LABELS);
  const failed: RecordStatus = { code: 2, ...(said === undefined ? {} : { message: said }) };
  const code = textOf(labels[STATUS_CODE]);
  if (code !== undefined) return code === '0' ? { code: 1 } : failed;
  const named = textOf(labels['otel.status_code'])?.toUpperCase();
  if (named === 'OK' || named === 'ERROR') return named === 'OK' ? { code: 1 } : failed;
  const hasError = ['/error/name', '/error/message'].some((label) => labels[label] !== undefined);
  if (hasError || textOf(labels.error)?.toLowerCase() === 'true') return failed;
  return Number(textOf(labels['/http/status_code'])) >= 500 ? failed : { code: 0 };
}

function first(labels: JsonObject, names: readonly string[]): string | undefined {
  return names.map((name) => textOf(labels[name])).find((text) => text !== undefined && text !== '');
}
