import type { BackendConfig } from '../../../../src/traces/backends/backendConfig';
import type { PlainSpan } from '../../../support/wire/plainSpans';
import { startShapeGate, type Shape } from '../../../support/wire/shapeGate';
import {
  GRAFANA_PATH,
  grafanaProxy,
  jaegerWithoutV1Search,
  jaegerWithoutV3,
  VICTORIA_PATH,
  victoriaTraces,
} from '../../../support/wire/shapes';
import { backendConfig, TestSecrets } from '../../../support/wire/backendBed';
import { startServer } from '../../../support/servers/startServer';
import { writeTo } from '../../../support/servers/writeTraces';
import { asTexts, nestedAsText } from '../../../support/wire/losses';
import { backendContract, type BackendContract } from './contract';

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

/** The JSON of v1 counts in microseconds, and has no warnings and no attributes of links at all. */
function v1Json(span: PlainSpan): PlainSpan {
  const startNs = toMicros(span.startNs);
  return {
    ...v1Model(span),
    startNs,
    endNs: startNs + toMicros(span.endNs - span.startNs),
    events: v1Model(span).events.map((event) => ({ ...event, timeNs: toMicros(event.timeNs) })),
    // A reference to the parent is there once, and is the parent's.
    links: span.links.filter(({ spanId }) => spanId !== span.parentSpanId).map((link) => ({ ...link, attributes: {} })),
  };
}

function toMicros(ns: bigint): bigint {
  return (ns / 1_000n) * 1_000n;
}

/** VictoriaTraces has texts only. */
function textsOnly(span: PlainSpan): PlainSpan {
  return {
    ...span,
    attributes: asTexts(span.attributes),
    resource: asTexts(span.resource),
    events: span.events.map((event) => ({ ...event, attributes: asTexts(event.attributes) })),
  };
}

interface Variant extends Partial<BackendContract> {
  readonly server: 'jaeger1' | 'jaeger2';
  readonly title: string;
  readonly keeps: BackendContract['keeps'];
  /** Makes it look like something else. */
  readonly shape?: Shape;
  readonly config?: Partial<BackendConfig>;
  /** Where its API begins. */
  readonly path?: string;
}

const TOKEN = 'glsa-of-a-test';

const variants: readonly Variant[] = [
  { server: 'jaeger1', title: 'Jaeger 1.76', keeps: v1Model },
  { server: 'jaeger2', title: 'Jaeger 2.13', keeps: neverEmpty },
  { server: 'jaeger1', title: 'Jaeger without v3', keeps: v1Json, shape: jaegerWithoutV3 },
  { server: 'jaeger2', title: 'Jaeger without the search of v1', keeps: neverEmpty, shape: jaegerWithoutV1Search },
  {
    ...{ server: 'jaeger2', title: 'Jaeger behind Grafana', keeps: neverEmpty, hasDeepLink: false },
    ...{ shape: grafanaProxy(TOKEN), path: GRAFANA_PATH, config: { auth: 'bearer' } },
  },
  {
    ...{ server: 'jaeger1', title: 'VictoriaTraces', hasDeepLink: false, shape: victoriaTraces, path: VICTORIA_PATH },
    keeps: (span) => textsOnly(v1Model(span)),
    received: (span) => textsOnly(withoutWarnings(span)),
  },
];

for (const { shape, path = '', config, ...variant } of variants) {
  backendContract({
    received: withoutWarnings,
    empty: { kind: 'body', body: '{}' },
    ...variant,
    async start(traces) {
      const server = await startServer(variant.server, console.log);
      if (!('url' in server)) return server.sentence;
      const gate = shape === undefined ? undefined : await startShapeGate(server.url, shape);
      const taken = await writeTo(server, traces);
      return {
        config: backendConfig({ kind: 'jaeger', url: `${gate?.url ?? server.url}${path}`, ...config }),
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
