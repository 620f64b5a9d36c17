import { backendConfig } from '../../../support/wire/backendBed';
import { namedTempo, TEMPO_VARIABLE, tracesOfRun, writeTempo } from '../../../support/wire/tempoLive';
import { backendContract } from './contract';

const tempo = namedTempo();

if (tempo === undefined) {
  describe('a Tempo that runs', () => {
    // Nobody expects one: its wire shapes are what the contract is kept on, so nothing counts as skipped.
    before(() => console.log(`    is left out: ${TEMPO_VARIABLE} names none (<query url>[,<otlp http url>])`));
    it('is asked for by a variable', () => undefined);
  });
} else {
  backendContract({
    // Its answers are small, and each says little.
    hintRequests: Infinity,
    title: `the Tempo at ${tempo.url}`,
    keeps: (span) => span,
    empty: { kind: 'body', body: '{"tagValues":[],"metrics":{}}' },
    summaryStepNs: 1e6,
    async start(traces) {
      const salt = Date.now() % 0x7fff_ffff;
      const environment = `spanlight-${salt.toString(16)}`;
      const nowNs = BigInt(Date.now()) * 1_000_000n;
      const taken = await writeTempo(tempo, tracesOfRun(traces, environment, salt, nowNs), environment, nowNs);
      const options = { grafanaUrl: 'http://grafana.example', datasourceUid: 'tempo' };
      const stop = (): Promise<void> => Promise.resolve();
      return { config: backendConfig({ kind: 'tempo', url: tempo.url, environment, options }), taken, stop };
    },
  });
}
