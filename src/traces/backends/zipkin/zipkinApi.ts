import type { TraceId } from '../../../model/ids';
import { millisLossy, type TimeWindow } from '../../../model/time';
import type { ServiceGraph } from '../../../model/traceSource';
import { zipkinSpans } from '../../formats/zipkinSpans';
import { isObject, type JsonObject } from '../../otlp/jsonFields';
import { hasFault } from '../backendError';
import type { FindLimits, FindQuery, TraceFinder } from '../searchingBackend';
import type { SpanCollector } from '../spanCollector';
import { urlPath, type BackendHttp, type BackendRequest } from '../transport/backendHttp';

/** Attributes of spans as TraceQL writes them. */
const SPAN_SCOPE = 'span.';

/** Zipkin's v2 API: milliseconds for when, microseconds for how long, texts for errors. */
export class ZipkinApi implements TraceFinder {
  constructor(private readonly http: BackendHttp) {}

  services(signal: AbortSignal): Promise<string[]> {
    return this.texts({ path: '/api/v2/services' }, signal);
  }

  operationNames(service: string, signal: AbortSignal): Promise<string[]> {
    return this.texts({ path: '/api/v2/spans', query: { serviceName: service.toLowerCase() } }, signal);
  }

  async trace(id: TraceId, into: SpanCollector, signal: AbortSignal): Promise<boolean> {
    const answer = await this.http.ask({ path: urlPath`/api/v2/trace/${id}`, accept: [404] }, signal);
    if (answer.status === 404) {
      const text = await answer.text();
      // Any other 404 is a wrong address. Of ids of 64 bits, servers leave out the zeros.
      if (!text.toLowerCase().includes(id.slice(16))) throw answer.fault(text);
      return false;
    }
    const records: JsonObject[] = [];
    for await (const item of answer.items({ '[]': 'span' })) if (item.label === 'span') records.push(item.read());
    into.addRecords(zipkinSpans(records));
    return records.length > 0;
  }

  async find(query: FindQuery, into: SpanCollector, limits: FindLimits, signal: AbortSignal): Promise<number> {
    const request = { path: '/api/v2/traces', query: searchParameters(query), ...limits };
    const answer = await this.http.ask(request, signal);
    let records: JsonObject[] = [];
    for await (const item of answer.items({ '[]': 'trace', '[][]': 'span' })) {
      if (item.label === 'span') records.push(item.read());
      if (item.label !== 'trace') continue;
      into.addRecords(zipkinSpans(records));
      records = [];
    }
    return answer.wireBytes;
  }

  async dependencies(window: TimeWindow, signal: AbortSignal): Promise<ServiceGraph> {
    const links = await this.http.json({ path: '/api/v2/dependencies', query: timeParameters(window) }, signal);
    const edges = (Array.isArray(links) ? (links as unknown[]) : []).filter(isObject).flatMap((link) => {
      const { parent, child } = link;
      if (typeof parent !== 'string' || typeof child !== 'string') return [];
      const [count, errorCount] = [Number(link.callCount) || 0, Number(link.errorCount) || 0];
      return [{ caller: parent, callee: child, count, errorCount }];
    });
    return { edges };
  }

  /** The tags that the server was set up to complete (`AUTOCOMPLETE_KEYS`). */
  async attributeNames(signal: AbortSignal): Promise<readonly string[]> {
    const keys = await this.optional({ path: '/api/v2/autocompleteKeys' }, signal);
    return keys.map((key) => SPAN_SCOPE + key);
  }

  attributeValues(name: string, signal: AbortSignal): Promise<readonly string[]> {
    if (!name.startsWith(SPAN_SCOPE)) return Promise.resolve([]);
    const query = { key: name.slice(SPAN_SCOPE.length) };
    return this.optional({ path: '/api/v2/autocompleteValues', query }, signal);
  }

  private async optional(request: BackendRequest, signal: AbortSignal): Promise<string[]> {
    try {
      return await this.texts(request, signal);
    } catch (error) {
      // Older servers do not complete.
      if (hasFault(error, 'notFound', 'badRequest')) return [];
      throw error;
    }
  }

  private async texts(request: BackendRequest, signal: AbortSignal): Promise<string[]> {
    const names = await (await this.http.ask(request, signal)).list();
    return names.filter((name): name is string => typeof name === 'string').sort();
  }
}

/** Parameters of `GET /api/v2/traces`. Names are kept in lower case, and asked for likewise. */
export function searchParameters(query: FindQuery): Record<string, string | number | undefined> {
  const { service, operation, window, minDurationNs, maxDurationNs, limit } = query;
  const maximum = micros(maxDurationNs, Math.ceil);
  return {
    serviceName: service?.toLowerCase(),
    spanName: operation?.toLowerCase(),
    annotationQuery: annotationQuery(query),
    // Durations are rounded up when they are stored, and the upper bound is refused without a lower one.
    minDuration: micros(minDurationNs, Math.floor) ?? (maximum === undefined ? undefined : 1),
    maxDuration: maximum,
    ...timeParameters(window),
    limit,
  };
}

/** Conditions on tags. One with " and " in it cannot be written, and is left out. */
function annotationQuery({ tags = {}, failed }: FindQuery): string | undefined {
  const terms = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
  if (failed === true) terms.push('error');
  const writable = terms.filter((term) => !term.includes(' and '));
  return writable.length > 0 ? writable.join(' and ') : undefined;
}

function timeParameters(window: TimeWindow): { endTs: number; lookback: number } {
  const endTs = millisLossy(window.to) + 1;
  return { endTs, lookback: Math.max(1, endTs - millisLossy(window.from)) };
}

function micros(durationNs: number | undefined, round: (value: number) => number): number | undefined {
  return durationNs === undefined ? undefined : Math.max(1, round(durationNs / 1000));
}
