import { waitFor } from '../processes';
import { spansByTrace, type Attribute, type OtlpTraces, type Span } from '../servers/data/otlpTraces';
import { getJson } from '../servers/httpCalls';
import { postOtlp } from '../servers/writeTraces';

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
export function namedTempo(text = process.env[TEMPO_VARIABLE] ?? ''): TempoAddress | undefined {
  const [url = '', otlp = ''] = text.split(',').map((part) => part.trim().replace(/\/+$/, ''));
  if (url === '') return undefined;
  return { url, otlpHttpUrl: otlp === '' ? `http://${new URL(url).hostname}:4318` : otlp };
}

/**
 * Nanoseconds into which traces are moved, one minute before now: of spans that come more than two minutes late
 * (`ingestion_time_range_slack`) the searches miss some.
 */
const RECENT_NS = 45n * 1_000_000_000n;
const MINUTE_NS = 60n * 1_000_000_000n;

/**
 * Traces as this run alone has them: of an environment of its own, with ids that no earlier run has sent, because a Tempo
 * keeps what it has, and within the last two minutes, as applications send them.
 */
export function tracesOfRun(traces: OtlpTraces, environment: string, salt: number, nowNs: bigint): OtlpTraces {
  const mark: Attribute = { key: 'deployment.environment.name', value: { stringValue: environment } };
  const later = new Map<string, bigint>();
  for (const [traceId, spans] of spansByTrace(traces)) {
    const end = spans.map(({ span }) => BigInt(span.endTimeUnixNano)).reduce((a, b) => (a > b ? a : b));
    const age = nowNs - MINUTE_NS - end;
    later.set(traceId, age > 0n ? age - (age % RECENT_NS) : 0n);
  }
  const id = (traceId: string): string =>
    traceId.slice(0, 24) + ((parseInt(traceId.slice(24), 16) ^ salt) >>> 0).toString(16).padStart(8, '0');
  return {
    resourceSpans: traces.resourceSpans.map(({ resource, scopeSpans }) => ({
      resource: { attributes: [...resource.attributes.filter(({ key }) => key !== mark.key), mark] },
      scopeSpans: scopeSpans.map(({ scope, spans }) => ({
        scope,
        spans: spans.map((span) => ({ ...moved(span, later.get(span.traceId)!), traceId: id(span.traceId) })),
      })),
    })),
  };
}

function moved(span: Span, ns: bigint): Span {
  const time = (text: string): string => String(BigInt(text) + ns);
  return {
    ...span,
    startTimeUnixNano: time(span.startTimeUnixNano),
    endTimeUnixNano: time(span.endTimeUnixNano),
    events: span.events.map((event) => ({ ...event, timeUnixNano: time(event.timeUnixNano) })),
  };
}

/** Sends traces to a Tempo, and waits until its searches find them all. */
export async function writeTempo(
  { url, otlpHttpUrl }: TempoAddress,
  traces: OtlpTraces,
  environment: string,
  nowNs: bigint,
): Promise<OtlpTraces> {
  await postOtlp(otlpHttpUrl, traces);
  const count = spansByTrace(traces).size;
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
  return traces;
}
