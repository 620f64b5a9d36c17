import type { PlainSpan } from '../../../support/wire/plainSpans';
import { backendConfig } from '../../../support/wire/backendBed';
import { startServer } from '../../../support/servers/startServer';
import { writeTo } from '../../../support/servers/writeTraces';
import { nestedAsText } from '../../../support/wire/losses';
import { backendContract } from './contract';

/** Jaeger takes no span of no length: it adds a nanosecond, and an attribute that says so. */
function neverEmpty(span: PlainSpan): PlainSpan {
  return { ...span, endNs: span.endNs > span.startNs ? span.endNs : span.startNs + 1n };
}

function withoutWarnings(span: PlainSpan): PlainSpan {
  const own = Object.entries(span.attributes).filter(([key]) => key !== '@jaeger@warnings');
  return { ...span, attributes: Object.fromEntries(own) };
}

/** Jaeger's memory holds spans as its own v1 model, which has no lists and maps, and no attributes of links. */
function v1Model(span: PlainSpan): PlainSpan {
  return {
    ...neverEmpty(span),
    attributes: nestedAsText(span.attributes),
    resource: nestedAsText(span.resource),
    events: span.events.map((event) => ({ ...event, attributes: nestedAsText(event.attributes) })),
    links: span.links.map((link) => ({ ...link, attributes: { 'opentracing.ref_type': 'follows_from' } })),
  };
}

for (const [kind, title, keeps] of [
  ['jaeger1', 'Jaeger 1.76', v1Model],
  ['jaeger2', 'Jaeger 2.13', neverEmpty],
] as const) {
  backendContract({
    title,
    server: kind,
    keeps,
    received: withoutWarnings,
    empty: { kind: 'body', body: '{}' },
    async start(traces) {
      const server = await startServer(kind, console.log);
      if (!('url' in server)) return server.sentence;
      const taken = await writeTo(server, traces);
      return { config: backendConfig({ kind: 'jaeger', url: server.url }), taken, stop: () => server.stop() };
    },
  });
}
