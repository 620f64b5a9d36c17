import type { Logger } from '../../../base/logger';
import type { TraceId } from '../../../model/ids';
import type { TimeWindow } from '../../../model/time';
import { itemsOf, textOf } from '../../formats/recordValues';
import { isObject, type JsonObject } from '../../otlp/jsonFields';
import { BackendError, hasFault } from '../backendError';
import type { BackendAnswer } from '../transport/backendAnswer';
import { urlPath, type BackendHttp, type BackendRequest } from '../transport/backendHttp';
import { FieldKeys } from './fieldKeys';
import { older } from './sigNozRefusal';
import { rangeBody, type BuilderQuery, type RequestType } from './sigNozQuery';

/** Keys that are asked for at once: more attributes than a team can have by intention. */
const MAX_KEYS = 5000;
const MAX_KEYS_BYTES = 8 << 20;
/** Values of one attribute: more nobody reads through. */
const MAX_VALUES = 200;
/** Waterfalls by version, the newest first; before version 4 they are the only ones to say what attributes a span has. */
const WATERFALLS = [
  (id: TraceId) => urlPath`/api/v4/traces/${id}/waterfall`,
  (id: TraceId) => urlPath`/api/v3/traces/${id}/waterfall`,
  (id: TraceId) => urlPath`/api/v2/traces/waterfall/${id}`,
];

/** What a {@link SigNozApi} is set up with. */
export interface SigNozApiSetup {
  readonly http: BackendHttp;
  /** The backend's name, for words. */
  readonly name: string;
  readonly address: string;
  readonly logger: Logger;
}

/** The result of one query, by its name. */
export type Results = ReadonlyMap<string, JsonObject>;

/** SigNoz's API: `query_range` of version 5, and what it says of attributes and calls. */
export class SigNozApi {
  /** Its query range has answered: refusals are not those of a SigNoz that is too old. */
  private hasAnswered = false;
  private waterfall = 0;
  private readonly warned = new Set<string>();

  constructor(private readonly setup: SigNozApiSetup) {}

  /** Answers that are small: numbers, and few rows. @throws BackendError. */
  async results(
    type: RequestType,
    window: TimeWindow,
    queries: readonly BuilderQuery[],
    signal: AbortSignal,
    maxWireBytes?: number,
  ): Promise<{ results: Results; wireBytes: number }> {
    const answer = await this.ask(type, window, queries, signal, maxWireBytes);
    const { data } = this.checked(await answer.object());
    const found = isObject(data) && isObject(data.data) ? itemsOf(data.data.results) : [];
    const results = new Map<string, JsonObject>();
    for (const result of found) if (isObject(result)) results.set(textOf(result.queryName) ?? '', result);
    return { results, wireBytes: answer.wireBytes };
  }

  /** The rows of one query as they come, however many: `{timestamp, data}`. @throws BackendError. */
  async *rows(
    window: TimeWindow,
    query: BuilderQuery,
    signal: AbortSignal,
    maxWireBytes?: number,
  ): AsyncGenerator<JsonObject> {
    const answer = await this.ask('raw', window, [query], signal, maxWireBytes);
    for await (const item of answer.items({ 'data.data.results[].rows[]': 'row', 'data.data.results[]': 'result' })) {
      if (item.label === 'row') yield item.read();
      else if (item.label === '') this.checked(item.read());
    }
  }

  /** The attributes that spans have had. */
  async keys(signal: AbortSignal): Promise<FieldKeys> {
    const query = { signal: 'traces', limit: MAX_KEYS };
    const answer = await this.object({ path: '/api/v1/fields/keys', query, maxBytes: MAX_KEYS_BYTES }, signal);
    const data = isObject(answer.data) ? answer.data : {};
    return new FieldKeys(data.keys, data.complete === true);
  }

