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

/** As many as StartTraceRetrieval takes. */
const IDS_AT_ONCE = 100;
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

  /** Collects traces. @returns those that are not there either. */
  async fetch(ids: readonly TraceId[], into: SpanCollector, signal: AbortSignal): Promise<readonly TraceId[]> {
    const missing: TraceId[] = [];
    for (let from = 0; from < ids.length; from += IDS_AT_ONCE) {
      const batch = ids.slice(from, from + IDS_AT_ONCE);
      const found = await this.retrieve(batch, signal);
      for (const documents of found.values()) into.addRecords(completedSpans([...xraySpans(documents)]));
      missing.push(...batch.filter((id) => !found.has(xrayTraceId(id))));
    }
    return missing;
  }

  private async retrieve(ids: readonly TraceId[], signal: AbortSignal): Promise<Retrieved> {
    const token = await this.start(ids, signal);
    if (token === undefined) return new Map();
    const { firstPauseMs = FIRST_PAUSE_MS } = this.options;
    let waitedMs = 0;
    for (let wait = firstPauseMs; ; wait = Math.min(wait * 2, MAX_PAUSE_MS)) {
      const { status, found } = await this.list(token, signal);
      if (found.size > 0 || (status !== 'SCHEDULED' && status !== 'RUNNING')) return found;
      if (waitedMs >= PATIENCE_MS) {
        this.options.logger.warn(`X-Ray looks for ${ids.length} traces for too long: it is still ${status}.`);
        return found;
      }
      await pause(wait, signal);
      waitedMs += wait;
    }
  }

  private async start(ids: readonly TraceId[], signal: AbortSignal): Promise<string | undefined> {
    if (this.isRefused) return undefined;
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

  private async list(token: string, signal: AbortSignal): Promise<{ status: string; found: Retrieved }> {
    const found = new Map<string, JsonObject[]>();
    let status = '';
    let next: unknown;
    do {
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
    return { status, found };
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

/** Documents by the ids of their traces, as X-Ray writes them. */
type Retrieved = ReadonlyMap<string, readonly JsonObject[]>;
