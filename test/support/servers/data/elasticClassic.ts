import {
  spansByTrace,
  type AnyValue,
  type Attribute,
  type OtlpTraces,
  type PlacedSpan,
  type SpanEvent,
} from './otlpTraces';

/** A document and the index that it belongs into. */
export interface ElasticDocument {
  readonly index: string;
  readonly json: string;
}

type Json = Record<string, unknown>;

/** A document while it is put together, with dotted keys. */
class Draft {
  readonly fields: Json = {};
  readonly labels: Json = {};
  readonly numbers: Json = {};

  set(field: string, value: unknown): void {
    if (value !== undefined && value !== '') this.fields[field] = value;
  }

  /** What has no field of its own: texts and booleans as texts, numbers as doubles; maps and bytes are lost. */
  label({ key, value }: Attribute): void {
    const name = key.replaceAll('.', '_');
    const list = value.arrayValue?.values;
    if (list !== undefined) {
      const [first] = list;
      const texts = list.map(textOf).filter((text) => text !== undefined);
      const numbers = list.map(numberOf).filter((number) => number !== undefined);
      if (first !== undefined && textOf(first) !== undefined) this.labels[name] = texts;
      else if (first !== undefined && numberOf(first) !== undefined) this.numbers[name] = numbers;
      return;
    }
    if (textOf(value) !== undefined) this.labels[name] = textOf(value);
    else if (numberOf(value) !== undefined) this.numbers[name] = numberOf(value);
  }

  json(): string {
    const labels = Object.keys(this.labels).length > 0 ? { labels: this.labels } : {};
    const numbers = Object.keys(this.numbers).length > 0 ? { numeric_labels: this.numbers } : {};
    return JSON.stringify({ ...nested(this.fields), ...labels, ...numbers });
  }
}

/**
 * Spans as APM Server writes them when it gets them by OTLP: roots, servers and consumers become transactions, all others
 * spans; exceptions become errors, other events log documents. What Elastic's schema has no field for is a label.
 *
 * Source: elastic/apm-data `input/otlp/traces.go`, `metadata.go`, `model/modeljson`.
 */
export function classicDocuments(traces: OtlpTraces): ElasticDocument[] {
  return [...spansByTrace(traces).values()]
    .flat()
    .flatMap((placed) => [
      { index: 'traces-apm-default', json: spanDraft(placed).json() },
      ...placed.span.events.map((event) => eventDocument(placed, event)),
    ]);
}

function isTransaction({ span }: PlacedSpan): boolean {
  return span.parentSpanId === undefined || span.kind === 2 || span.kind === 5;
}

function common(placed: PlacedSpan, timeNs: string, isPrecise: boolean): Draft {
  const { span, resource, scope } = placed;
  const draft = new Draft();
  draft.set('@timestamp', new Date(Number(BigInt(timeNs) / 1_000_000n)).toISOString());
  if (isPrecise) draft.set('timestamp.us', Number(BigInt(timeNs) / 1000n));
  draft.set('trace.id', span.traceId);
  draft.set('service.framework.name', scope.name);
  if (scope.name !== '') draft.set('service.framework.version', scope.version);
  addResource(draft, resource);
  return draft;
}

const RESOURCE_FIELDS: Readonly<Record<string, string>> = {
  'service.version': 'service.version',
  'deployment.environment.name': 'service.environment',
  'telemetry.sdk.version': 'agent.version',
  'telemetry.sdk.language': 'service.language.name',
  'process.pid': 'process.pid',
};

function addResource(draft: Draft, resource: readonly Attribute[]): void {
  const text = (key: string): string => textOf(resource.find((one) => one.key === key)?.value ?? {}) ?? '';
  const language = text('telemetry.sdk.language');
  const agent = text('telemetry.sdk.name') || 'otlp';
  draft.set('agent.name', language === '' ? agent : `${agent}/${language}`);
  draft.set('agent.version', 'unknown');
  draft.set('service.name', text('service.name').replace(/[^a-zA-Z0-9 _-]/g, '_') || 'unknown');
  draft.set('service.language.name', 'unknown');
  for (const attribute of resource) {
    const { key, value } = attribute;
    const field = RESOURCE_FIELDS[key];
    if (field !== undefined) draft.set(field, textOf(value) ?? numberOf(value));
    else if (key !== 'service.name' && key !== 'telemetry.sdk.name') draft.label(attribute);
  }
}

