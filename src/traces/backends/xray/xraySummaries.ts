import type { TraceId } from '../../../model/ids';
import type { TimeWindow } from '../../../model/time';
import { isObject, type JsonObject } from '../../otlp/jsonFields';
import { hasFault } from '../backendError';
import type { BackendHttp } from '../transport/backendHttp';
import { traceIdOfXray } from './xrayIds';

/** X-Ray looks into no more at once. */
const MAX_WINDOW_S = 6 * 3600;

/** A search among summaries. */
export interface SummaryQuery {
  readonly window: TimeWindow;
  /** In X-Ray's own language; everything where left out. */
  readonly filter?: string | undefined;
  /** No more than this is read; what came until then is given. */
  readonly maxWireBytes?: number | undefined;
}

/** A trace as it is listed. */
export interface ListedTrace {
  readonly id: TraceId;
  readonly durationS: number;
  /** The root failed, or was turned away; what failed further in is not always told. */
  readonly failed: boolean;
  /** Epoch milliseconds, where X-Ray says them. */
  readonly endMs: number | undefined;
  /** Another text once more of the trace has come. */
  readonly stamp: string;
}

/** One page of summaries. */
export interface SummaryPage {
  readonly traces: readonly ListedTrace[];
  readonly ids: readonly TraceId[];
  /** Names of services that the traces touch, inferred ones among them. */
  readonly services: ReadonlySet<string>;
  readonly wireBytes: number;
  /** There is nothing after it. */
  readonly isLast: boolean;
}

/** Seconds of the Unix epoch, from inclusive, to exclusive. */
export interface SecondsWindow {
  readonly from: number;
  readonly to: number;
}

/** A window cut into pieces that X-Ray takes, the latest first; to whole seconds, outwards. */
export function* secondsWindows({ from, to }: TimeWindow): Generator<SecondsWindow> {
  const first = Number((from as bigint) / 1_000_000_000n);
  let end = Number(((to as bigint) + 999_999_999n) / 1_000_000_000n);
  while (end > first) {
    const begin = Math.max(first, end - MAX_WINDOW_S);
    yield { from: begin, to: end };
    end = begin;
  }
}

/** `GetTraceSummaries`, page by page to the end; X-Ray gives the latest first. A page may be empty and not the last. */
export async function* summaryPages(
  http: BackendHttp,
  { window, filter, maxWireBytes = Infinity }: SummaryQuery,
  signal: AbortSignal,
): AsyncGenerator<SummaryPage> {
  const seen = new Set<TraceId>();
  let left = maxWireBytes;
  const pieces = [...secondsWindows(window)];
  for (const { from, to } of pieces) {
    let token: unknown;
    do {
      const body = JSON.stringify({
        ...{ StartTime: from, EndTime: to, TimeRangeType: 'TraceId', Sampling: false },
        ...(filter === undefined ? {} : { FilterExpression: filter }),
        ...(typeof token === 'string' ? { NextToken: token } : {}),
      });
      const page = await readPage(http, body, left, signal);
      const traces = page.traces.filter(({ id }) => !seen.has(id));
      const ids = traces.map(({ id }) => id);
      for (const id of ids) seen.add(id);
      token = page.token;
      const isLast = from === pieces.at(-1)?.from && !page.wasCut && (typeof token !== 'string' || token === '');
      yield { traces, ids, services: page.services, wireBytes: page.wireBytes, isLast };
      left -= page.wireBytes;
    } while (typeof token === 'string' && token !== '' && left > 0);
    if (left <= 0) return;
  }
}

async function readPage(http: BackendHttp, body: string, maxWireBytes: number, signal: AbortSignal) {
  const traces: ListedTrace[] = [];
  const services = new Set<string>();
  const answer = await http.ask({ path: '/TraceSummaries', body, maxWireBytes }, signal);
  let token: unknown;
  let wasCut = false;
  try {
    for await (const item of answer.items({ 'TraceSummaries[]': 'summary' })) {
      const value = item.read();
      if (item.label !== 'summary') token = value.NextToken;
      else {
        const id = typeof value.Id === 'string' ? traceIdOfXray(value.Id) : undefined;
        if (id !== undefined) traces.push(listedTrace(id, value));
        for (const name of servicesOf(value)) services.add(name);
      }
    }
  } catch (error) {
    // The bound is ours; what was read before it counts.
    if (!hasFault(error, 'tooLarge') || error.status !== undefined || maxWireBytes === Infinity) throw error;
    token = undefined;
    wasCut = true;
  }
  return { traces, services, token, wasCut, wireBytes: answer.wireBytes };
}

function listedTrace(id: TraceId, value: JsonObject): ListedTrace {
  const { StartTime: start, Duration, Revision: revision, IsPartial: isPartial } = value;
  const durationS = Number(Duration) || 0;
  return {
    ...{ id, durationS, failed: hasFailed(value) },
    endMs: typeof start === 'number' ? (start + durationS) * 1000 : undefined,
    stamp: JSON.stringify([durationS, revision ?? null, isPartial === true]),
  };
}

function hasFailed({ HasError, HasFault, HasThrottle }: JsonObject): boolean {
  return HasError === true || HasFault === true || HasThrottle === true;
}

function servicesOf({ ServiceIds: ids }: JsonObject): string[] {
  return (Array.isArray(ids) ? (ids as unknown[]) : []).filter(isObject).flatMap((id) => {
    return typeof id.Name === 'string' && isInstrumented(id.Type) ? [id.Name] : [];
  });
}

/** Whether a node of X-Ray's map sends traces itself; the others are inferred from calls of them. */
export function isInstrumented(type: unknown): boolean {
  if (typeof type !== 'string') return true;
  return !/^(client|remote|Database::.*|AWS::(DynamoDB|S3|SNS|SQS|Kinesis|KinesisFirehose|SecretsManager|SSM|KMS|RDS|Events|StepFunctions|StateMachine|IAM|STS)(::.*)?)$/.test(
    type,
  );
}
