import { formatCount } from '../../base/format';
import type { Logger } from '../../base/logger';
import type { Exemplar, OperationId, OperationStats } from '../../model/operation';
import { OperationTable } from '../../model/operationTable';
import { millisLossy, type TimeWindow } from '../../model/time';
import type { OperationQuery } from '../../model/traceSource';
import { EmbeddedStore } from '../store/embeddedStore';
import { SharedWork } from './sharedWork';
import { SpanCollector } from './spanCollector';

/** What one call may pull over the wire, a little below the megabyte that a file's hints may cost. */
const BUDGET_BYTES = 960 * 1024;
/** Shares of the budget. Statistics come of the first alone, so it gets the most. */
const RECENT_SHARE = 0.6;
const FAILED_SHARE = 0.2;
const RECENT_TRACES = 100;
const EXTREME_TRACES = 8;
/** Operations asked for by name that the recent traces do not hold. */
const MAX_NAMES = 5;
const NAMED_TRACES = 10;
/** Without a service, this many services share the budget. */
const MAX_SERVICES = 12;
const TTL_MS = 30_000;
const STORE_BYTES = 64 << 20;
const MINUTE_MS = 60_000;
/** Why numbers are estimates; each ends a sentence. */
const NOT_COUNTED = 'the backend does not count spans';
const OF_LATEST = `${NOT_COUNTED}, so its latest traces stand for all`;

/** Which traces to fetch. */
export interface SampleRequest {
  /** `recent`: whatever came last, which is what statistics may be made of. */
  readonly stratum: 'recent' | 'slow' | 'failed';
  readonly service: string;
  /** Only traces with this operation of the service. */
  readonly operation?: string;
  readonly window: TimeWindow;
  /** For `slow`: nanoseconds that a span must have taken at least. */
  readonly minDurationNs?: number;
  readonly limit: number;
  /** No more is read than this; the spans that came until then are kept. */
  readonly maxWireBytes: number;
}

/** What fetching a sample took. */
export interface SampleAnswer {
  readonly wireBytes: number;
  /** The bound ended it. */
  readonly wasCut: boolean;
}

/** What is sampled of a service where one call fetches it all. */
export interface ServiceSampling {
  readonly service: string;
  readonly window: TimeWindow;
  readonly maxWireBytes: number;
}

/** Where the traces of a sample go. */
export interface ServiceSample {
  /** Whatever came last. */
  readonly recent: SpanCollector;
  /** Slow and failed ones, chosen for what they are. */
  readonly extremes: SpanCollector;
}

/** Of how many traces a sample is made. */
export interface SampleSize {
  readonly traces: number;
  /** Those that the backend lists. */
  readonly listed: number;
  /** There are more than were listed. */
  readonly isMore: boolean;
}

/** A backend that can find traces by service, duration and failure. */
export interface SpanSampler {
  services(signal: AbortSignal): Promise<readonly string[]>;
  /** Fetches traces into a collector. @throws BackendError. */
  sample(request: SampleRequest, into: SpanCollector, signal: AbortSignal): Promise<SampleAnswer>;
  /** Instead of {@link sample}: all strata of a service in one call, within the requests that hints may cost. */
  readonly sampleService?:
    | ((request: ServiceSampling, into: ServiceSample, signal: AbortSignal) => Promise<SampleSize | undefined>)
    | undefined;
}

/** How {@link SampledOperations} is set up. */
export interface SampledOptions {
  readonly logger: Logger;
  /** Bytes that one call may pull; 960 KiB where left out. */
  readonly budgetBytes?: number;
  /** How long a sample is good for; 30 s where left out. */
  readonly ttlMs?: number;
}

/**
 * Operations of a backend that cannot aggregate, from a stratified sample: the latest traces give count, errors,
 * histogram and trend; the slowest and the failed ones are looked for besides, and give exemplars only, because they were
 * chosen for what they are. Numbers are those of the sample, so nothing is exact.
 */
export class SampledOperations {
  private readonly shared: SharedWork<OperationStats[]>;
  private readonly budget: number;

  constructor(
    private readonly sampler: SpanSampler,
    private readonly options: SampledOptions,
  ) {
    this.budget = options.budgetBytes ?? BUDGET_BYTES;
    this.shared = new SharedWork(options.ttlMs ?? TTL_MS);
  }

  /** As `TraceSource.operations`. One call pulls no more than the budget, whatever is asked for. */
  async operations(query: OperationQuery, signal: AbortSignal): Promise<OperationStats[]> {
    const { window, service } = query;
    const names = [...new Set(query.names ?? [])].sort();
    const lengthMs = millisLossy(window.to) - millisLossy(window.from);
    // Within the time that an answer is good for, windows that end now are the same question.
    const end = Math.floor(millisLossy(window.to) / (this.options.ttlMs ?? TTL_MS));
    const key = JSON.stringify([service ?? null, names, Math.round(lengthMs / 1000), end]);
    const stats = await this.shared.get(key, (shared) => this.sample(query, names, shared), signal);
    return [...stats];
  }

