import type { TraceId } from '../../../model/ids';
import { millisLossy } from '../../../model/time';
import type { ConvertedSpan } from '../../formats/spanRecord';
import { hasFault } from '../backendError';
import { isSettled, KeptTraces, type KeptSample } from '../keptSample';
import type { SampleSize, ServiceSampling, ServiceSample } from '../sampledOperations';
import type { BackendHttp } from '../transport/backendHttp';
import { RequestAllowance } from '../transport/requestAllowance';
import { filterExpression, type IndexedAttributes } from './xrayFilter';
import type { XrayRetrieval } from './xrayRetrieval';
import { summaryPages, type ListedTrace } from './xraySummaries';
import type { SpanSink, XrayTraces } from './xrayTraces';

/** What one sample may ask for: lists of traces, traces, and those that were put off. */
const MAX_REQUESTS = 5;
/** Lists that are read: the first page of a filtered search may be empty. */
const MAX_PAGES = 2;
/** The part of a sample's bytes that lists may take: they only say which traces to fetch. */
const SUMMARIES_SHARE = 0.3;
/** As many as one question for traces takes. */
const AT_ONCE = 5;
/** Of the traces that are fetched for what they are, the failed ones; the others are the longest. */
const FAILED = 2;

/** What {@link sampleXray} asks. */
export interface XraySampler {
  readonly http: BackendHttp;
  readonly traces: XrayTraces;
  readonly retrieval: XrayRetrieval;
  readonly indexed: IndexedAttributes;
  readonly kept: KeptSample;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * Some of the latest traces of a service, and of those that are listed with them the longest and some that failed: X-Ray
 * gives five traces at once, so that few requests are few traces, and a list says which are worth one. What was fetched
 * for samples before is kept, and others are fetched each time.
 */
export async function sampleXray(
  sampler: XraySampler,
  request: ServiceSampling,
  { recent, extremes }: ServiceSample,
  signal: AbortSignal,
): Promise<SampleSize> {
  const requests = new RequestAllowance(MAX_REQUESTS);
  // What is over is asked for once: what is kept is of the time until now.
  const isNow = !isSettled(millisLossy(request.window.to), sampler.now());
  const kept = isNow ? sampler.kept.of(request.service) : new KeptTraces(sampler.now);
  const { listed, isWhole, left } = await listTraces(sampler, request, requests, signal);
  kept.prune(millisLossy(request.window.from), new Map(listed.map(({ id, stamp }) => [id, stamp])));
  const isWanted = wantedOnes(kept);
  const latest = isWanted(listed, AT_ONCE);
  const settled = listed.filter(({ endMs }) => endMs !== undefined && isSettled(endMs, sampler.now()));
  const slots = AT_ONCE * Math.max(0, requests.left - 2);
  const before = isWanted([...settled, ...listed.filter((one) => !settled.includes(one))], slots, latest);
  const apart = notable(listed.filter(({ id }) => !kept.has(id))).filter(
    (one) => !latest.includes(one) && !before.includes(one),
  );
  const fetcher = new SampleFetcher(sampler, kept, { requests, left });
  await fetcher.fetch(latest, recent, true, signal);
  await fetcher.fetch(apart, extremes, false, signal);
  for (let from = 0; from < before.length; from += AT_ONCE) {
    await fetcher.fetch(before.slice(from, from + AT_ONCE), recent, true, signal);
  }
  for (const { spans } of kept.sampled) recent.addRecords(spans);
  for (const { spans } of kept.others) extremes.addRecords(spans);
  const traces = kept.sampled.length + fetcher.notKept;
  sampler.kept.trim();
  return { traces, listed: Math.max(traces, listed.length), isMore: !isWhole };
}

interface Listed {
  readonly listed: readonly ListedTrace[];
  /** There are no others. */
  readonly isWhole: boolean;
  /** Bytes that the sample may still take. */
  readonly left: number;
}

async function listTraces(
  { http, indexed }: XraySampler,
  { service, window, maxWireBytes }: ServiceSampling,
  requests: RequestAllowance,
  signal: AbortSignal,
): Promise<Listed> {
  const filter = filterExpression({ service, window, limit: 0 }, indexed);
  const search = { window, filter, maxWireBytes: maxWireBytes * SUMMARIES_SHARE };
  const listed: ListedTrace[] = [];
  let left = maxWireBytes;
  let isWhole = false;
  requests.take();
  for await (const page of summaryPages(http, search, signal)) {
    left -= page.wireBytes;
    listed.push(...page.traces);
    isWhole = page.isLast;
    if (listed.length > 0 || requests.left <= MAX_REQUESTS - MAX_PAGES || !requests.take()) break;
  }
  return { listed, isWhole, left };
}

/**
 * The first of some traces that are not there yet. Those before them that are there were reached by the same way, and
 * count from now on: a trace that was fetched because it is long must not count for that.
 */
function wantedOnes(kept: KeptTraces) {
  return (candidates: readonly ListedTrace[], most: number, besides: readonly ListedTrace[] = []): ListedTrace[] => {
    const wanted: ListedTrace[] = [];
    for (const one of candidates) {
      if (wanted.length >= most) break;
      if (kept.has(one.id)) kept.choose(one.id);
      else if (!besides.includes(one)) wanted.push(one);
    }
    return wanted;
  };
}

/** Some that failed, and the longest. */
function notable(listed: readonly ListedTrace[]): ListedTrace[] {
  const failed = listed.filter((trace) => trace.failed).slice(0, FAILED);
  const others = listed.filter((trace) => !failed.includes(trace)).sort((a, b) => b.durationS - a.durationS);
  return [...failed, ...others.slice(0, AT_ONCE - failed.length)];
}

/** Fetches traces of a sample, and keeps those that came whole. */
class SampleFetcher {
  /** Traces that did not come whole: they count this time only. */
  notKept = 0;
  private readonly requests: RequestAllowance;
  private left: number;

