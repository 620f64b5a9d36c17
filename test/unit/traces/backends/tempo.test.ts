import type { BackendConfig } from '../../../../src/traces/backends/backendConfig';
import { backendConfig, TestSecrets } from '../../../support/wire/backendBed';
import { asTexts } from '../../../support/wire/losses';
import { startShapeGate, type Shape } from '../../../support/wire/shapeGate';
import { GRAFANA_PATH, grafanaProxy } from '../../../support/wire/shapes';
import type { TempoVersion } from '../../../support/wire/tempoRules';
import { startTempoServer } from '../../../support/wire/tempoServer';
import { VICTORIA_TEMPO_PATH } from '../../../support/wire/victoriaShapes';
import { backendContract, type BackendContract } from './contract';

const TOKEN = 'glsa-of-a-test';

interface Variant extends Partial<BackendContract> {
  readonly title: string;
  readonly version: TempoVersion;
  /** Stands before it. */
  readonly shape?: Shape;
  /** Where its API begins. */
  readonly path?: string;
  readonly config?: Partial<BackendConfig>;
}

const options = { grafanaUrl: 'http://grafana.example', datasourceUid: 'tempo' };

const variants: readonly Variant[] = [
  { title: 'Tempo 3.1 by its wire shapes', version: { cutoffSeconds: 0 } },
  {
    title: 'Tempo 2.x with metrics, and the limits of a tenant, by its wire shapes',
    version: { metricsHours: 1, searchHours: 12, maxLimit: 100 },
  },
  {
    title: 'Tempo 2.x without metrics by its wire shapes',
    version: { withoutMetrics: true, withoutV2: true, metricsHours: 3 },
  },
  {
    ...{ title: 'Tempo 3.1 behind Grafana by its wire shapes', version: { cutoffSeconds: 0 } },
    ...{ shape: grafanaProxy(TOKEN), path: GRAFANA_PATH, config: { auth: 'bearer', options: {} } },
  },
  {
    ...{ title: 'VictoriaTraces through its Tempo API by its wire shapes', version: { isVictoria: true } },
    ...{ shape: below(VICTORIA_TEMPO_PATH), path: VICTORIA_TEMPO_PATH, summaryStepNs: 1 },
    keeps: (span) => ({
      ...span,
      attributes: asTexts(span.attributes),
      resource: asTexts(span.resource),
      events: span.events.map((event) => ({ ...event, attributes: asTexts(event.attributes) })),
      links: span.links.map((link) => ({ ...link, attributes: asTexts(link.attributes) })),
    }),
  },
];

for (const { version, shape, path = '', config, ...variant } of variants) {
  backendContract({
    // Its answers are small, and each says little.
    hintRequests: Infinity,
    keeps: (span) => span,
    empty: { kind: 'body', body: '{"tagValues":[],"metrics":{}}' },
    summaryStepNs: 1e6,
    ...variant,
    async start(traces) {
      const server = await startTempoServer(traces, version);
      const gate = shape === undefined ? undefined : await startShapeGate(server.url, shape);
      const url = `${gate?.url ?? server.url}${path}`;
      return {
        config: backendConfig({ kind: 'tempo', url, options, ...config }),
        secrets: new TestSecrets(TOKEN),
        taken: traces,
        async stop() {
          await gate?.close();
          await server.stop();
        },
      };
    },
  });
}

/** A base path, and a text with 400 for everything outside of it, as VictoriaTraces has it. */
function below(base: string): Shape {
  return {
    request: ({ pathname, search }) =>
      pathname.startsWith(`${base}/`)
        ? pathname.slice(base.length) + search
        : { status: 400, body: `unsupported path requested: ${pathname}` },
  };
}