  private async sample(
    query: OperationQuery,
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<OperationStats[]> {
    if (query.service !== undefined) return this.ofService(query.service, names, query.window, this.budget, signal);
    const services = await this.sampler.services(signal);
    const asked = services.slice(0, MAX_SERVICES);
    if (asked.length < services.length) {
      this.options.logger.info(`Operations of ${asked.length} of ${services.length} services are sampled.`);
    }
    const stats: OperationStats[] = [];
    for (const service of asked) {
      stats.push(...(await this.ofService(service, names, query.window, this.budget / asked.length, signal)));
    }
    return stats;
  }

  private async ofService(
    service: string,
    names: readonly string[],
    window: TimeWindow,
    budget: number,
    signal: AbortSignal,
  ): Promise<OperationStats[]> {
    const operations = new OperationTable();
    if (this.sampler.sampleService !== undefined) {
      const [latest, extreme] = [newStore(window, operations), newStore(window, operations)];
      const sample = { recent: new SpanCollector(latest), extremes: new SpanCollector(extreme) };
      const size = await this.sampler.sampleService({ service, window, maxWireBytes: budget }, sample, signal);
      this.commit(service, latest, sample.recent);
      this.commit(service, extreme, sample.extremes);
      const stats = latest.operationStats(window, service);
      return wanted(joined(stats, byId(extreme.operationStats(window, service)), estimateOf(size)), names);
    }
    let left = budget;
    const fetch = async (request: Omit<SampleRequest, 'service' | 'window'>, store = newStore(window, operations)) => {
      if (request.maxWireBytes > 0) left -= await this.fetch({ ...request, service, window }, store, signal);
      return store.operationStats(window, service);
    };
    const recent = await fetch({ stratum: 'recent', limit: RECENT_TRACES, maxWireBytes: budget * RECENT_SHARE });
    for (const operation of missing(names, recent).slice(0, MAX_NAMES)) {
      // Traces with this operation say nothing of how often the others are called.
      const stats = await fetch({ stratum: 'recent', operation, limit: NAMED_TRACES, maxWireBytes: left / 3 });
      recent.push(...stats.filter(({ key }) => key.name === operation));
    }
    const maxWireBytes = Math.min(left, budget * FAILED_SHARE);
    const extremes = newStore(window, operations);
    await fetch({ stratum: 'failed', limit: EXTREME_TRACES, maxWireBytes }, extremes);
    const slow = { minDurationNs: slowest(recent), limit: EXTREME_TRACES, maxWireBytes: left };
    const others = await fetch({ stratum: 'slow', ...slow }, extremes);
    return wanted(joined(recent, byId(others), OF_LATEST), names);
  }

  /** @returns the bytes that came over the wire. */
  private async fetch(request: SampleRequest, store: EmbeddedStore, signal: AbortSignal): Promise<number> {
    const { builder } = store;
    const fromRow = builder.count;
    const collector = new SpanCollector(store);
    const { wireBytes, wasCut } = await this.sampler.sample(request, collector, signal);
    const spans = this.commit(request.service, store, collector, fromRow);
    const { logger } = this.options;
    logger.debug(`sampled ${request.service}, ${request.stratum}: ${spans} spans${wasCut ? ', cut off' : ''}`);
    return wireBytes;
  }

  /** @returns how many spans were collected. */
  private commit(service: string, store: EmbeddedStore, collector: SpanCollector, fromRow = 0): number {
    collector.flush();
    const spans = store.builder.count - fromRow;
    store.commit(fromRow);
    if (collector.rejection !== undefined) this.options.logger.warn(`${service}: ${collector.rejection}`);
    return spans;
  }
}

function newStore(window: TimeWindow, operations: OperationTable): EmbeddedStore {
  const now = millisLossy(window.to);
  const keepMinutes = Math.ceil((now - millisLossy(window.from)) / MINUTE_MS) + 1;
  return new EmbeddedStore({ maxBytes: STORE_BYTES, operations, now: () => now, keepMinutes });
}

function byId(stats: readonly OperationStats[]): ReadonlyMap<OperationId, OperationStats> {
  return new Map(stats.map((one) => [one.id, one]));
}

function missing(names: readonly string[], stats: readonly OperationStats[]): string[] {
  const seen = new Set(stats.map(({ key }) => key.name));
  return names.filter((name) => !seen.has(name));
}

/** What counts as slow for a service: the 95th percentile of its slowest common operation, and at least 1 ms. */
function slowest(stats: readonly OperationStats[]): number {
  return stats.reduce((most, { latency }) => Math.max(most, latency.quantile(0.95) || 0), 1e6);
}

/** Statistics of the recent traces with the exemplars of all. */
function joined(
  recent: readonly OperationStats[],
  others: ReadonlyMap<OperationId, OperationStats>,
  estimate: string,
): OperationStats[] {
  return recent.map((stats) => {
    const other = others.get(stats.id)?.exemplars;
    const { slowest, error, typical } = stats.exemplars;
    const longest = longer(slowest, other?.slowest);
    const latest = error ?? other?.error;
    return {
      ...stats,
      exemplars: {
        ...(longest === undefined ? {} : { slowest: longest }),
        ...(latest === undefined ? {} : { error: latest }),
        ...(typical === undefined ? {} : { typical }),
      },
      exact: false,
      estimate,
    };
  });
}

function estimateOf(size: SampleSize | undefined): string {
  if (size === undefined) return OF_LATEST;
  const { traces, listed, isMore } = size;
  const [some, all] = [formatCount(traces), formatCount(listed)];
  if (isMore) return `${NOT_COUNTED}, so ${some} of more than ${all} traces stand for all`;
  const words = traces < listed ? `${some} of ${all} traces stand` : `the ${all} traces that it lists stand`;
  return `${NOT_COUNTED}, so ${words} for all`;
}

function longer(a: Exemplar | undefined, b: Exemplar | undefined): Exemplar | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.durationNs > a.durationNs ? b : a;
}

function wanted(stats: OperationStats[], names: readonly string[]): OperationStats[] {
  return names.length === 0 ? stats : stats.filter(({ key }) => names.includes(key.name));
}
