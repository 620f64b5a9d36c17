import type { BackendConfig } from '../../../src/traces/backends/backendConfig';
import { createBackend } from '../../../src/traces/backends/createBackend';
import { waitFor } from '../processes';
import { spansByTrace, type Attribute, type OtlpTraces, type Span } from '../servers/data/otlpTraces';
import { backendDeps, TestSecrets } from './backendBed';

/** The parts of a variable that names a service that runs: what its test needs, between commas; none where it is not set. */
export function liveParts(variable: string): string[] {
  return (process.env[variable] ?? '').split(',').map((part) => part.trim().replace(/\/+$/, ''));
}

/**
 * In the place of tests against a service that nobody named. Nobody expects one: the contract is kept on its wire shapes,
 * so nothing counts as skipped.
 * @param form how the variable names one: `<url>,<API key>`.
 */
export function describeUnnamed(what: string, variable: string, form: string): void {
  describe(what, () => {
    before(() => console.log(`    is left out: ${variable} names none (${form})`));
    it('is asked for by a variable', () => undefined);
  });
}

/** Traces that one run sends, as no other run does. */
export interface TracesOfRun {
  readonly own: OtlpTraces;
  /** That of its services. */
  readonly environment: string;
  readonly nowNs: bigint;
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
export function tracesOfRun(traces: OtlpTraces): TracesOfRun {
  const salt = Date.now() % 0x7fff_ffff;
  const environment = `spanlight-${salt.toString(16)}`;
  const nowNs = BigInt(Date.now()) * 1_000_000n;
  return { own: marked(traces, environment, salt, nowNs), environment, nowNs };
}

function marked(traces: OtlpTraces, environment: string, salt: number, nowNs: bigint): OtlpTraces {
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

/** How long spans take until they can be asked for. */
export interface LiveWait {
  /** The service, for the words. */
  readonly service: string;
  readonly withinMs: number;
  /** Between two questions; the least that {@link waitFor} knows where left out. */
  readonly everyMs?: number;
}

/** Waits until a search through the backend finds all traces that were sent. */
export async function untilFound(
  config: BackendConfig,
  key: string,
  sent: OtlpTraces,
  { service, withinMs, everyMs }: LiveWait,
): Promise<void> {
  const wanted = spansByTrace(sent).size;
  const reader = createBackend(config, backendDeps({ secrets: new TestSecrets(key) }));
  const findAll = async (): Promise<true> => {
    const found = new Set<string>();
    const query = { text: '', limit: wanted + 1 };
    for await (const { traceId } of reader.search(query, AbortSignal.timeout(120_000))) found.add(traceId);
    if (found.size >= wanted) return true;
    throw new Error(`${found.size} of ${wanted}`);
  };
  try {
    await waitFor(`all ${wanted} traces in ${service}`, withinMs, findAll, everyMs);
  } finally {
    reader.dispose();
  }
}
