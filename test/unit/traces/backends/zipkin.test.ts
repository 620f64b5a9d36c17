import type { AttributeValue } from '../../../../src/model/attributes';
import assert from 'node:assert/strict';
import type { TraceId } from '../../../../src/model/ids';
import { SPAN_KINDS } from '../../../../src/model/operation';
import { createBackend } from '../../../../src/traces/backends/createBackend';
import { waitFor } from '../../../support/processes';
import { sharedSpans } from '../../../support/servers/data/zipkinSpans';
import { describeServer } from '../../../support/servers/describeServer';
import { startShapeGate } from '../../../support/wire/shapeGate';
import { GRAFANA_PATH, grafanaProxy } from '../../../support/wire/shapes';
import { backendConfig, backendDeps, TestSecrets } from '../../../support/wire/backendBed';
import { plainText } from '../../../support/wire/losses';
import type { PlainAttributes, PlainSpan } from '../../../support/wire/plainSpans';
import { startServer } from '../../../support/servers/startServer';
import { postZipkin, writeTo } from '../../../support/servers/writeTraces';
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
  const written = plainText(value);
  return key === 'peer.service' ? written.toLowerCase() : written;
}

function lowerService(resource: PlainAttributes): PlainAttributes {
  const service = resource['service.name'];
  return typeof service === 'string' ? { ...resource, 'service.name': service.toLowerCase() } : resource;
}

function toMicros(ns: bigint): bigint {
  return ((ns + 500n) / 1_000n) * 1_000n;
}

const TOKEN = 'glsa-of-a-test';

for (const behindGrafana of [false, true]) {
  backendContract({
    title: behindGrafana ? 'Zipkin behind Grafana' : 'Zipkin 3.6',
    server: 'zipkin',
    keeps: zipkinModel,
    received: textsOnly,
    serviceName: (name) => name.toLowerCase(),
    empty: { kind: 'body', body: '[]' },
    hasDeepLink: !behindGrafana,
    async start(traces) {
      const server = await startServer('zipkin', console.log);
      if (!('url' in server)) return server.sentence;
      const taken = await writeTo(server, traces);
      const gate = behindGrafana ? await startShapeGate(server.url, grafanaProxy(TOKEN)) : undefined;
      const url = gate === undefined ? server.url : gate.url + GRAFANA_PATH;
      return {
        config: backendConfig({ kind: 'zipkin', url, auth: behindGrafana ? 'bearer' : 'none' }),
        secrets: new TestSecrets(TOKEN),
        taken,
        async stop() {
          await gate?.close();
          await server.stop();
        },
      };
    },
  });
}

describeServer('zipkin', 'Zipkin’s shared spans', (server) => {
  it('come as a client and a server below it, each with its own children', async () => {
    const nowNs = BigInt(Date.now()) * 1_000_000n;
    const spans = sharedSpans(nowNs);
    await postZipkin(server().url, spans);
    const backend = createBackend(backendConfig({ kind: 'zipkin', url: server().url }), backendDeps());
    try {
      const { signal } = new AbortController();
      const trace = await waitFor('the trace', 10_000, () => backend.trace(spans[0]!.traceId as TraceId, signal));
      const rows = Array.from({ length: trace.count }, (_, row) => {
        const service = trace.services[trace.service[row]!];
        return `${'  '.repeat(trace.depth[row]!)}${service} ${SPAN_KINDS[trace.kind[row]!]} ${trace.names[trace.name[row]!]}`;
      });
      assert.deepEqual(rows, [
        'api-gateway SERVER get',
        '  api-gateway CLIENT get /orders',
        '    orders-api SERVER get /orders',
        '      orders-api UNSPECIFIED find',
      ]);
      assert.equal(trace.problems.duplicates, 0);
    } finally {
      backend.dispose();
    }
  });
});
