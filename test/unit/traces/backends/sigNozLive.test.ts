import { waitFor } from '../../../support/processes';
import { spansByTrace } from '../../../support/servers/data/otlpTraces';
import { postOtlp } from '../../../support/servers/writeTraces';
import { backendConfig, TestSecrets } from '../../../support/wire/backendBed';
import { SigNozModel } from '../../../support/wire/sigNozModel';
import { describeUnnamed, liveParts, tracesOfRun } from '../../../support/wire/liveService';
import { backendContract } from './contract';

/** Names a SigNoz that runs: the address of its pages, where it takes OTLP over HTTP, and an API key of a viewer. */
const VARIABLE = 'SPANLIGHT_TEST_SIGNOZ';
const [url = '', otlp = '', key = ''] = liveParts(VARIABLE);

/** One run's spans are of an environment of their own: others are never listed. */
const EMPTY = JSON.stringify({ status: 'success', data: { type: 'scalar', data: { results: [] }, meta: {} } });
/** What its collector batches is there after some seconds. */
const PATIENCE_MS = 120_000;

if (url === '') {
  describeUnnamed('a SigNoz that runs', VARIABLE, '<url>,<otlp http url>,<API key>');
} else {
  let model: SigNozModel;
  backendContract({
    title: `the SigNoz at ${url}`,
    keeps: (span) => model.keeps(span),
    empty: { kind: 'body', body: EMPTY },
    async start(traces) {
      const { own: taken, environment } = tracesOfRun(traces);
      model = new SigNozModel(taken);
      await postOtlp(otlp, taken);
      const [id = ''] = [...spansByTrace(taken).keys()].slice(-1);
      await waitFor('SigNoz has the last trace', PATIENCE_MS, () => hasTrace(id), 1000);
      return {
        config: backendConfig({ kind: 'signoz', url, environment, auth: 'header', authHeader: 'SIGNOZ-API-KEY' }),
        secrets: new TestSecrets(key),
        taken,
        stop: () => Promise.resolve(),
      };
    },
  });
}

async function hasTrace(id: string): Promise<true | undefined> {
  const answer = await fetch(`${url}/api/v4/traces/${id}/waterfall`, {
    method: 'POST',
    headers: { 'SIGNOZ-API-KEY': key, 'content-type': 'application/json' },
    body: JSON.stringify({ selectedSpanId: '', uncollapsedSpans: [] }),
  });
  return answer.ok ? true : undefined;
}
