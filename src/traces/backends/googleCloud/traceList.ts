import { googleTraceSpans, isGoogleTrace } from '../../formats/googleTraceSpans';
import type { TimeWindow } from '../../../model/time';
import { isObject, type JsonObject } from '../../otlp/jsonFields';
import { itemsOf, textOf } from '../../formats/recordValues';
import { hasFault } from '../backendError';
import { SpanCollector } from '../spanCollector';
import { urlPath, type BackendHttp } from '../transport/backendHttp';
import { isoTime } from './isoTime';

/** What one list takes of the quota of reading; a single trace takes 1 (Google Cloud, "Quotas and limits"). */
const LIST_UNITS = 25;
/** The most that one page holds. */
export const MAX_PAGE = 1_000;
/** Pages without a trace that are passed over. */
const MAX_EMPTY = 20;
const ENVIRONMENTS = ['deployment.environment.name', 'deployment.environment'];

/** Some traces to be listed whole. */
export interface TraceListQuery {
  readonly project: string;
  readonly window: TimeWindow;
  /** In the service's own language; all traces where left out. */
  readonly filter?: string | undefined;
  readonly pageSize: number;
  /** `start desc` where left out. */
  readonly orderBy?: string;
  /** Only traces with a span of this environment. */
  readonly environment?: string | undefined;
  /** Of all pages together; what came until then is kept, and the last page says so. */
  readonly maxWireBytes?: number;
  /** Nobody waits for them. */
  readonly isBackground?: boolean;
  /** Where the spans go; each page has a collector of its own where left out. */
  readonly into?: SpanCollector;
}

/** One page of a list. */
export interface TracePage {
  readonly traces: number;
  readonly collector: SpanCollector;
  readonly wireBytes: number;
  /** The bound on bytes ended it. */
  readonly wasCut: boolean;
}

/** `projects.traces.list` with whole traces, page by page to the end. A page may be empty and not the last. */
export async function* tracePages(
  http: BackendHttp,
  query: TraceListQuery,
  signal: AbortSignal,
): AsyncGenerator<TracePage> {
  const { maxWireBytes = Infinity } = query;
  let left = maxWireBytes;
  let empty = 0;
  for (let token: string | undefined = ''; token !== undefined && left > 0 && empty <= MAX_EMPTY;) {
    const page = await listPage(http, query, token, left, signal);
    left -= page.wireBytes;
    empty = page.traces === 0 ? empty + 1 : 0;
    yield page;
    token = page.wasCut || page.next === token ? undefined : page.next;
  }
}

async function listPage(
  http: BackendHttp,
  { project, window, filter, pageSize, orderBy = 'start desc', environment, isBackground, into }: TraceListQuery,
  pageToken: string,
  maxWireBytes: number,
  signal: AbortSignal,
): Promise<TracePage & { readonly next: string | undefined }> {
  const collector = into ?? new SpanCollector();
  const answer = await http.ask(
    {
      path: urlPath`/v1/projects/${project}/traces`,
      query: {
        view: 'COMPLETE',
        pageSize: Math.min(MAX_PAGE, pageSize),
        ...{ startTime: isoTime(window.from), endTime: isoTime(window.to) },
        ...{ filter, orderBy, pageToken: pageToken === '' ? undefined : pageToken },
      },
      ...{ weight: LIST_UNITS, isBackground: isBackground ?? false, maxWireBytes },
    },
    signal,
  );
  let traces = 0;
  let next: string | undefined;
  let wasCut = false;
  try {
    for await (const item of answer.items({ 'traces[]': 'trace' })) {
      const value = item.read();
      if (item.label === '') next = textOf(value.nextPageToken) || undefined;
      else {
        traces++;
        if (environment === undefined || isOf(value, environment)) collector.addRecords(googleTraceSpans(value));
      }
    }
  } catch (error) {
    // The bound is ours; with a status it is the service that finds something too large.
    if (!hasFault(error, 'tooLarge') || error.status !== undefined) throw error;
    wasCut = true;
  }
  return { traces, collector, wireBytes: answer.wireBytes, wasCut, next };
}

/** `projects.traces.get`. @returns the spans that it gave; undefined if there is no such trace. */
export async function fetchTrace(
  http: BackendHttp,
  project: string,
  id: string,
  into: SpanCollector,
  signal: AbortSignal,
): Promise<number | undefined> {
  const answer = await http.ask({ path: urlPath`/v1/projects/${project}/traces/${id}`, accept: [404] }, signal);
  if (answer.status === 404) {
    const body = await answer.text();
    // Whatever stands in between answers 404 as well, but not in this way.
    if (/"error"\s*:/.test(body)) return undefined;
    throw answer.fault(body);
  }
  const trace = await answer.object();
  if (!isGoogleTrace(trace)) return 0;
  into.addRecords(googleTraceSpans(trace));
  return itemsOf(trace.spans).length;
}

function isOf(trace: JsonObject, environment: string): boolean {
  const labels = itemsOf(trace.spans).flatMap((span) => (isObject(span) && isObject(span.labels) ? [span.labels] : []));
  return labels.some((own) => ENVIRONMENTS.some((name) => own[name] === environment));
}
