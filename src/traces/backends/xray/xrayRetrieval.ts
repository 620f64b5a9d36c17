import type { TraceId } from '../../../model/ids';
import type { Logger } from '../../../base/logger';
import { xraySpans } from '../../formats/xraySpans';
import type { JsonObject } from '../../otlp/jsonFields';
import { hasFault } from '../backendError';
import type { SpanCollector } from '../spanCollector';
import type { BackendHttp } from '../transport/backendHttp';
import { pause } from '../transport/retry';
import { xrayTraceId } from './xrayIds';
import { completedSpans } from './xraySubsegments';

const DAY_S = 86_400;
/** X-Ray keeps traces this long. */
const KEPT_S = 30 * DAY_S;
/** How long a retrieval may take, and the pauses between questions for it. */
const PATIENCE_MS = 30_000;
const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 2_000;

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

  constructor(private readonly options: XrayRetrievalOptions) {}

  /** Collects a trace. @returns false if it is not there either. */
  async fetch(id: TraceId, into: SpanCollector, signal: AbortSignal): Promise<boolean> {
    const token = await this.start(id, signal);
    if (token === undefined) return false;
    const { firstPauseMs = FIRST_PAUSE_MS } = this.options;
    let waitedMs = 0;
    for (let wait = firstPauseMs; ; wait = Math.min(wait * 2, MAX_PAUSE_MS)) {
      const { status, documents } = await this.list(token, signal);
      if (documents.length > 0) into.addRecords(completedSpans([...xraySpans(documents)]));
      if (documents.length > 0 || (status !== 'SCHEDULED' && status !== 'RUNNING')) return documents.length > 0;
      if (waitedMs >= PATIENCE_MS) {
        this.options.logger.warn(`X-Ray looks for the trace ${id} for too long: it is still ${status}.`);
        return false;
      }
      await pause(wait, signal);
      waitedMs += wait;
    }
  }

  private async start(id: TraceId, signal: AbortSignal): Promise<string | undefined> {
    if (this.isRefused) return undefined;
    const body = JSON.stringify({ TraceIds: [xrayTraceId(id)], ...this.rangeOf(id) });
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

  private async list(token: string, signal: AbortSignal): Promise<{ status: string; documents: JsonObject[] }> {
    const documents: JsonObject[] = [];
    let status = '';
    let next: unknown;
    do {
      const page = {
        RetrievalToken: token,
        TraceFormat: 'XRAY',
        ...(typeof next === 'string' ? { NextToken: next } : {}),
      };
      const answer = await this.options.http.ask({ path: '/ListRetrievedTraces', body: JSON.stringify(page) }, signal);
      next = undefined;
      for await (const item of answer.items({ 'Traces[].Spans[]': 'span' })) {
        const value = item.read();
        if (item.label === 'span') documents.push(value);
        else {
          next = value.NextToken;
          if (typeof value.RetrievalStatus === 'string') status = value.RetrievalStatus;
        }
      }
    } while (typeof next === 'string' && next !== '');
    return { status, documents };
  }

  /** A day around the second that ids made for X-Ray begin with; of other ids, as long as traces are kept. */
  private rangeOf(id: TraceId): { StartTime: number; EndTime: number } {
    const now = Math.floor(this.options.now() / 1000);
    const second = parseInt(id.slice(0, 8), 16);
    if (second > now || second < now - KEPT_S) return { StartTime: now - KEPT_S, EndTime: now };
    return { StartTime: second - DAY_S / 2, EndTime: Math.min(now, second + DAY_S / 2) };
  }
}
