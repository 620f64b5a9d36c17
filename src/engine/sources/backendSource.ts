import type { Disposable } from '../../base/disposable';
import { describeError } from '../../base/errors';
import { Emitter } from '../../base/event';
import { LruMap } from '../../base/tables/lruMap';
import type { Logger } from '../../base/logger';
import type { TraceId } from '../../model/ids';
import type { OperationId, OperationStats } from '../../model/operation';
import { nanos, type TimeWindow } from '../../model/time';
import type { Trace } from '../../model/trace';
import type { ServiceSummary, TraceQuery, TraceSource, TraceSummary } from '../../model/traceSource';
import type { Backend } from '../../traces/backends/backend';
import { refreshPauseMs } from '../../traces/backends/transport/requestBudget';
import type { BackendTraffic } from '../../traces/backends/transport/traffic';
import { within } from '../within';
import { briefProblem } from './briefProblem';
import type { KnownValue, LiveSource } from './liveSource';
import { operationQuery } from './operationQuery';

/** Fetched traces stay at hand while they have no more spans than this together. */
const MOST_SPANS = 500_000;
/** Exemplar traces that a hover's breakdown is made of, and how long the hover waits for them. */
const SAMPLED_TRACES = 3;
const SAMPLING_MS = 1_500;
const REFRESH_MS = 30_000;
/** After a failure the next try waits longer and longer, up to this. */
const MOST_PATIENCE_MS = 5 * 60_000;
/** Without a question from the editor for this long, the backend is not asked either. */
const IDLE_MS = 10 * 60_000;
/** New services are found after this long at the latest, where requests are limited. */
const SERVICES_MS = 10 * 60_000;
const NO_USE: NonNullable<BackendTraffic['use']> = new Map();
/** Services asked for at the same time. */
const PARALLEL = 3;

/** How a {@link BackendSource} is doing. */
export interface BackendState {
  readonly state: 'waiting' | 'loading' | 'ready' | 'failed';
  /** Why it failed, in the user's words. */
  readonly problem?: string;
  /** The same in a word or two. */
  readonly brief?: string;
}

export interface BackendSourceOptions {
  readonly backend: TraceSource &
    Partial<Pick<Backend, 'attributeNames' | 'attributeValues' | 'testedHere' | 'traffic'>>;
  readonly logger: Logger;
  /** The services whose operations are worth asking for, out of all that the backend knows. */
  readonly relevant: (services: readonly ServiceSummary[]) => readonly string[];
  /** Monotonic milliseconds; `performance.now` where left out. */
  readonly now?: () => number;
}

/**
 * A backend that is asked now and then: statistics are those of the last answer, and stay on screen while the next one is
 * under way or does not come.
 */
