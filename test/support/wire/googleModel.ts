import { attributeOfLabel, isGoogleField, isGoogleResource } from '../../../src/traces/formats/googleTraceSpans';
import { typedText } from '../../../src/traces/formats/recordValues';
import type { GoogleSpan, GoogleTrace } from '../servers/data/googleTraces';
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
