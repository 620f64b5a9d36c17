import type { Logger } from '../../../base/logger';
import { isObject, type JsonObject } from '../../otlp/jsonFields';
import { BackendError } from '../backendError';
import type { BackendAnswer } from '../transport/backendAnswer';
import { urlPath, type BackendHttp } from '../transport/backendHttp';
import type { Refusal } from '../transport/refusal';
import { noIndex, reasonIn } from './searchRefusal';
import { FieldCatalog } from './fieldCatalog';

/** Bounds of what one question may bring. */
const MAX_FIELDS_BYTES = 16 << 20;
/** What of an answer is needed whatever was asked for: without `error`, an error would come as `{}`. */
const ALWAYS = ['error', 'status', 'timed_out', '_shards', '_clusters'];

/** Bounds and parts of an answer. */
export interface SearchOptions {
  /** The only parts of the answer that are sent: `aggregations.services.buckets`. All where left out. */
  readonly parts?: readonly string[];
  readonly maxWireBytes?: number;
}

/** An answer without hits. */
export interface AggregatedAnswer {
  readonly body: JsonObject;
  /** Why it is not whole, as the end of a sentence; undefined where it is. */
  readonly partial: string | undefined;
  readonly wireBytes: number;
}

/** One hit as it came. */
export interface Hit {
  readonly hit: JsonObject;
  /** The values that it was sorted by; long numbers as texts. */
  readonly sort: readonly unknown[];
}

/** What a {@link SearchApi} is set up with. */
export interface SearchApiSetup {
  readonly http: BackendHttp;
  /** The backend's name, for words. */
  readonly name: string;
  readonly address: string;
  /** Which indices: names, patterns and lists of them. */
  readonly index: string;
  readonly logger: Logger;
  /** What it means that no index fits, where that is more than its absence. */
  readonly missing?: Refusal;
}

/**
 * The search API that OpenSearch and Elasticsearch share: `_search` and `_field_caps`
 * (https://docs.opensearch.org/latest/api-reference/search-apis/search/).
 */
export class SearchApi {
  /** Answers that were not whole. */
  partialAnswers = 0;

  constructor(private readonly setup: SearchApiSetup) {}

  /** The same server, other indices. */
  at(index: string): SearchApi {
    return new SearchApi({ ...this.setup, index });
  }

  /** Asks for aggregations. @throws BackendError, also where no index fits the pattern. */
  async aggregate(
    body: JsonObject,
    { parts, maxWireBytes }: SearchOptions,
    signal: AbortSignal,
  ): Promise<AggregatedAnswer> {
    const filter = parts === undefined ? {} : { filter_path: [...ALWAYS, ...parts].join(',') };
    const text = JSON.stringify({ size: 0, track_total_hits: false, ...body });
    const answer = await this.ask(text, filter, maxWireBytes, signal);
    const object = await answer.object();
    return { body: object, partial: this.check(object), wireBytes: answer.wireBytes };
  }

  /**
   * Hits of a search as they come, however many.
   * @param after the sort values of the hit after which to go on, a number first.
   */
  async *hits(
    body: JsonObject,
    after: readonly unknown[] | undefined,
    maxWireBytes: number | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<Hit> {
    const text = withAfter(JSON.stringify({ track_total_hits: false, ...body }), after);
    const answer = await this.ask(text, {}, maxWireBytes, signal);
    for await (const item of answer.items({ 'hits.hits[]': 'hit' })) {
      const object = item.read();
      if (item.label === '') this.check(object);
      else yield { hit: object, sort: Array.isArray(object.sort) ? (object.sort as unknown[]) : [] };
    }
  }

  /** The fields whose names fit one of the patterns, with their types. */
  async fields(patterns: readonly string[], signal: AbortSignal): Promise<FieldCatalog> {
    const { http, index } = this.setup;
    const query = {
      fields: patterns.join(','),
      ignore_unavailable: 'true',
      filter_path: [...ALWAYS, 'fields.*.*.type'].join(','),
    };
    const request = { path: urlPath`/${index}/_field_caps`, query, maxBytes: MAX_FIELDS_BYTES };
    return new FieldCatalog(await http.json(request, signal));
  }

  private ask(
    body: string,
    query: Readonly<Record<string, string>>,
    maxWireBytes: number | undefined,
    signal: AbortSignal,
  ): Promise<BackendAnswer> {
    const { http, index } = this.setup;
    return http.ask(
      {
        path: urlPath`/${index}/_search`,
        query: { ignore_unavailable: 'true', ...query },
        body,
        ...(maxWireBytes === undefined ? {} : { maxWireBytes }),
      },
      signal,
    );
  }

  /** Notes what an answer lacks. @throws BackendError where there was no index to ask. */
  private check(body: JsonObject): string | undefined {
    const { name, index, address, logger, missing } = this.setup;
    if (isObject(body._shards) && body._shards.total === 0) {
      const { fault, message, cure } = missing ?? noIndex(name, index);
      throw new BackendError(fault, message, address, cure);
    }
    const partial = partOf(body);
    if (partial === undefined) return undefined;
    this.partialAnswers++;
    logger.warn(`${name} answered in part: ${partial} (${this.partialAnswers} such answers so far)`);
    return partial;
  }
}

/** What keeps an answer with a good status from being whole: shards that failed, clusters left out, the time. */
export function partOf({ timed_out: timedOut, _shards: shards, _clusters: clusters }: JsonObject): string | undefined {
  const said: string[] = [];
  if (timedOut === true) said.push('it ran out of time');
  if (isObject(shards) && typeof shards.failed === 'number' && shards.failed > 0) {
    const reason = reasonIn(shards.failures);
    said.push(`${shards.failed} of ${String(shards.total)} shards failed${reason === '' ? '' : ` (${reason})`}`);
  }
  if (isObject(clusters) && typeof clusters.skipped === 'number' && clusters.skipped > 0) {
    said.push(`${clusters.skipped} of ${String(clusters.total)} clusters were left out`);
  }
  return said.length === 0 ? undefined : said.join(', ');
}

/** The first value is a time in nanoseconds, which came as a text because it is long, and must go back as a number. */
function withAfter(body: string, after: readonly unknown[] | undefined): string {
  if (after === undefined) return body;
  const values = after.map((value, at) => (at === 0 ? String(value) : JSON.stringify(value)));
  return `${body.slice(0, -1)},"search_after":[${values.join(',')}]}`;
}