  /** Values that an attribute has had lately. */
  async values(name: string, fieldContext: string, window: TimeWindow, signal: AbortSignal): Promise<string[]> {
    const query = {
      ...{ signal: 'traces', name, fieldContext, limit: MAX_VALUES },
      startUnixMilli: String(window.from / 1_000_000n),
      endUnixMilli: String(window.to / 1_000_000n),
    };
    const { data } = await this.object({ path: '/api/v1/fields/values', query }, signal);
    const values = isObject(data) && isObject(data.values) ? data.values : {};
    const lists = [values.relatedValues, values.stringValues, values.numberValues, values.boolValues];
    return [...new Set(lists.flatMap((list) => itemsOf(list).flatMap((value) => textOf(value) ?? [])))];
  }

  /** Calls between services, `{parent, child, callCount, errorRate}`, as SigNoz counts them when spans arrive. */
  async calls({ from, to }: TimeWindow, signal: AbortSignal): Promise<readonly unknown[]> {
    const body = JSON.stringify({ start: String(from), end: String(to), tags: [] });
    const answer = await this.setup.http.json({ path: '/api/v1/dependency_graph', body }, signal);
    return Array.isArray(answer) ? (answer as unknown[]) : itemsOf(isObject(answer) ? answer.data : undefined);
  }

  /** A trace as its page shows it; undefined where there is none. Times there are milliseconds. */
  async trace(id: TraceId, signal: AbortSignal): Promise<JsonObject | undefined> {
    const body = JSON.stringify({ selectedSpanId: '', uncollapsedSpans: [] });
    for (; this.waterfall < WATERFALLS.length; this.waterfall++) {
      try {
        return await this.object({ path: WATERFALLS[this.waterfall]!(id), body }, signal);
      } catch (error) {
        if (!hasFault(error, 'notFound', 'wrongType')) throw error;
        // It knows the page, and not the trace.
        if (error.status === 404 && /trace/i.test(error.message)) return undefined;
      }
    }
    this.waterfall = 0;
    return undefined;
  }

  private async object(request: BackendRequest, signal: AbortSignal): Promise<JsonObject> {
    return this.checked(await (await this.setup.http.ask(request, signal)).object());
  }

  private async ask(
    type: RequestType,
    window: TimeWindow,
    queries: readonly BuilderQuery[],
    signal: AbortSignal,
    maxWireBytes?: number,
  ): Promise<BackendAnswer> {
    const body = rangeBody(type, window, queries);
    const bound = maxWireBytes === undefined ? {} : { maxWireBytes };
    try {
      const answer = await this.setup.http.ask({ path: '/api/v5/query_range', body, ...bound }, signal);
      this.hasAnswered ||= /json/.test(answer.contentType);
      return answer;
    } catch (error) {
      if (this.hasAnswered || !hasFault(error, 'notFound') || error.status === undefined) throw error;
      throw await this.tooOld(error, signal);
    }
  }

  /** The same error, with the version that the server says it is of. */
  private async tooOld(error: BackendError, signal: AbortSignal): Promise<BackendError> {
    const { http, name, address } = this.setup;
    try {
      const said = await http.json({ path: '/api/v1/version' }, signal);
      const version = isObject(said) ? textOf(said.version) : undefined;
      if (version === undefined) return error;
      const { fault, message, cure } = older(name, version);
      return new BackendError(fault, message, address, cure, error.status);
    } catch {
      if (signal.aborted) throw signal.reason;
      return error;
    }
  }

  /** @throws BackendError for what says of itself that it is an error, whatever its status. */
  private checked(answer: JsonObject): JsonObject {
    const { http, name, address, logger } = this.setup;
    if (answer.status === 'error') {
      const said = isObject(answer.error) ? textOf(answer.error.message) : textOf(answer.error);
      const message = `${name} failed${said === undefined ? '' : `: ${http.quotable(said).replace(/[.!]$/, '')}`}.`;
      throw new BackendError('server', message, address, 'Try again later; its own logs say more.', 200);
    }
    const warning = isObject(answer.data) && isObject(answer.data.warning) ? answer.data.warning : undefined;
    const text = textOf(warning?.message);
    if (text !== undefined && text !== '' && !this.warned.has(text)) {
      this.warned.add(text);
      logger.warn(`${name} warns: ${http.quotable(text)}`);
    }
    return answer;
  }
}