export class BackendSource implements LiveSource, Disposable {
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly traces = new LruMap<TraceId, Trace>(MOST_SPANS, (trace) => trace.count);
  private readonly byService = new Map<string, readonly OperationStats[]>();
  private readonly byId = new Map<OperationId, OperationStats>();
  private readonly now: () => number;
  private readonly gone = new AbortController();
  private known: readonly OperationStats[] = [];
  private current: BackendState = { state: 'waiting' };
  private refreshing = false;
  private nextRefresh = 0;
  private failures = 0;
  private lastUse = 0;
  private windowNs = 0n;
  private listed: { readonly services: readonly ServiceSummary[]; readonly at: number } | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: BackendSourceOptions) {
    this.now = options.now ?? (() => performance.now());
    this.lastUse = this.now();
  }

  get state(): BackendState {
    return this.current;
  }

  /** Somebody looks: what is older than the interval is asked for again. */
  used(): void {
    this.lastUse = this.now();
    // Left alone for long, it was not asked when its time had come.
    if (!this.refreshing && this.nextRefresh > 0 && this.lastUse >= this.nextRefresh) this.changed.fire();
  }

  /** Asks again at once, also after failures. */
  retry(): void {
    this.listed = undefined;
    this.nextRefresh = 0;
    this.failures = 0;
    this.used();
    // Who asks sees that it is being asked; a try of its own changes nothing on screen until it succeeds.
    if (this.current.state === 'failed') this.current = { state: 'loading' };
    this.changed.fire();
  }

  operations(window: TimeWindow): readonly OperationStats[] {
    const length = window.to - window.from;
    const isOther = length !== this.windowNs;
    this.windowNs = length;
    const now = this.now();
    const isWanted = now - this.lastUse < IDLE_MS;
    if (!this.refreshing && (isOther || (isWanted && now >= this.nextRefresh))) void this.refresh(window);
    return this.known;
  }

  traceAtHand(id: TraceId): Trace | undefined {
    return this.traces.get(id);
  }

  async trace(id: TraceId, signal: AbortSignal): Promise<Trace | undefined> {
    this.used();
    const trace = await this.options.backend.trace(id, this.signal(signal));
    if (trace !== undefined) this.traces.set(id, trace);
    return trace;
  }

  async tracesOf(operation: OperationId, limit: number, signal: AbortSignal): Promise<readonly TraceSummary[]> {
    const stats = this.byId.get(operation);
    if (stats === undefined) return [];
    const found: TraceSummary[] = [];
    const query = { text: operationQuery(stats.key), window: this.window(), limit };
    for await (const summary of this.search(query, signal)) found.push(summary);
    return found;
  }

  async sampleTraces(operation: OperationId, signal: AbortSignal): Promise<readonly Trace[]> {
    const exemplars = this.byId.get(operation)?.exemplars;
    const ids = new Set(
      [exemplars?.typical, exemplars?.slowest, exemplars?.error].flatMap((exemplar) => exemplar?.traceId ?? []),
    );
    const traces: Trace[] = [];
    const collect = async (id: TraceId): Promise<void> => {
      const trace = this.traceAtHand(id) ?? (await this.trace(id, signal).catch(() => undefined));
      if (trace !== undefined) traces.push(trace);
    };
    await within(Promise.all([...ids].slice(0, SAMPLED_TRACES).map(collect)), SAMPLING_MS);
    return traces;
  }

  search(query: TraceQuery, signal: AbortSignal): AsyncIterable<TraceSummary> {
    this.used();
    const window = query.window ?? this.window();
    return this.options.backend.search({ ...query, window }, this.signal(signal));
  }

  services(signal: AbortSignal): Promise<readonly ServiceSummary[]> {
    return this.options.backend.services(this.signal(signal));
  }

  async attributeNames(window: TimeWindow | undefined, signal: AbortSignal): Promise<readonly string[]> {
    const query = { window: window ?? this.window() };
    return (await this.options.backend.attributeNames?.(query, this.signal(signal))) ?? [];
  }

  async attributeValues(
    name: string,
    window: TimeWindow | undefined,
    signal: AbortSignal,
  ): Promise<readonly KnownValue[]> {
    const query = { window: window ?? this.window() };
    const values = await this.options.backend.attributeValues?.(name, query, this.signal(signal));
    return values?.map((text) => ({ text })) ?? [];
  }

  testedHere(search: { readonly text: string; readonly anySemconv?: boolean }): string | undefined {
    return this.options.backend.testedHere?.(search);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.gone.abort();
    this.changed.dispose();
  }

  private signal(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.gone.signal]);
  }

  private window(): TimeWindow {
    const to = BigInt(Date.now()) * 1_000_000n;
    return { from: nanos(to - this.windowNs), to: nanos(to) };
  }

  private async refresh(window: TimeWindow): Promise<void> {
    this.refreshing = true;
    if (this.current.state === 'waiting') this.become({ state: 'loading' });
    const { traffic } = this.options.backend;
    const before = traffic?.use ?? NO_USE;
    try {
      await this.fetchAll(window);
      this.failures = 0;
      this.current = { state: 'ready' };
    } catch (error) {
      if (this.gone.signal.aborted) return;
      this.failures++;
      this.options.logger.warn(describeError(error));
      this.current = { state: 'failed', problem: describeError(error), brief: briefProblem(error) };
    } finally {
      this.refreshing = false;
      const patience = Math.min(REFRESH_MS * 2 ** this.failures, MOST_PATIENCE_MS);
      // A service that counts requests is asked as seldom as what it still takes lasts.
      this.waitForNext(Math.max(patience, refreshPauseMs(before, traffic?.use ?? NO_USE, Date.now())));
    }
    this.publish();
  }

  private async fetchAll(window: TimeWindow): Promise<void> {
    const { backend, relevant } = this.options;
    const { signal } = this.gone;
    const left = [...relevant(await this.servicesNow())];
    for (const service of this.byService.keys()) if (!left.includes(service)) this.byService.delete(service);
    const work = async (): Promise<void> => {
      for (let service = left.shift(); service !== undefined; service = left.shift()) {
        this.byService.set(service, await backend.operations({ window, service }, signal));
        this.publish();
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
  }

  /** Where every request counts, which services there are is asked for less often than what they do. */
  private async servicesNow(): Promise<readonly ServiceSummary[]> {
    const { backend } = this.options;
    const { listed } = this;
    const isLimited = backend.traffic?.left !== undefined;
    if (isLimited && listed !== undefined && listed.services.length > 0 && this.now() - listed.at < SERVICES_MS)
      return listed.services;
    const services = await backend.services(this.gone.signal);
    this.listed = { services, at: this.now() };
    return services;
  }

  /** Nothing else may come from a backend that has no calls yet, or does not answer. */
  private waitForNext(delayMs: number): void {
    if (this.gone.signal.aborted) return;
    this.nextRefresh = this.now() + delayMs;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.changed.fire(), delayMs).unref();
  }

  private publish(): void {
    const isStale = this.current.state === 'failed';
    const known = [...this.byService.values()].flat();
    this.known = isStale ? known.map((stats) => ({ ...stats, isStale })) : known;
    this.byId.clear();
    for (const stats of this.known) this.byId.set(stats.id, stats);
    this.changed.fire();
  }

  private become(state: BackendState): void {
    this.current = state;
    this.changed.fire();
  }
}
