import type { AttributeValue } from '../../../../src/model/attributes';
import { backendConfig } from '../../../support/wire/backendBed';
import { jsonText } from '../../../support/wire/losses';
import type { PlainAttributes, PlainSpan } from '../../../support/wire/plainSpans';
import { startServer } from '../../../support/servers/startServer';
import { writeTo } from '../../../support/servers/writeTraces';
import { backendContract } from './contract';

/** Microseconds, names in lower case, and tags that are texts and mix span and resource. */
function zipkinModel(span: PlainSpan): PlainSpan {
  const startNs = toMicros(span.startNs);
  const lasts = span.endNs - span.startNs;
  return {
    ...textsOnly({ ...span, service: span.service.toLowerCase(), resource: lowerService(span.resource) }),
    name: span.name.toLowerCase(),
    startNs,
    endNs: startNs + (lasts > 0n && lasts < 1_000n ? 1_000n : toMicros(lasts)),
    events: span.events.map((event) => ({
      ...event,
      timeNs: toMicros(event.timeNs),
      // JSON inside of JSON: what a double cannot hold stays a text.
      attributes: Object.fromEntries(
        Object.entries(event.attributes).map(([key, value]) => [
          key,
          typeof value === 'bigint' ? String(value) : value,
        ]),
      ),
    })),
  };
}

/** All attributes as texts among those of the span. */
function textsOnly(span: PlainSpan): PlainSpan {
  const { 'service.name': service, ...resource } = span.resource;
  const all = Object.entries({ ...resource, ...span.attributes });
  return {
    ...span,
    attributes: Object.fromEntries(all.map(([key, value]) => [key, text(key, value)])),
    resource: { 'service.name': service ?? 'otlpresourcenoservicename' },
  };
}

function text(key: string, value: AttributeValue): string {
  const written = typeof value === 'string' ? value : value === null ? '' : unquoted(jsonText(value));
  return key === 'peer.service' ? written.toLowerCase() : written;
}

function unquoted(json: string): string {
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}

function lowerService(resource: PlainAttributes): PlainAttributes {
  const service = resource['service.name'];
  return typeof service === 'string' ? { ...resource, 'service.name': service.toLowerCase() } : resource;
}

function toMicros(ns: bigint): bigint {
  return ((ns + 500n) / 1_000n) * 1_000n;
}

backendContract({
  title: 'Zipkin 3.6',
  server: 'zipkin',
  keeps: zipkinModel,
  received: textsOnly,
  serviceName: (name) => name.toLowerCase(),
  empty: { kind: 'body', body: '[]' },
  async start(traces) {
    const server = await startServer('zipkin', console.log);
    if (!('url' in server)) return server.sentence;
    const taken = await writeTo(server, traces);
    return { config: backendConfig({ kind: 'zipkin', url: server.url }), taken, stop: () => server.stop() };
  },
});
