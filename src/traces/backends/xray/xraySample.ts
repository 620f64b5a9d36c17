import type { TraceId } from '../../../model/ids';
import { hasFault } from '../backendError';
import type { ServiceSampling, ServiceSample } from '../sampledOperations';
import type { SpanCollector } from '../spanCollector';
import type { BackendHttp } from '../transport/backendHttp';
import { RequestAllowance } from '../transport/requestAllowance';
import { filterExpression, type IndexedAttributes } from './xrayFilter';
import type { XrayRetrieval } from './xrayRetrieval';
import { summaryPages, type ListedTrace } from './xraySummaries';
import type { XrayTraces } from './xrayTraces';

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
}

/**
 * Some of the latest traces of a service, and of those that are listed with them the longest and some that failed: X-Ray
 * gives five traces at once, so that few requests are few traces, and a list says which are worth one.
 */
export async function sampleXray(
  { http, traces, retrieval, indexed }: XraySampler,
  { service, window, maxWireBytes }: ServiceSampling,
  { recent, extremes }: ServiceSample,
  signal: AbortSignal,
): Promise<void> {
  const requests = new RequestAllowance(MAX_REQUESTS);
  const filter = filterExpression({ service, window, limit: 0 }, indexed);
  const search = { window, filter, maxWireBytes: maxWireBytes * SUMMARIES_SHARE };
  const listed: ListedTrace[] = [];
  let left = maxWireBytes;
  requests.take();
  for await (const page of summaryPages(http, search, signal)) {
    left -= page.wireBytes;
    listed.push(...page.traces);
    if (listed.length > 0 || requests.left <= MAX_REQUESTS - MAX_PAGES || !requests.take()) break;
  }
  const fetch = async (ids: readonly TraceId[], into: SpanCollector): Promise<void> => {
    if (ids.length === 0 || requests.left <= 0) return;
    try {
      const elsewhere = retrieval.wasUsed ? await retrieval.fetch(ids, into, signal, requests) : ids;
      if (elsewhere.length < ids.length) return;
      const limits = { maxWireBytes: left, requests, asksOnce: true };
      const { wireBytes, missing } = await traces.fetch(ids, into, signal, limits);
      left -= wireBytes;
      // Where X-Ray has none of them, the account's spans lie elsewhere.
      if (missing.length === ids.length) await retrieval.fetch(ids, into, signal, requests);
    } catch (error) {
      // The bound is ours; what was read before it counts.
      if (!hasFault(error, 'tooLarge') || error.status !== undefined) throw error;
      left = 0;
      requests.left = 0;
    }
  };
  const latest = listed.slice(0, AT_ONCE * Math.max(1, requests.left - 1));
  const others = notable(listed.slice(AT_ONCE));
  await fetch(
    latest.slice(0, AT_ONCE).map(({ id }) => id),
    recent,
  );
  const apart = others.filter((one) => !latest.includes(one)).map(({ id }) => id);
  await fetch(apart, extremes);
  await fetch(
    latest.slice(AT_ONCE).map(({ id }) => id),
    recent,
  );
}

/** Some that failed, and the longest. */
function notable(listed: readonly ListedTrace[]): ListedTrace[] {
  const failed = listed.filter((trace) => trace.failed).slice(0, FAILED);
  const others = listed.filter((trace) => !failed.includes(trace)).sort((a, b) => b.durationS - a.durationS);
  return [...failed, ...others.slice(0, AT_ONCE - failed.length)];
}