function spanDraft(placed: PlacedSpan): Draft {
  const { span } = placed;
  const shape = isTransaction(placed) ? 'transaction' : 'span';
  const draft = common(placed, span.startTimeUnixNano, true);
  draft.set('processor.event', shape);
  draft.set('parent.id', span.parentSpanId);
  draft.set('span.id', span.spanId);
  draft.set(`${shape}.id`, span.spanId);
  draft.set(`${shape}.name`, span.name);
  const duration = BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano);
  draft.set(`${shape}.duration.us`, Number(duration / 1000n));
  draft.set('span.links', links(placed));
  if (shape === 'transaction') translateTransaction(draft, placed);
  else translateSpan(draft, placed);
  return draft;
}

function links({ span }: PlacedSpan): unknown {
  const all = span.links.map(({ traceId, spanId }) => ({ trace: { id: traceId }, span: { id: spanId } }));
  return all.length === 0 ? undefined : all;
}

/** Attributes by what they are for, whatever version of the conventions names them; the others become labels. */
const KNOWN: Readonly<Record<string, string>> = {
  'http.method': 'method',
  'http.request.method': 'method',
  'http.status_code': 'status',
  'http.response.status_code': 'status',
  'url.full': 'url',
  'url.path': 'path',
  'url.scheme': 'scheme',
  'messaging.destination.name': 'queue',
  'messaging.system': 'messagingSystem',
  'messaging.operation.type': 'messagingOperation',
  'rpc.system': 'rpcSystem',
  'rpc.service': 'rpcService',
  'rpc.method': 'rpcMethod',
  'rpc.grpc.status_code': 'rpcStatus',
};
const OF_TRANSACTION: Readonly<Record<string, string>> = {
  ...KNOWN,
  'client.address': 'peer',
  'server.address': 'host',
  'server.port': 'port',
  'user_agent.original': 'userAgent',
};
const OF_SPAN: Readonly<Record<string, string>> = {
  ...KNOWN,
  'server.address': 'host',
  'server.port': 'port',
  'network.peer.address': 'peer',
  'db.system': 'dbType',
  'db.namespace': 'dbInstance',
  'db.query.text': 'dbStatement',
};

function sorted(draft: Draft, attributes: readonly Attribute[], names: Readonly<Record<string, string>>) {
  const known = new Map<string, string | number>();
  for (const attribute of attributes) {
    const name = names[attribute.key];
    const value = textOf(attribute.value) ?? numberOf(attribute.value);
    if (name === undefined || value === undefined) draft.label(attribute);
    else known.set(name, value);
  }
  return known;
}

function translateTransaction(draft: Draft, { span }: PlacedSpan): void {
  const known = sorted(draft, span.attributes, OF_TRANSACTION);
  const has = (...names: string[]): boolean => names.some((name) => known.has(name));
  const isHttp = has('method', 'status', 'url', 'path', 'scheme');
  const isMessaging = has('queue', 'messagingSystem', 'messagingOperation');
  for (const [name, key] of [
    ['messagingSystem', 'messaging_system'],
    ['messagingOperation', 'messaging_operation_type'],
  ] as const)
    // prettier-ignore
    if (has(name)) draft.labels[key] = known.get(name);
  const isRequest = isHttp || has('rpcSystem', 'rpcStatus');
  draft.set('transaction.type', isMessaging ? 'messaging' : isRequest ? 'request' : 'unknown');
  draft.set('transaction.sampled', true);
  draft.set('transaction.representative_count', 1);
  draft.set('transaction.message.queue.name', known.get('queue'));
  draft.set('user_agent.original', known.get('userAgent'));
  draft.set('source.domain', known.get('peer'));
  draft.set('client.domain', known.get('peer'));
  draft.set('http.request.method', known.get('method'));
  draft.set('http.response.status_code', known.get('status'));
  if (isHttp) addUrl(draft, known);
  const status = Number(known.get('status') ?? 0);
  const code = span.status.code ?? 0;
  const failed = code === 2 || (code === 0 && isHttp && status >= 500);
  const byStatus = isHttp && status > 0 ? `HTTP ${Math.floor(status / 100)}xx` : code === 2 ? 'Error' : 'Success';
  draft.set('transaction.result', has('rpcStatus') ? String(known.get('rpcStatus')) : byStatus);
  draft.set('event.outcome', failed ? 'failure' : 'success');
}

