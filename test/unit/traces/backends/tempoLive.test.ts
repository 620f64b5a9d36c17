import { backendConfig } from '../../../support/wire/backendBed';
import { describeUnnamed, tracesOfRun } from '../../../support/wire/liveService';
import { namedTempo, TEMPO_VARIABLE, writeTempo } from '../../../support/wire/tempoLive';
import { backendContract } from './contract';

const tempo = namedTempo();

if (tempo === undefined) {
  describeUnnamed('a Tempo that runs', TEMPO_VARIABLE, '<query url>[,<otlp http url>]');
} else {
  backendContract({
    // Its answers are small, and each says little.
    hintRequests: Infinity,
    title: `the Tempo at ${tempo.url}`,
    keeps: (span) => span,
    empty: { kind: 'body', body: '{"tagValues":[],"metrics":{}}' },
    summaryStepNs: 1e6,
    async start(traces) {
      const run = tracesOfRun(traces);
      const { environment } = run;
      const taken = await writeTempo(tempo, run);
      const options = { grafanaUrl: 'http://grafana.example', datasourceUid: 'tempo' };
      const stop = (): Promise<void> => Promise.resolve();
      return { config: backendConfig({ kind: 'tempo', url: tempo.url, environment, options }), taken, stop };
    },
  });
}
