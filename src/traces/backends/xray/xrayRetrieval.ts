import type { TraceId } from '../../../model/ids';
import type { Logger } from '../../../base/logger';
import { xraySpans } from '../../formats/xraySpans';
import type { JsonObject } from '../../otlp/jsonFields';
import { hasFault } from '../backendError';
import type { BackendHttp } from '../transport/backendHttp';
import { pause } from '../transport/retry';
import { RequestAllowance } from '../transport/requestAllowance';
import { xrayTraceId } from './xrayIds';
import { completedSpans } from './xraySubsegments';
import type { FetchedTraces, SpanSink } from './xrayTraces';

/** As many as StartTraceRetrieval takes. */
const IDS_AT_ONCE = 100;
const DAY_S = 86_400;
/** X-Ray keeps traces this long. */
const KEPT_S = 30 * DAY_S;
/** How long a retrieval may take, and the pauses between questions for it. */
const PATIENCE_MS = 30_000;
const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 2_000;
const CANCEL_MS = 5_000;

/** How {@link XrayRetrieval} is set up. */
export interface XrayRetrievalOptions {
  readonly http: BackendHttp;
  readonly logger: Logger;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** The first pause, in milliseconds; later ones are longer. */
  readonly firstPauseMs?: number;
}

/**
 * Fetches traces of accounts with CloudWatch Transaction Search, whose spans lie in a log group and not in X-Ray:
 * `StartTraceRetrieval` begins, `ListRetrievedTraces` says nothing until all is found. Where the account has no such
 * thing, or the keys may not use it, the first refusal is the last question.
 */
export class XrayRetrieval {
  private isRefused = false;
  /** It was begun once: traces of the account lie where it looks. */
  wasUsed = false;

  constructor(private readonly options: XrayRetrievalOptions) {}

  /**
   * Collects traces. What was begun and is not waited for to its end is cancelled, so that it counts no longer among those
   * that an account may have at once.
   * @param requests what may be asked; a retrieval that it does not suffice for brings nothing.
   * @returns which are not there either.
   */
  async fetch(
    ids: readonly TraceId[],
    into: SpanSink,
    signal: AbortSignal,
    requests = new RequestAllowance(),
  ): Promise<Omit<FetchedTraces, 'wireBytes'>> {
    const missing: TraceId[] = [];
    let isCut = false;
    for (let from = 0; from < ids.length; from += IDS_AT_ONCE) {
      const batch = ids.slice(from, from + IDS_AT_ONCE);
      const { found, ...rest } = await this.retrieve(batch, requests, signal);
      isCut ||= rest.isCut;
      for (const documents of found.values()) into.addRecords(completedSpans([...xraySpans(documents)]));
      missing.push(...batch.filter((id) => !found.has(xrayTraceId(id))));
    }
    return { missing, isCut };
  }

  private async retrieve(ids: readonly TraceId[], requests: RequestAllowance, signal: AbortSignal): Promise<Retrieved> {
    // A start without an answer is of no use.
    if (this.isRefused || requests.left < 2) return NOTHING;
    requests.take();
    const token = await this.start(ids, signal);
    if (token === undefined) return NOTHING;
    this.wasUsed = true;
    let isOver = false;
    try {
      const { status, ...retrieved } = await this.wait(token, ids, requests, signal);
      isOver = retrieved.found.size > 0 || !isUnderWay(status);
      return retrieved;
    } finally {
      if (!isOver) this.cancel(token);
    }
  }

  /** Asks until there is something, or it is over, or that takes too long. */
  private async wait(
    token: string,
    ids: readonly TraceId[],
    requests: RequestAllowance,
    signal: AbortSignal,
  ): Promise<Retrieved & { status: string }> {
    const { firstPauseMs = FIRST_PAUSE_MS } = this.options;
    let waitedMs = 0;
    for (let wait = firstPauseMs; ; wait = Math.min(wait * 2, MAX_PAUSE_MS)) {
      const listed = await this.list(token, requests, signal);
      const { status, found } = listed;
      if (found.size > 0 || !isUnderWay(status) || requests.left <= 0) return listed;
      if (waitedMs >= PATIENCE_MS) {
        this.options.logger.warn(`X-Ray looks for ${ids.length} traces for too long: it is still ${status}.`);
        return listed;
      }
      await pause(wait, signal);
      waitedMs += wait;
    }
  }

