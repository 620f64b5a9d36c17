import type { AttributeValue } from '../../../src/model/attributes';
import { parseJsonLossless } from '../../../src/traces/otlp/losslessJson';
import type { PlainAttributes, PlainSpan } from './plainSpans';
import { segmentAbove } from './xrayDocuments';

type Document = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly name: string;
  readonly parent_id?: string;
  readonly type?: string;
};

const HTTP: readonly (readonly [part: string, field: string, attribute: string])[] = [
  ['request', 'method', 'http.request.method'],
  ['request', 'url', 'url.full'],
  ['request', 'user_agent', 'user_agent.original'],
  ['request', 'client_ip', 'client.address'],
  ['response', 'status', 'http.response.status_code'],
  ['response', 'content_length', 'http.response.body.size'],
];
/** Fields that X-Ray has a place for and OpenTelemetry has not: they come as attributes. */
const OWN_FIELDS = ['aws', 'namespace', 'sql'];
const RESOURCE = 'otel.resource.';

/**
 * What can be known of spans from their segment documents: the service is the name of the segment, or of the one above; the
 * span's own name is left only where nothing else gave the segment its name; kinds are segments, remote calls and the
 * rest; times are doubles of seconds; failures have no kind; events other than exceptions, scopes, and the messages of
 * what did not fail are gone.
 */
export class XrayModel {
  private readonly documents: ReadonlyMap<string, Document>;

  constructor(documents: readonly string[]) {
    const read = documents.map((document) => parseJsonLossless(document) as Document);
    this.documents = new Map(read.map((document) => [document.id, document]));
  }

  keeps({ spanId }: PlainSpan): PlainSpan {
    const document = this.documents.get(spanId)!;
    const segment = segmentAbove(document, this.documents);
    const failed = ['error', 'fault', 'throttle'].some((field) => document[field] === true);
    const endNs = nanos(document['end_time']);
    const exceptions = (objectOf(document['cause'])['exceptions'] ?? []) as Record<string, unknown>[];
    return {
      ...{
        spanId,
        parentSpanId: document.parent_id,
        name: document.name,
        endNs,
        startNs: nanos(document['start_time']),
      },
      service: segment?.name ?? 'unknown_service',
      kind: document.type === undefined ? 2 : document['namespace'] === 'remote' ? 3 : 1,
      status: failed ? 2 : 0,
      statusMessage: failed ? ((exceptions[0]?.['message'] ?? '') as string) : '',
      ...{ traceState: '', scope: { name: '', version: '' } },
      attributes: attributesOf(document),
      events: exceptions.map((exception) => ({ name: 'exception', timeNs: endNs, attributes: thrown(exception) })),
      links: ((document['links'] ?? []) as Record<string, unknown>[]).map((link) => ({
        traceId: String(link['trace_id']).replace(/^1-|-/g, ''),
        spanId: String(link['id']),
        attributes: flat(objectOf(link['attributes'])),
      })),
      resource: segment === undefined ? {} : resourceOf(segment),
    };
  }

  /** The names of segments, which are X-Ray's services. */
  services(): string[] {
    return [...new Set([...this.documents.values()].filter((d) => d.type === undefined).map(({ name }) => name))];
  }
}

function attributesOf(document: Document): PlainAttributes {
  const found: PlainAttributes = {};
  for (const [part, field, attribute] of HTTP) {
    const value = objectOf(objectOf(document['http'])[part])[field];
    if (value !== undefined) found[attribute] = value as AttributeValue;
  }
  const rest = Object.fromEntries(
    OWN_FIELDS.filter((field) => field in document).map((field) => [field, document[field]]),
  );
  const own = Object.entries(metadataOf(document)).filter(([key]) => !key.startsWith(RESOURCE));
  return { ...found, ...flat(objectOf(document['annotations'])), ...flat(Object.fromEntries(own)), ...flat(rest) };
}

function resourceOf(segment: Document): PlainAttributes {
  const own = Object.entries(metadataOf(segment)).filter(([key]) => key.startsWith(RESOURCE));
  const attributes = flat(Object.fromEntries(own.map(([key, value]) => [key.slice(RESOURCE.length), value])));
  return { ...attributes, 'service.name': segment.name };
}

function metadataOf(document: Document): Record<string, unknown> {
  return objectOf(objectOf(document['metadata'])['default']);
}

function thrown({ type, message, stack }: Record<string, unknown>): PlainAttributes {
  const frames = ((stack ?? []) as { path: string; line: number; label: string }[]).map(({ path, line, label }) =>
    label === '' ? `    at ${path}:${line}` : `    at ${label} (${path}:${line})`,
  );
  const texts = { type, message, stacktrace: frames.join('\n') };
  const said = Object.entries(texts).filter(([, text]) => text !== undefined && text !== '');
  return Object.fromEntries(said.map(([key, text]) => [`exception.${key}`, text as string]));
}

/** Maps within maps as keys with dots. */
function flat(values: Record<string, unknown>, prefix = ''): PlainAttributes {
  const found: PlainAttributes = {};
  for (const [key, value] of Object.entries(values)) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      Object.assign(found, flat(value as Record<string, unknown>, `${prefix}${key}.`));
    } else found[prefix + key] = value as AttributeValue;
  }
  return found;
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** The shortest decimal of a double of seconds, as nanoseconds. */
function nanos(seconds: unknown): bigint {
  const [whole = '', fraction = ''] = Number(seconds).toString().split('.');
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9));
}
