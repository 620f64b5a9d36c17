import type { Logger } from '../../../base/logger';
import type { TraceId } from '../../../model/ids';
import type { ConvertedSpan } from '../../formats/spanRecord';
import { xraySpans } from '../../formats/xraySpans';
import type { JsonObject } from '../../otlp/jsonFields';
import type { BackendHttp } from '../transport/backendHttp';
import { backoffMs, pause, type RetryPolicy } from '../transport/retry';
import { RequestAllowance } from '../transport/requestAllowance';
import { traceIdOfXray, xrayTraceId } from './xrayIds';
import { completedSpans } from './xraySubsegments';

/** As many as BatchGetTraces takes. */
const IDS_AT_ONCE = 5;
/** How often traces are asked for that X-Ray has put off. */
const ROUNDS = 3;

/** How {@link XrayTraces} is set up. */
export interface XrayTracesOptions {
  readonly http: BackendHttp;
  readonly logger: Logger;
  /** The pause before traces are asked for that were put off. */
  readonly retry: RetryPolicy;
}

/** How much may be asked and read for some traces. */
export interface FetchLimits {
  /** Of all answers together. */
  readonly maxWireBytes?: number;
  /** Traces that it does not suffice for are left out, or come in part. */
  readonly requests?: RequestAllowance;
  /** Asks once for each trace: those that X-Ray puts off are missing, which costs a sample less than a request does. */
  readonly asksOnce?: boolean;
}

/** What fetching some traces came to. */
export interface FetchedTraces {
  readonly wireBytes: number;
  /** Those of which X-Ray gave nothing: it does not have them, or put them off again and again. */
  readonly missing: readonly TraceId[];
  /** Requests did not last for all of what was begun: the last trace may lack spans. */
  readonly isCut: boolean;
}

/** Where spans go, those of one trace at a time. */
export interface SpanSink {
  addRecords(spans: readonly ConvertedSpan[]): void;
}

/** Fetches whole traces by their ids: `BatchGetTraces`, which takes five at once. */
export class XrayTraces {
  constructor(private readonly options: XrayTracesOptions) {}

  /**
   * Collects traces; what came before an error is kept.
   * @throws BackendError, `tooLarge` without a status beyond `maxWireBytes`.
   */
  async fetch(
    ids: readonly TraceId[],
    into: SpanSink,
    signal: AbortSignal,
    { maxWireBytes = Infinity, requests = new RequestAllowance(), asksOnce = false }: FetchLimits = {},
  ): Promise<FetchedTraces> {
    const missing: TraceId[] = [];
    let wireBytes = 0;
    let isCut = false;
    for (let from = 0; from < ids.length && requests.left > 0; from += IDS_AT_ONCE) {
      const batch = ids.slice(from, from + IDS_AT_ONCE);
      const limits = { maxWireBytes: maxWireBytes - wireBytes, requests, asksOnce };
      const fetched = await this.fetchBatch(batch, into, limits, signal);
      wireBytes += fetched.wireBytes;
      missing.push(...fetched.missing);
      isCut ||= fetched.isCut;
    }
    return { wireBytes, missing, isCut };
  }

  private async fetchBatch(
    ids: readonly TraceId[],
    into: SpanSink,
    { maxWireBytes, requests, asksOnce }: Required<FetchLimits>,
    signal: AbortSignal,
  ): Promise<FetchedTraces> {
    const segments = new Map<string, JsonObject[]>();
    let wireBytes = 0;
    let isCut = false;
    let left = ids.map(xrayTraceId);
    const { retry } = this.options;
    try {
      for (let round = 1; left.length > 0 && round <= ROUNDS && requests.left > 0; round++) {
        if (round > 1) await pause(backoffMs(round - 1, retry), signal);
        const limits = { maxWireBytes: maxWireBytes - wireBytes, requests };
        const answer = await this.ask(left, segments, limits, signal);
        wireBytes += answer.wireBytes;
        isCut ||= answer.isCut;
        if (asksOnce) break;
        // What is not named again is not there at all.
        left = left.filter((id) => answer.putOff.has(id) && !segments.has(id));
      }
    } finally {
      for (const found of segments.values()) into.addRecords(completedSpans([...xraySpans(found)]));
    }
    return { wireBytes, missing: ids.filter((id) => !segments.has(xrayTraceId(id))), isCut };
  }

  /** One question, and its pages to the end. A trace may be spread over several. */
  private async ask(
    ids: readonly string[],
    segments: Map<string, JsonObject[]>,
    { maxWireBytes, requests }: Omit<Required<FetchLimits>, 'asksOnce'>,
    signal: AbortSignal,
  ): Promise<{ wireBytes: number; putOff: ReadonlySet<string>; isCut: boolean }> {
    const putOff = new Set<string>();
    let wireBytes = 0;
    let token: unknown;
    do {
      if (!requests.take()) break;
      const body = JSON.stringify({ TraceIds: ids, ...(typeof token === 'string' ? { NextToken: token } : {}) });
      const request = { path: '/Traces', body, maxWireBytes: maxWireBytes - wireBytes };
      const answer = await this.options.http.ask(request, signal);
      let found: JsonObject[] = [];
      token = undefined;
      for await (const item of answer.items({ 'Traces[]': 'trace', 'Traces[].Segments[]': 'segment' })) {
        const value = item.read();
        if (item.label === 'segment') found.push(value);
        else if (item.label === 'trace') {
          this.add(value, found, segments);
          found = [];
        } else {
          token = value.NextToken;
          const listed = Array.isArray(value.UnprocessedTraceIds) ? (value.UnprocessedTraceIds as unknown[]) : [];
          for (const id of listed) if (typeof id === 'string') putOff.add(id);
        }
      }
      wireBytes += answer.wireBytes;
    } while (typeof token === 'string' && token !== '');
    return { wireBytes, putOff, isCut: typeof token === 'string' && token !== '' };
  }

  private add(trace: JsonObject, found: readonly JsonObject[], segments: Map<string, JsonObject[]>): void {
    const { Id: id, LimitExceeded: isCut } = trace;
    if (typeof id !== 'string' || found.length === 0) return;
    if (isCut === true) {
      this.options.logger.warn(`X-Ray keeps only a part of the trace ${traceIdOfXray(id) ?? id}: it is too large.`);
    }
    segments.set(id, [...(segments.get(id) ?? []), ...found]);
  }
}