function addUrl(draft: Draft, known: ReadonlyMap<string, string | number>): void {
  const original = String(known.get('url') ?? known.get('path') ?? '');
  draft.set('url.original', original);
  const port = known.get('port');
  const host = `${known.get('host') ?? 'localhost'}${port === undefined ? '' : `:${port}`}`;
  const full = new URL(original, `${known.get('scheme') ?? 'http'}://${host}`);
  draft.set('url.full', full.href);
  draft.set('url.scheme', full.protocol.slice(0, -1));
  draft.set('url.domain', full.hostname);
  draft.set('url.path', full.pathname);
}

function translateSpan(draft: Draft, { span }: PlacedSpan): void {
  const known = sorted(draft, span.attributes, OF_SPAN);
  const has = (...names: string[]): boolean => names.some((name) => known.has(name));
  draft.set('http.request.method', known.get('method'));
  draft.set('http.response.status_code', known.get('status'));
  draft.set('url.original', known.get('url'));
  draft.set('destination.address', known.get('host') ?? known.get('peer'));
  draft.set('destination.port', known.get('port'));
  draft.set('span.db.type', known.get('dbType'));
  draft.set('span.db.instance', known.get('dbInstance'));
  draft.set('span.db.statement', known.get('dbStatement'));
  draft.set('span.message.queue.name', known.get('queue'));
  if (has('dbType', 'dbInstance', 'dbStatement')) addType(draft, 'db', known.get('dbType'));
  else if (has('queue', 'messagingSystem', 'messagingOperation')) {
    addType(draft, 'messaging', known.get('messagingSystem'));
    draft.set('span.action', known.get('messagingOperation') ?? (span.kind === 4 ? 'send' : undefined));
  } else if (has('rpcSystem', 'rpcService', 'rpcStatus')) {
    addType(draft, 'external', known.get('rpcSystem') ?? 'grpc');
    draft.set('service.target.name', known.get('rpcService'));
  } else if (has('method', 'status', 'url')) addType(draft, 'external', 'http');
  else if (span.kind === 1) addType(draft, 'app', 'internal');
  else addType(draft, 'unknown', undefined);
  const code = span.status.code ?? 0;
  const failed = code === 2 || (code === 0 && Number(known.get('status') ?? 0) >= 400);
  draft.set('event.outcome', failed ? 'failure' : 'success');
}

function addType(draft: Draft, type: string, subtype: string | number | undefined): void {
  draft.set('span.type', type);
  draft.set('span.subtype', subtype);
}

function eventDocument(placed: PlacedSpan, event: SpanEvent): ElasticDocument {
  const said = new Map(event.attributes.map(({ key, value }) => [key, textOf(value)]));
  const isError = event.name === 'exception' && (said.has('exception.type') || said.has('exception.message'));
  const draft = common(placed, event.timeUnixNano, isError);
  const shape = isTransaction(placed) ? 'transaction' : 'span';
  draft.set(`${shape}.id`, placed.span.spanId);
  draft.set('span.id', placed.span.spanId);
  if (!isError) {
    draft.set('event.kind', 'event');
    draft.set('message', event.name);
    event.attributes.forEach((attribute) => draft.label(attribute));
    return { index: 'logs-apm.app.shop-default', json: draft.json() };
  }
  draft.set('processor.event', 'error');
  draft.set('parent.id', placed.span.spanId);
  const exception = { type: said.get('exception.type'), message: said.get('exception.message'), handled: true };
  draft.set('error.exception', [exception]);
  draft.set('error.stack_trace', said.get('exception.stacktrace'));
  const known = ['exception.type', 'exception.message', 'exception.stacktrace', 'exception.escaped'];
  event.attributes.filter(({ key }) => !known.includes(key)).forEach((attribute) => draft.label(attribute));
  return { index: 'logs-apm.error-default', json: draft.json() };
}

function textOf({ stringValue, boolValue }: AnyValue): string | undefined {
  return stringValue ?? (boolValue === undefined ? undefined : String(boolValue));
}

function numberOf({ intValue, doubleValue }: AnyValue): number | undefined {
  return intValue === undefined ? doubleValue : Number(intValue);
}

/** Fields as the objects that they lie in. */
function nested(fields: Json): Json {
  const root: Json = {};
  for (const [field, value] of Object.entries(fields)) {
    const names = field.split('.');
    let place = root;
    for (const name of names.slice(0, -1)) place = (place[name] ??= {}) as Json;
    place[names.at(-1)!] = value;
  }
  return root;
}
