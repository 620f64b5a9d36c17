import type { TraceId } from '../../../model/ids';
import { millisLossy } from '../../../model/time';
import type { ConvertedSpan } from '../../formats/spanRecord';
import { hasFault } from '../backendError';
import { isSettled, KeptSample, KeptTraces } from '../keptSample';
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
/** Requests that are left to traces, however many lists are read. */
const FETCHES = 2;
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
  readonly memory: XraySampleMemory;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** What samples of a service learn for the next ones. */
export class XraySampleMemory {
  readonly kept: KeptSample;
  private readonly paces = new Map<string, Pace>();

  /** @param now epoch milliseconds. */
  constructor(now: () => number) {
    this.kept = new KeptSample(now);
  }

  /** How much of a service's traces fits into one answer. */
  paceOf(service: string): Pace {
    const pace = this.paces.get(service) ?? { answersOfTrace: 1 / AT_ONCE };
    this.paces.set(service, pace);
    return pace;
  }
}

/** X-Ray gives large traces in several answers: of more than fit into the requests, some would come in part. */
interface Pace {
  answersOfTrace: number;
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
  const kept = isNow ? sampler.memory.kept.of(request.service) : new KeptTraces(sampler.now);
  const { listed, isWhole, left } = await listTraces(sampler, request, { requests, kept }, signal);
  kept.prune(millisLossy(request.window.from), new Map(listed.map(({ id, stamp }) => [id, stamp])));
  const latest = wayBack(listed, AT_ONCE, kept);
  const settled = listed.filter(({ endMs }) => endMs !== undefined && isSettled(endMs, sampler.now()));
  const slots = AT_ONCE * Math.max(0, requests.left - 2);
  const others = [...settled, ...listed.filter((one) => !settled.includes(one))];
  const before = wayBack(others, slots, kept, latest.wanted);
  const chosen = new Set([...latest.wanted, ...before.wanted]);
  const apart = notable(listed.filter(({ id }) => !kept.has(id))).filter((one) => !chosen.has(one));
  const pace = sampler.memory.paceOf(request.service);
  const fetcher = new SampleFetcher(sampler, kept, { requests, left, pace });
  // One request is left to those that are worth it for what they are.
  await fetcher.fetch(latest.wanted, recent, { isSampled: true, reserved: Math.min(1, apart.length) }, signal);
  await fetcher.fetch(apart, extremes, { isSampled: false, reserved: 0 }, signal);
  for (let rest: readonly ListedTrace[] = before.wanted; rest.length > 0 && requests.left > 0;)
    rest = await fetcher.fetch(rest, recent, { isSampled: true, reserved: 0 }, signal);
  for (const { way } of [latest, before]) chooseAlong(way, kept, fetcher.asked);
  for (const { spans } of kept.sampled) recent.addRecords(spans);
  for (const { spans } of kept.others) extremes.addRecords(spans);
  const traces = kept.sampled.length + fetcher.notKept;
  sampler.memory.kept.trim();
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
  { requests, kept }: { readonly requests: RequestAllowance; readonly kept: KeptTraces },
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
    const fresh = listed.filter(({ id }) => !kept.has(id)).length;
    // Where most of what is listed is kept already, there is more to fetch further back.
    const isEnough = kept.isEmpty ? fresh > 0 || requests.left <= MAX_REQUESTS - MAX_PAGES : fresh >= AT_ONCE;
    if (isEnough || requests.left <= FETCHES || !requests.take()) break;
  }
  return { listed, isWhole, left };
}

/** The first of some traces that are not there yet, and all that were met on the way to them. */
function wayBack(
  candidates: readonly ListedTrace[],
  most: number,
  kept: KeptTraces,
  besides: readonly ListedTrace[] = [],
): { readonly wanted: readonly ListedTrace[]; readonly way: readonly ListedTrace[] } {
  const wanted: ListedTrace[] = [];
  const way: ListedTrace[] = [];
  for (const one of candidates) {
    if (wanted.length >= most) break;
    way.push(one);
    if (!kept.has(one.id) && !besides.includes(one)) wanted.push(one);
  }
  return { wanted, way };
}

