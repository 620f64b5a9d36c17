import type { AttributeValue } from '../../../src/model/attributes';
import type { ElasticDocument } from '../servers/data/elasticClassic';
import type { PlainAttributes, PlainSpan } from './plainSpans';

type Json = Readonly<Record<string, unknown>>;

/** Names of conventions among the labels of what tests send: their underscores were dots. */
const CONVENTIONAL = [
  ...['code.file.path', 'code.function', 'code.function.name', 'code.line.number', 'code.namespace'],
  ...['db.collection.name', 'db.system.name', 'error.type', 'http.route', 'messaging.kafka.offset'],
  ...['messaging.batch.message_count', 'messaging.operation.type', 'messaging.system', 'network.peer.address'],
  ...['network.peer.port', 'network.protocol.version', 'server.address', 'server.port', 'client.address', 'thread.id'],
  ...['thread.name', 'service.namespace', 'process.command_args'],
];
const OF_RESOURCE = ['service.namespace', 'process.command_args'];
const RENAMED: Readonly<Record<string, string>> = {
  'span.db.type': 'db.system',
  'span.db.instance': 'db.namespace',
  'span.db.statement': 'db.query.text',
  'span.message.queue.name': 'messaging.destination.name',
  'transaction.message.queue.name': 'messaging.destination.name',
};
const RESOURCE = ['service.version', 'service.name', 'service.environment', 'service.language.name', 'process.pid'];
const NOT_SHOWN =
  /^(@timestamp|timestamp|trace|parent|processor|event|agent|service\.framework|labels|numeric_labels)\b/;
const NOT_SHOWN_EITHER = /^(span|transaction)\.(id|name|duration\.us|links|sampled|representative_count)$/;

/** What of classic documents can be told again of the spans that they were made of. */
export class ElasticModel {
  private readonly spans = new Map<string, Partial<PlainSpan>>();

  constructor(documents: readonly ElasticDocument[]) {
    const flat = documents.map(({ json }) => flatten(JSON.parse(json) as Json));
    const isEvent = (fields: Json): boolean => fields['error.exception'] !== undefined || 'message' in fields;
    for (const fields of flat.filter((one) => !isEvent(one))) this.spans.set(String(fields['span.id']), spanOf(fields));
    for (const fields of flat.filter(isEvent)) {
      const id = String(fields['span.id']);
      const span = this.spans.get(id)!;
      this.spans.set(id, { ...span, events: [...(span.events ?? []), eventOf(fields)] });
    }
  }

  /** A span as it comes back. */
  keeps(span: PlainSpan): PlainSpan {
    const micros = (ns: bigint): bigint => ns - (ns % 1000n);
    const startNs = micros(span.startNs);
    const links = span.links.map(({ traceId, spanId }) => ({ traceId, spanId, attributes: {} }));
    const known = { events: [], ...this.spans.get(span.spanId) };
    const endNs = startNs + micros(span.endNs - span.startNs);
    return inOrder({ ...span, traceState: '', startNs, endNs, links, ...known });
  }
}

/** With events by time and name: documents of their own do not say which of two at one time came first. */
export function inOrder(span: PlainSpan): PlainSpan {
  const sign = (a: bigint | string, b: bigint | string): number => (a < b ? -1 : a > b ? 1 : 0);
  const events = [...span.events].sort((a, b) => sign(a.timeNs, b.timeNs) || sign(a.name, b.name));
  return { ...span, events };
}

