import { backendConfig } from '../../../support/wire/backendBed';
import { startTempoServer, type TempoVersion } from '../../../support/wire/tempoServer';
import { backendContract } from './contract';

const VERSIONS: readonly (readonly [string, TempoVersion])[] = [
  ['Tempo 3.1 by its wire shapes', {}],
  ['Tempo 2.x without metrics by its wire shapes', { withoutMetrics: true, withoutV2: true }],
];

for (const [title, version] of VERSIONS) {
  backendContract({
    title,
    keeps: (span) => span,
    empty: { kind: 'body', body: '{"tagValues":[],"metrics":{}}' },
    summaryStepNs: 1e6,
    async start(traces) {
      const { url, stop } = await startTempoServer(traces, version);
      const options = { grafanaUrl: 'http://grafana.example', datasourceUid: 'tempo' };
      return { config: backendConfig({ kind: 'tempo', url, options }), taken: traces, stop };
    },
  });
}
