import { waitFor } from '../processes';
import { spansByTrace, type OtlpTraces } from '../servers/data/otlpTraces';
import { getJson } from '../servers/httpCalls';
import { postOtlp } from '../servers/writeTraces';
import { liveParts, type TracesOfRun } from './liveService';

/** Names a Tempo that runs: where it answers, and after a comma where it takes OTLP over HTTP (`:4318` of the same host). */
export const TEMPO_VARIABLE = 'SPANLIGHT_TEST_TEMPO';

/** By default Tempo leaves the latest half minute out of searches. */
const SEARCHABLE_MS = 120_000;

/** Where a Tempo is, as {@link TEMPO_VARIABLE} says it. */
export interface TempoAddress {
  readonly url: string;
  readonly otlpHttpUrl: string;
}

/** Undefined where none is named. @throws TypeError for what is no address. */
export function namedTempo(): TempoAddress | undefined {
  const [url = '', otlp = ''] = liveParts(TEMPO_VARIABLE);
  if (url === '') return undefined;
  return { url, otlpHttpUrl: otlp === '' ? `http://${new URL(url).hostname}:4318` : otlp };
}

/** Sends traces to a Tempo, and waits until its searches find them all. */
export async function writeTempo(
  { url, otlpHttpUrl }: TempoAddress,
  { own, environment, nowNs }: TracesOfRun,
): Promise<OtlpTraces> {
  await postOtlp(otlpHttpUrl, own);
  const count = spansByTrace(own).size;
  const start = Number(nowNs / 1_000_000_000n) - 7200;
  const q = encodeURIComponent(`{ resource.deployment.environment.name = "${environment}" }`);
  const query = `${url}/api/search?q=${q}&limit=${count + 1}&start=${start}&end=${start + 9000}`;
  await waitFor(
    `all ${count} traces in Tempo's searches`,
    SEARCHABLE_MS,
    async () => {
      const { traces: found = [] } = await getJson<{ traces?: unknown[] }>(query);
      if (found.length >= count) return true;
      throw new Error(`${found.length} of ${count}`);
    },
    1_000,
  );
  return own;
}