function spanOf(fields: Json): Partial<PlainSpan> {
  const attributes: PlainAttributes = {};
  const resource: PlainAttributes = {};
  for (const [key, value] of Object.entries(fields) as [string, AttributeValue][]) {
    if (RESOURCE.includes(key)) resource[key] = value;
    else if (!NOT_SHOWN.test(key) && !NOT_SHOWN_EITHER.test(key)) attributes[nameOf(fields, key)] = value;
  }
  for (const [name, value] of labelsOf(fields)) (OF_RESOURCE.includes(name) ? resource : attributes)[name] = value;
  if (resource['service.environment']) resource['deployment.environment.name'] = resource['service.environment'];
  const language = resource['service.language.name'];
  if (language !== undefined && language !== 'unknown') resource['telemetry.sdk.language'] = language;
  const type = fields['span.type'];
  if (type === 'messaging') {
    if (fields['span.subtype']) attributes['messaging.system'] = fields['span.subtype'] as string;
    if (fields['span.action']) attributes['messaging.operation.type'] = fields['span.action'] as string;
  }
  if (type === 'external' && fields['span.subtype'] === 'grpc') attributes['rpc.system'] = 'grpc';
  const failed = fields['event.outcome'] === 'failure';
  return {
    service: String(fields['service.name']),
    kind: kindOf(fields),
    status: failed ? 2 : 0,
    statusMessage: failed ? text(fields, 'transaction.result') : '',
    attributes,
    resource,
    scope: {
      name: text(fields, 'service.framework.name'),
      version: text(fields, 'service.framework.version'),
    },
  };
}

function text(fields: Json, key: string): string {
  const value = fields[key];
  return typeof value === 'string' ? value : '';
}

function nameOf(fields: Json, key: string): string {
  if (key === 'url.original' && fields['processor.event'] === 'span') return 'url.full';
  return RENAMED[key] ?? key;
}

function kindOf(fields: Json): number {
  const type = String(fields['transaction.type'] ?? fields['span.type']);
  if (fields['processor.event'] === 'transaction') return type === 'request' ? 2 : type === 'messaging' ? 5 : 0;
  if (type === 'messaging') return 4;
  return type === 'db' || type === 'external' ? 3 : type === 'unknown' ? 0 : 1;
}

function eventOf(fields: Json): PlainSpan['events'][number] {
  const attributes: PlainAttributes = {};
  const [exception] = (fields['error.exception'] ?? []) as { type?: string; message?: string }[];
  if (exception?.type !== undefined) attributes['exception.type'] = exception.type;
  if (exception?.message !== undefined) attributes['exception.message'] = exception.message;
  const stack = fields['error.stack_trace'];
  if (typeof stack === 'string') attributes['exception.stacktrace'] = stack;
  for (const [name, value] of labelsOf(fields)) if (!OF_RESOURCE.includes(name)) attributes[name] = value;
  const micros = fields['timestamp.us'];
  const millis = Date.parse(String(fields['@timestamp']));
  const timeNs = micros === undefined ? BigInt(millis) * 1_000_000n : BigInt(micros as number) * 1000n;
  return { name: exception === undefined ? String(fields.message) : 'exception', timeNs, attributes };
}

function labelsOf(fields: Json): [string, AttributeValue][] {
  return (Object.entries(fields) as [string, AttributeValue][]).flatMap(([key, value]): [string, AttributeValue][] => {
    const [, label] = /^(?:numeric_)?labels\.(.*)$/.exec(key) ?? [];
    const name = CONVENTIONAL.find((one) => one.replaceAll('.', '_') === label) ?? label;
    return label === undefined || name === undefined ? [] : [[name, value]];
  });
}

function flatten(value: Json, prefix = ''): Json {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? Object.entries(flatten(inner as Json, `${prefix}${key}.`))
        : [[`${prefix}${key}`, inner]],
    ),
  );
}

/** A span as it comes back from a native data stream: maps are names with dots, JSON has no bytes. */
export function nativeKeeps(span: PlainSpan): PlainSpan {
  return {
    ...span,
    attributes: nativeAttributes(span.attributes),
    resource: nativeAttributes(span.resource),
    events: span.events.map((event) => ({ ...event, attributes: nativeAttributes(event.attributes) })),
    links: span.links.map((link) => ({ ...link, attributes: nativeAttributes(link.attributes) })),
  };
}

function nativeAttributes(attributes: PlainAttributes): PlainAttributes {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([key, value]): [string, AttributeValue][] => {
      if (typeof value === 'bigint') return [[key, String(value)]];
      if (value instanceof Uint8Array) return [[key, Buffer.from(value).toString('base64')]];
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[key, value]];
      const inner = nativeAttributes(value as PlainAttributes);
      return Object.entries(inner).map(([name, one]) => [`${key}.${name}`, one]);
    }),
  );
}