  private async start(ids: readonly TraceId[], signal: AbortSignal): Promise<string | undefined> {
    const body = JSON.stringify({ TraceIds: ids.map(xrayTraceId), ...this.rangeOf(ids) });
    try {
      const answer = await (await this.options.http.ask({ path: '/StartTraceRetrieval', body }, signal)).object();
      return typeof answer.RetrievalToken === 'string' ? answer.RetrievalToken : undefined;
    } catch (error) {
      if (!hasFault(error, 'badRequest', 'forbidden', 'notFound')) throw error;
      this.isRefused = true;
      this.options.logger.debug(`X-Ray retrieves no traces of Transaction Search: ${error.describe()}`);
      return undefined;
    }
  }

  /** Nobody waits for that, and it matters to nobody whether it works. */
  private cancel(token: string): void {
    const body = JSON.stringify({ RetrievalToken: token });
    const request = { path: '/CancelTraceRetrieval', body, idempotent: false };
    this.options.http
      .ask(request, AbortSignal.timeout(CANCEL_MS))
      .then((answer) => answer.discard())
      .catch((error: unknown) => this.options.logger.debug(`X-Ray did not end a retrieval: ${String(error)}`));
  }

  private async list(
    token: string,
    requests: RequestAllowance,
    signal: AbortSignal,
  ): Promise<Retrieved & { status: string }> {
    const found = new Map<string, JsonObject[]>();
    let status = '';
    let next: unknown;
    do {
      if (!requests.take()) break;
      const more = typeof next === 'string' ? { NextToken: next } : {};
      const body = JSON.stringify({ RetrievalToken: token, TraceFormat: 'XRAY', ...more });
      const answer = await this.options.http.ask({ path: '/ListRetrievedTraces', body }, signal);
      let documents: JsonObject[] = [];
      next = undefined;
      for await (const item of answer.items({ 'Traces[]': 'trace', 'Traces[].Spans[]': 'span' })) {
        const value = item.read();
        if (item.label === 'span') documents.push(value);
        else if (item.label === 'trace') {
          const id = String(value.Id);
          if (documents.length > 0) found.set(id, [...(found.get(id) ?? []), ...documents]);
          documents = [];
        } else {
          next = value.NextToken;
          if (typeof value.RetrievalStatus === 'string') status = value.RetrievalStatus;
        }
      }
    } while (typeof next === 'string' && next !== '');
    return { status, found, isCut: typeof next === 'string' && next !== '' };
  }

  /** Half a day around the seconds that ids made for X-Ray begin with; of other ids, as long as traces are kept. */
  private rangeOf(ids: readonly TraceId[]): { StartTime: number; EndTime: number } {
    const now = Math.floor(this.options.now() / 1000);
    const seconds = ids.map((id) => parseInt(id.slice(0, 8), 16));
    const [first, last] = [Math.min(...seconds), Math.max(...seconds)];
    if (last > now || first < now - KEPT_S) return { StartTime: now - KEPT_S, EndTime: now };
    return { StartTime: first - DAY_S / 2, EndTime: Math.min(now, last + DAY_S / 2) };
  }
}

function isUnderWay(status: string): boolean {
  return status === 'SCHEDULED' || status === 'RUNNING';
}

interface Retrieved {
  /** Documents by the ids of their traces, as X-Ray writes them. */
  readonly found: ReadonlyMap<string, readonly JsonObject[]>;
  /** There were more pages than requests. */
  readonly isCut: boolean;
}

const NOTHING: Retrieved = { found: new Map(), isCut: false };
