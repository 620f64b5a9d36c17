import type { Logger } from '../../../base/logger';
import type { TraceId } from '../../../model/ids';
import type { OperationStats } from '../../../model/operation';
import { nanosFromMillis, type TimeWindow } from '../../../model/time';
import type { OperationQuery, ServiceGraph } from '../../../model/traceSource';
import { datadogSpans } from '../../formats/datadogSpans';
import { textOf } from '../../formats/recordValues';
import { isBadRecord } from '../../formats/spanRecord';
import type { Narrowing } from '../../traceql/plan/narrowing';
import { graphOfTraces } from '../derivedGraph';
import type { FindLimits, FindQuery, TraceFinder } from '../searchingBackend';
import { SpanCollector } from '../spanCollector';
import type { DatadogApi } from './datadogApi';
import { DatadogOperations } from './datadogOperations';
import { askedOfDatadog, datadogQuery, environmentTerm } from './datadogQuery';
import { allOf, equals, isPlainKey } from './datadogTerms';
import { collectTrace, collectTraces, traceIdsOf } from './datadogTraces';

/** How far back services and values are looked for. */
const LOOKBACK_MS = 3_600_000;
const MOST_SERVICES = 1000;
const MOST_VALUES = 100;
/** Spans of a page of a search, for each trace that is wanted. */
const SPANS_PER_TRACE = 5;
const SMALLEST_PAGE = 50;
const LARGEST_SEARCH_PAGE = 1000;
/** Traces whose spans are fetched at once. */
const TRACES_AT_ONCE = 50;
/** Spans that were called from elsewhere, and their traces, that a graph is made of. */
const GRAPH_SPANS = 300;
const GRAPH_TRACES = 50;
/** Spans whose attributes are offered for completion. */
const NAMED_SPANS = 50;
/** What completion calls fields of Datadog's. */
const FACETS: Readonly<Record<string, string>> = {
  'resource.deployment.environment.name': 'env',
  'resource.host.name': 'host',
  'resource.service.name': 'service',
  status: 'status',
};

/** What {@link DatadogFinder} is made of. */
export interface DatadogFinderParts {
  readonly api: DatadogApi;
  readonly name: string;
  readonly environment: string | undefined;
  readonly logger: Logger;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** How Datadog is asked: its search finds spans, whose traces are then fetched by their ids; it counts by itself. */
export class DatadogFinder implements TraceFinder {
  private readonly counted: DatadogOperations;

  constructor(private readonly parts: DatadogFinderParts) {
    const { api, name, logger, environment } = parts;
    this.counted = new DatadogOperations(api, name, logger, environmentTerm(environment));
  }

  asksFor(narrowing: Narrowing): Narrowing {
    return askedOfDatadog(narrowing);
  }

  operations(query: OperationQuery, signal: AbortSignal): Promise<OperationStats[]> {
    return this.counted.operations(query, signal);
  }

  services(signal: AbortSignal): Promise<string[]> {
    return this.values('service', undefined, MOST_SERVICES, signal);
  }

  operationNames(service: string, signal: AbortSignal): Promise<string[]> {
    return this.values('resource_name', equals('service', service), MOST_VALUES, signal);
  }

  trace(id: TraceId, into: SpanCollector, signal: AbortSignal): Promise<boolean> {
    return collectTrace(this.parts.api, id, this.parts.now(), into, signal);
  }

  async find(query: FindQuery, into: SpanCollector, limits: FindLimits, signal: AbortSignal): Promise<number> {
    const { api } = this.parts;
    const { maxWireBytes = Infinity } = limits;
    const search = this.spansOf(query);
    for await (const page of api.search({ ...search, maxWireBytes: maxWireBytes / 2 }, signal)) {
      const ids = traceIdsOf(page.items).slice(0, query.limit);
      if (ids.length === 0) return page.wireBytes;
      const failed = query.failed === true ? page.items : [];
      const wanted = { ids, window: query.window, failed, maxWireBytes: maxWireBytes - page.wireBytes };
      return page.wireBytes + (await collectTraces(api, wanted, into, signal));
    }
    return 0;
  }

  async *pages(query: FindQuery, signal: AbortSignal): AsyncGenerator<SpanCollector> {
    const { api } = this.parts;
    const seen = new Set<string>();
    const atOnce = Math.min(TRACES_AT_ONCE, query.limit);
    for await (const { items } of api.search(this.spansOf(query), signal)) {
      const ids = traceIdsOf(items).filter((id) => !seen.has(id));
      for (const id of ids) seen.add(id);
      for (let from = 0; from < ids.length; from += atOnce) {
        const collector = new SpanCollector();
        const failed = query.failed === true ? items : [];
        const wanted = { ids: ids.slice(from, from + atOnce), window: query.window, failed };
        await collectTraces(api, wanted, collector, signal);
        yield collector;
      }
    }
  }

  async dependencies(window: TimeWindow, signal: AbortSignal): Promise<ServiceGraph> {
    const { api, environment } = this.parts;
    const query = allOf(environmentTerm(environment), '@span.kind:(server OR consumer)', '-parent_id:0');
    for await (const { items } of api.search({ query, window, limit: GRAPH_SPANS }, signal)) {
      const ids = traceIdsOf(items).slice(0, GRAPH_TRACES);
      if (ids.length === 0) break;
      const collector = new SpanCollector();
      await collectTraces(api, { ids, window }, collector, signal);
      return graphOfTraces(collector.traces());
    }
    return { edges: [] };
  }

  async attributeNames(signal: AbortSignal): Promise<readonly string[]> {
    const { api, environment } = this.parts;
    const query = allOf(environmentTerm(environment));
    const names = new Set<string>();
    for await (const { items } of api.search({ query, window: this.latest(), limit: NAMED_SPANS }, signal)) {
      for (const span of datadogSpans(items)) {
        if (isBadRecord(span)) continue;
        for (const name of span.attributes.keys()) names.add(`span.${name}`);
        for (const name of span.resource.keys()) if (name !== 'service.name') names.add(`resource.${name}`);
      }
      break;
    }
    return [...names].sort();
  }

  attributeValues(name: string, signal: AbortSignal): Promise<readonly string[]> {
    const [, key = ''] = /^(?:span|resource)\.(.+)$/.exec(name) ?? [];
    const facet = FACETS[name] ?? (isPlainKey(key) ? `@${key}` : undefined);
    return facet === undefined ? Promise.resolve([]) : this.values(facet, undefined, MOST_VALUES, signal);
  }

  /** Values that spans of the last hour have, by name. */
  private async values(facet: string, term: string | undefined, limit: number, signal: AbortSignal): Promise<string[]> {
    const query = allOf(environmentTerm(this.parts.environment), term);
    const groupBy = [{ facet, limit, sort: { aggregation: 'count', order: 'desc' } }];
    const compute = [{ aggregation: 'count', type: 'total' as const }];
    const { groups } = await this.parts.api.aggregate({ query, window: this.latest(), compute, groupBy }, signal);
    return groups.flatMap(({ by }) => textOf(by[facet]) ?? []).sort();
  }

  private spansOf(query: FindQuery) {
    const limit = Math.min(LARGEST_SEARCH_PAGE, Math.max(SMALLEST_PAGE, query.limit * SPANS_PER_TRACE));
    return { query: datadogQuery(query, this.parts.environment), window: query.window, limit };
  }

  private latest(): TimeWindow {
    const now = this.parts.now();
    return { from: nanosFromMillis(now - LOOKBACK_MS), to: nanosFromMillis(now) };
  }
}
