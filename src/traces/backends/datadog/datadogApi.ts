import type { Logger } from '../../../base/logger';
import { nanosFromMillis, type TimeWindow } from '../../../model/time';
import { isObject, type JsonObject } from '../../otlp/jsonFields';
import type { BackendError } from '../backendError';
import { hasFault } from '../backendError';
import { urlPath, type BackendHttp, type BackendRequest } from '../transport/backendHttp';
import type { DatadogKeys } from './datadogKeys';
import { keysRefused } from './datadogRefusal';

/** What the spans search gives at once. */
export const LARGEST_PAGE = 1000;
const NANOS_PER_MS = 1_000_000n;

/** What {@link DatadogApi} is made of. */
export interface DatadogApiParts {
  readonly http: BackendHttp;
  readonly keys: DatadogKeys;
  readonly name: string;
  readonly address: string;
  readonly logger: Logger;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** A search for spans. */
export interface SpanSearch {
  /** In Datadog's query language. */
  readonly query: string;
  readonly window: TimeWindow;
  /** Spans of one page. */
  readonly limit: number;
  readonly maxWireBytes?: number;
  /** Nobody waits for it. */
  readonly isBackground?: boolean;
}

/** A page of spans, the latest first. */
export interface SpanPage {
  /** As Datadog has them: `{ id, type, attributes }`. */
  readonly items: readonly unknown[];
  readonly wireBytes: number;
}

/** What is counted of a group: `{ aggregation: 'pc95', metric: '@duration' }`. */
export interface Compute {
  readonly aggregation: string;
  readonly metric?: string;
  readonly type?: 'total' | 'timeseries';
  readonly interval?: string;
}

/** A dimension of groups. */
export interface GroupBy {
  readonly facet: string;
  readonly limit: number;
  readonly missing?: string;
  readonly sort?: JsonObject;
}

/** A question for numbers. */
export interface Aggregation extends Omit<SpanSearch, 'limit'> {
  readonly compute: readonly Compute[];
  readonly groupBy: readonly GroupBy[];
}

/** One group of an answer. */
export interface CountedGroup {
  /** By facet. */
  readonly by: JsonObject;
  /** By the order in which they were asked for. */
  readonly values: readonly unknown[];
}

/** The groups, and why they are not all; undefined where they are. */
export interface CountedGroups {
  readonly groups: readonly CountedGroup[];
  readonly partial: string | undefined;
}

/** Datadog's API for spans. */
export class DatadogApi {
  constructor(private readonly parts: DatadogApiParts) {}

  /** All pages of a search, until whoever reads has enough. */
  async *search(search: SpanSearch, signal: AbortSignal): AsyncGenerator<SpanPage> {
    let cursor: string | undefined;
    let left = search.maxWireBytes ?? Infinity;
    do {
      const page = { limit: Math.min(LARGEST_PAGE, search.limit), ...(cursor === undefined ? {} : { cursor }) };
      const options = { timezone: 'UTC' };
      const attributes = { filter: this.filter(search), options, page, sort: '-timestamp' };
      const request = {
        ...this.post('/api/v2/spans/events/search', 'search_request', attributes, search),
        rate: 'search',
      };
      const { body, wireBytes } = await this.ask({ ...request, maxWireBytes: left }, signal);
      left -= wireBytes;
      const items = Array.isArray(body.data) ? (body.data as unknown[]) : [];
      this.warn(body);
      yield { items, wireBytes };
      // The last page names no next one.
      const meta = isObject(body.meta) && isObject(body.meta.page) ? body.meta.page : {};
      const next = typeof meta.after === 'string' && meta.after !== cursor ? meta.after : undefined;
      cursor = items.length === 0 ? undefined : next;
    } while (cursor !== undefined);
  }