  constructor(
    private readonly sampler: XraySampler,
    private readonly kept: KeptTraces,
    { requests, left }: { readonly requests: RequestAllowance; readonly left: number },
  ) {
    this.requests = requests;
    this.left = left;
  }

  /** @param isSampled they were chosen by when they were. */
  async fetch(listed: readonly ListedTrace[], into: SpanSink, isSampled: boolean, signal: AbortSignal): Promise<void> {
    if (listed.length === 0 || this.requests.left <= 0) return;
    const came: (readonly ConvertedSpan[])[] = [];
    const sink: SpanSink = { addRecords: (spans) => void came.push(spans) };
    const ids = listed.map(({ id }) => id);
    const isWhole = await this.ask(ids, sink, signal);
    const stamps = new Map(listed.map(({ id, stamp }) => [id, stamp]));
    for (const spans of came) {
      const id = spans.flatMap((span) => ('traceId' in span ? span.traceId : []))[0];
      const stamp = id === undefined ? undefined : stamps.get(id);
      if (isWhole && id !== undefined && stamp !== undefined) this.kept.keep({ id, spans, stamp }, isSampled);
      else {
        into.addRecords(spans);
        if (isSampled) this.notKept++;
      }
    }
  }

  /** @returns whether all that came is whole. */
  private async ask(ids: readonly TraceId[], sink: SpanSink, signal: AbortSignal): Promise<boolean> {
    const { traces, retrieval } = this.sampler;
    const { requests } = this;
    try {
      if (retrieval.wasUsed) {
        const { missing, isCut } = await retrieval.fetch(ids, sink, signal, requests);
        if (missing.length < ids.length) return !isCut;
      }
      const limits = { maxWireBytes: this.left, requests, asksOnce: true };
      const { wireBytes, missing, isCut } = await traces.fetch(ids, sink, signal, limits);
      this.left -= wireBytes;
      if (missing.length < ids.length) return !isCut;
      // Where X-Ray has none of them, the account's spans lie elsewhere.
      return !(await retrieval.fetch(ids, sink, signal, requests)).isCut;
    } catch (error) {
      // The bound is ours; what was read before it counts.
      if (!hasFault(error, 'tooLarge') || error.status !== undefined) throw error;
      this.left = 0;
      requests.left = 0;
      return false;
    }
  }
}
