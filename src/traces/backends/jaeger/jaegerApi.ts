import type { TraceId } from '../../../model/ids';
import { millisLossy, type TimeWindow } from '../../../model/time';
import type { ServiceGraph } from '../../../model/traceSource';
import { isObject } from '../../otlp/jsonFields';
import { hasFault } from '../backendError';
import { collectOtlpJson } from '../otlpAnswer';
import type { FindLimits, FindQuery, TraceFinder } from '../searchingBackend';
import type { SpanCollector } from '../spanCollector';
import type { BackendAnswer } from '../transport/backendAnswer';
import { urlPath, type BackendHttp, type BackendRequest } from '../transport/backendHttp';
import { collectJaegerV1 } from './jaegerV1Answer';
import { tagsOf, v1Parameters, v3Parameters } from './jaegerQuery';

/** Which endpoints a server has. */
type Generation = 'v1' | 'v3';

/**
 * Jaeger's query API: v3 where there is one, v1 otherwise and for what v3 cannot do. An old server, or one behind a web
 * interface, answers unknown paths with a page, and a search that finds nothing with 404.
 */
export class JaegerApi implements TraceFinder {
  private generation: Generation | undefined;
  /** Whether `GET /api/traces` searches; the versions after 2.20 have lost it. */
  private hasV1Search: boolean | undefined;

  constructor(readonly http: BackendHttp) {}

  async services(signal: AbortSignal): Promise<string[]> {
    if (this.generation !== 'v1') {
      const answer = await this.known({ path: '/api/v3/services' }, signal);
      const body = answer === undefined ? undefined : await this.unlessPage(() => answer.json());
      if (isObject(body) || body === null) {
        this.generation = 'v3';
        return texts(body?.services);
      }
    }
    const body = await (await this.http.ask({ path: '/api/services' }, signal)).object();
    this.generation = 'v1';
    return texts(body.data);
  }

  /** Names of operations of a service. */
  async operationNames(service: string, signal: AbortSignal): Promise<string[]> {
    if ((await this.probe(signal)) === 'v3') {
      const body = await this.http.json({ path: '/api/v3/operations', query: { service } }, signal);
      const operations = isObject(body) && Array.isArray(body.operations) ? (body.operations as unknown[]) : [];
      return [...new Set(operations.flatMap((item) => (isObject(item) ? texts([item.name]) : [])))];
    }
    const path = urlPath`/api/services/${service}/operations`;
    return texts((await (await this.http.ask({ path }, signal)).object()).data);
  }

  /** Collects a trace. @returns false if the server does not have it. */
  async trace(id: TraceId, collector: SpanCollector, signal: AbortSignal): Promise<boolean> {
    const isV3 = (await this.probe(signal)) === 'v3';
    const request: BackendRequest = isV3
      ? { path: urlPath`/api/v3/traces/${id}`, query: { rawTraces: 'true', raw_traces: 'true' }, accept: [404] }
      : { path: urlPath`/api/traces/${id}`, query: { raw: 'true' }, accept: [404] };
    const answer = await this.http.ask(request, signal);
    if (await isNotFound(answer)) return false;
    await (isV3 ? collectOtlpJson(answer, collector) : collectJaegerV1(answer, collector));
    return true;
  }

  /**
   * Collects traces that match. Conditions on tags go to v1 where it still searches: until 2.18, v3 ignores them.
   * @returns the bytes that came over the wire.
   * @throws BackendError `badRequest` where the storage wants a service and none is given.
   */
  async find(query: FindQuery, collector: SpanCollector, limits: FindLimits, signal: AbortSignal): Promise<number> {
    const generation = await this.probe(signal);
    const wantsV1 = generation === 'v1' || tagsOf(query) !== undefined;
    if (wantsV1 && this.hasV1Search !== false && (generation === 'v1' || query.service !== undefined)) {
      const answer = await this.searchV1(query, limits, signal);
      if (answer !== undefined) return this.read(answer, () => collectJaegerV1(answer, collector));
    }
    const request = { path: '/api/v3/traces', query: v3Parameters(query), accept: [404], ...limits };
    const answer = await this.http.ask(request, signal);
    if (await isNotFound(answer)) return answer.wireBytes;
    return this.read(answer, () => collectOtlpJson(answer, collector));
  }

  /** Calls between services, as a job of the server has counted them. */
  async dependencies(window: TimeWindow, signal: AbortSignal): Promise<ServiceGraph> {
    const endTs = Math.ceil(millisLossy(window.to));
    const query = { endTs, lookback: Math.max(1, endTs - millisLossy(window.from)) };
    const body = await (await this.http.ask({ path: '/api/dependencies', query }, signal)).object();
    const links = Array.isArray(body.data) ? (body.data as unknown[]) : [];
    const edges = links.filter(isObject).flatMap(({ parent, child, callCount }) => {
      if (typeof parent !== 'string' || typeof child !== 'string') return [];
      return [{ caller: parent, callee: child, count: Number(callCount) || 0, errorCount: 0 }];
    });
    return { edges };
  }

  /** Which API to use; asks once. */
  private async probe(signal: AbortSignal): Promise<Generation> {
    if (this.generation === undefined) await this.services(signal);
    return this.generation ?? 'v1';
  }

  private async searchV1(
    query: FindQuery,
    limits: FindLimits,
    signal: AbortSignal,
  ): Promise<BackendAnswer | undefined> {
    const request = { path: '/api/traces', query: v1Parameters(query), ...limits };
    const isSure = this.hasV1Search === true || this.generation === 'v1';
    if (isSure) return this.http.ask(request, signal);
    const answer = await this.known(request, signal);
    this.hasV1Search = answer !== undefined && answer.contentType !== 'text/html';
    if (!this.hasV1Search) answer?.discard();
    return this.hasV1Search ? answer : undefined;
  }

  /** The answer of an endpoint that not every version has; undefined where it is missing. */
  private async known(request: BackendRequest, signal: AbortSignal): Promise<BackendAnswer | undefined> {
    const answer = await this.http.ask({ ...request, accept: [404, 405] }, signal);
    if (answer.status !== 404 && answer.status !== 405) return answer;
    answer.discard();
    return undefined;
  }

  /** Undefined where the web interface answered instead of the API. */
  private async unlessPage<T>(read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (hasFault(error, 'wrongType', 'malformed')) return undefined;
      throw error;
    }
  }

  private async read(answer: BackendAnswer, collect: () => Promise<unknown>): Promise<number> {
    await collect();
    return answer.wireBytes;
  }
}

/**
 * Whether Jaeger says that there is nothing, which it does with 404 and an object of its own.
 * @throws BackendError for any other 404: the address is wrong.
 */
async function isNotFound(answer: BackendAnswer): Promise<boolean> {
  if (answer.status !== 404) return false;
  const text = await answer.text();
  if (/^\s*\{[^]*"errors?"\s*:/.test(text)) return true;
  throw answer.fault(text);
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string').sort() : [];
}