  /** Numbers of groups of spans. */
  async aggregate(question: Aggregation, signal: AbortSignal): Promise<CountedGroups> {
    const { compute, groupBy, maxWireBytes } = question;
    const attributes = { compute, filter: this.filter(question), group_by: groupBy, options: { timezone: 'UTC' } };
    const request = this.post('/api/v2/spans/analytics/aggregate', 'aggregate_request', attributes, question);
    const bound = maxWireBytes === undefined ? {} : { maxWireBytes };
    const { body } = await this.ask({ ...request, rate: 'aggregate', ...bound }, signal);
    const partial = this.warn(body);
    const groups = (Array.isArray(body.data) ? (body.data as unknown[]) : []).flatMap((bucket) => {
      const found = isObject(bucket) && isObject(bucket.attributes) ? bucket.attributes : {};
      const computed = isObject(found.compute) ? found.compute : found.computes;
      if (!isObject(computed)) return [];
      return { by: isObject(found.by) ? found.by : {}, values: compute.map((_, at) => computed[`c${at}`]) };
    });
    return { groups, partial };
  }

  /**
   * A trace as a whole, an endpoint that Datadog calls unstable and that not everybody may use.
   * @returns undefined where it does not have the trace, or is not to be had.
   */
  async wholeTrace(id: string, signal: AbortSignal): Promise<JsonObject | undefined> {
    const path = urlPath`/api/v2/trace/${id}`;
    const answer = await this.parts.http.ask({ path, rate: 'trace', accept: [400, 403, 404, 413] }, signal);
    if (answer.status < 300) return answer.object();
    answer.discard();
    return undefined;
  }

  private post(path: string, type: string, attributes: object, { isBackground = false }: Partial<SpanSearch>) {
    return { path, body: JSON.stringify({ data: { attributes, type } }), isBackground } satisfies BackendRequest;
  }

  private async ask(request: BackendRequest, signal: AbortSignal): Promise<{ body: JsonObject; wireBytes: number }> {
    try {
      const answer = await this.parts.http.ask(request, signal);
      const body = await answer.object();
      return { body, wireBytes: answer.wireBytes };
    } catch (error) {
      if (signal.aborted || !hasFault(error, 'forbidden')) throw error;
      throw await this.whyForbidden(error, signal);
    }
  }

  /** Datadog answers alike to keys that it does not know, at this site, and to those without the right. */
  private async whyForbidden(error: BackendError, signal: AbortSignal): Promise<BackendError> {
    const { http, keys, name, address } = this.parts;
    let isKnown: boolean | undefined;
    try {
      const answer = await http.ask({ path: '/api/v1/validate', accept: [403], idempotent: false }, signal);
      const said = await answer.object();
      isKnown = answer.status < 300 ? said.valid === true : Array.isArray(said.errors) ? false : undefined;
    } catch {
      signal.throwIfAborted();
    }
    if (isKnown === false) keys.apiKeyRefused();
    return isKnown === undefined ? error : keysRefused({ name, address }, isKnown);
  }

  private filter({ query, window }: Pick<SpanSearch, 'query' | 'window'>): JsonObject {
    // Nothing is in the future, and an end before the beginning is an error.
    const latest = nanosFromMillis(this.parts.now() + 60_000);
    const from = window.from / NANOS_PER_MS;
    const to = (window.to < latest ? window.to : latest) / NANOS_PER_MS + 1n;
    return { query, from: String(from), to: String(to > from ? to : from + 1n) };
  }

  /** What an answer says of what it lacks. */
  private warn({ meta }: JsonObject): string | undefined {
    if (!isObject(meta)) return undefined;
    const warnings = (Array.isArray(meta.warnings) ? (meta.warnings as unknown[]) : []).flatMap((warning) => {
      const text = isObject(warning) ? (warning.detail ?? warning.title) : undefined;
      return typeof text === 'string' ? this.parts.http.quotable(text) : [];
    });
    const said = meta.status === 'timeout' ? ['it ran out of time', ...warnings] : warnings;
    if (said.length === 0) return undefined;
    this.parts.logger.warn(`${this.parts.name} did not answer in full: ${said.join('; ')}`);
    return said.join('; ');
  }
}
