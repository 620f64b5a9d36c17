import { attributeOfLabel, isGoogleField, isGoogleResource } from '../../../src/traces/formats/googleTraceSpans';
import { typedText } from '../../../src/traces/formats/recordValues';
import type { GoogleSpan, GoogleTrace } from '../servers/data/googleTraces';
import type { AttributeValue } from '../../../src/model/attributes';
import type { PlainAttributes, PlainSpan } from './plainSpans';

/**
 * What can be known of spans that Google's exporter wrote and the API of version 1 reads: names and values are cut, all
 * values are texts, lists, maps and bytes are gone, and so are events, links, messages, tracestate, and kinds but two.
 */
export class GoogleModel {
  private readonly spans: ReadonlyMap<string, GoogleSpan>;

  constructor(traces: readonly GoogleTrace[]) {
    this.spans = new Map(
      traces.flatMap(({ spans }) => spans.map((span) => [BigInt(span.spanId).toString(16).padStart(16, '0'), span])),
    );
  }

  keeps(span: PlainSpan): PlainSpan {
    const { labels = {}, name, kind } = this.spans.get(span.spanId)!;
    const attributes: PlainAttributes = {};
    const resource: PlainAttributes = {};
    for (const [label, text] of Object.entries(labels)) {
      const key = attributeOfLabel(label);
      if (isGoogleField(label) || (key !== label && labels[key] !== undefined)) continue;
      (isGoogleResource(key) ? resource : attributes)[key] = typedText(key, text);
    }
    const code = labels['g.co/status/code'];
    const hasFailed = code === undefined ? Number(labels['/http/status_code']) >= 500 : code !== '0';
    return {
      ...span,
      name,
      kind: kind === 'RPC_SERVER' ? 2 : kind === 'RPC_CLIENT' ? 3 : 0,
      status: hasFailed ? 2 : code === undefined ? 0 : 1,
      statusMessage: '',
      traceState: '',
      attributes,
      resource,
      events: [],
      links: [],
      scope: { name: labels['otel.scope.name'] ?? '', version: labels['otel.scope.version'] ?? '' },
    };
  }
}

/** A span that came by OTLP as the rows of the trace storage keep it: columns of JSON have no bytes and no long integers. */
export function googleRowKeeps(span: PlainSpan): PlainSpan {
  return {
    ...span,
    attributes: jsonColumn(span.attributes),
    resource: jsonColumn(span.resource),
    events: span.events.map((event) => ({
      ...event,
      timeNs: event.timeNs - (event.timeNs % 1_000n),
      attributes: jsonColumn(event.attributes),
    })),
    links: span.links.map((link) => ({ ...link, attributes: jsonColumn(link.attributes) })),
  };
}

function jsonColumn(attributes: PlainAttributes): PlainAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [
      key,
      typeof value === 'string' ? typedText(key, value) : jsonValue(value),
    ]),
  );
}

function jsonValue(value: AttributeValue): AttributeValue {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return (value as readonly AttributeValue[]).map(jsonValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, jsonValue(one)]));
}