/**
 * Traces that were there count from now on where all before them were asked for as well: one that was fetched because it is
 * long must not count for that.
 */
function chooseAlong(way: readonly ListedTrace[], kept: KeptTraces, asked: ReadonlySet<TraceId>): void {
  for (const { id } of way) {
    if (kept.has(id)) kept.choose(id);
    else if (!asked.has(id)) return;
  }
}

/** Some that failed, and the longest. */
function notable(listed: readonly ListedTrace[]): ListedTrace[] {
  const failed = listed.filter((trace) => trace.failed).slice(0, FAILED);
  const others = listed.filter((trace) => !failed.includes(trace)).sort((a, b) => b.durationS - a.durationS);
  return [...failed, ...others.slice(0, AT_ONCE - failed.length)];
}

/** What a sample may still take. */
interface SampleBudget {
  readonly requests: RequestAllowance;
  /** Bytes. */
  readonly left: number;
  readonly pace: Pace;
}

/** Fetches traces of a sample, and keeps those that came whole. */
class SampleFetcher {
  /** Traces that did not come whole: they count this time only. */
  notKept = 0;
  readonly asked = new Set<TraceId>();
  private readonly requests: RequestAllowance;
  private readonly pace: Pace;
  private left: number;

  constructor(
    private readonly sampler: XraySampler,
    private readonly kept: KeptTraces,
    { requests, left, pace }: SampleBudget,
  ) {
    this.requests = requests;
    this.left = left;
    this.pace = pace;
  }

  /**
   * Fetches as many as should come whole.
   *
   * @param isSampled they were chosen by when they were.
   * @param reserved requests that are for others.
   * @returns those that were not asked for.
   */
  async fetch(
    listed: readonly ListedTrace[],
    into: SpanSink,
    { isSampled, reserved }: { readonly isSampled: boolean; readonly reserved: number },
    signal: AbortSignal,
  ): Promise<readonly ListedTrace[]> {
    if (listed.length === 0 || this.requests.left <= 0) return listed;
    const fitting = Math.floor((this.requests.left - reserved) / this.pace.answersOfTrace + 1e-9);
    const asked = listed.slice(0, Math.max(1, Math.min(AT_ONCE, fitting)));
    for (const { id } of asked) this.asked.add(id);
    const came: (readonly ConvertedSpan[])[] = [];
    const sink: SpanSink = { addRecords: (spans) => void came.push(spans) };
    const isWhole = await this.ask(
      asked.map(({ id }) => id),
      sink,
      signal,
    );
    const stamps = new Map(asked.map(({ id, stamp }) => [id, stamp]));
    for (const spans of came) {
      const id = spans.flatMap((span) => ('traceId' in span ? span.traceId : []))[0];
      const stamp = id === undefined ? undefined : stamps.get(id);
      if (isWhole && id !== undefined && stamp !== undefined) this.kept.keep({ id, spans, stamp }, isSampled);
      else {
        into.addRecords(spans);
        if (isSampled) this.notKept++;
      }
    }
    return listed.slice(asked.length);
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
      const before = requests.left;
      const limits = { maxWireBytes: this.left, requests, asksOnce: true };
      const { wireBytes, missing, isCut } = await traces.fetch(ids, sink, signal, limits);
      this.left -= wireBytes;
      if (missing.length < ids.length) {
        this.learn(ids.length - missing.length, before - requests.left + (isCut ? 1 : 0));
        return !isCut;
      }
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

  /** What fits into one answer says nothing of how much more would. */
  private learn(traces: number, answers: number): void {
    const { pace } = this;
    if (answers > 1) pace.answersOfTrace = answers / traces;
    else if (traces >= 1 / pace.answersOfTrace) pace.answersOfTrace = Math.max(1 / AT_ONCE, pace.answersOfTrace / 2);
  }
}
