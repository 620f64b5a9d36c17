import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Event } from '../../base/event';
import type { TraceId } from '../../model/ids';
import type { OperationId, OperationStats } from '../../model/operation';
import type { TimeWindow } from '../../model/time';
import type { Trace } from '../../model/trace';
import type { ServiceSummary, TraceQuery, TraceSummary } from '../../model/traceSource';
import { summariseTrace } from '../../model/traceSummary';
import type { EmbeddedStore } from '../../traces/store/embeddedStore';
import type { KnownValue, LiveSource } from './liveSource';
import { attributesOfTraces } from './sampledAttributes';

/** Traces that a hover's breakdown is made of, at most, and the time spent on getting them. */
const SAMPLED_TRACES = 20;
const SAMPLING_MS = 60;
/** Traces whose attributes are offered for completion. */
const SAMPLED_FOR_ATTRIBUTES = 200;

/** What was received here. */
export class EmbeddedSource implements LiveSource {
  readonly onDidChange: Event<void>;

  constructor(private readonly store: EmbeddedStore) {
    this.onDidChange = store.onDidChange;
  }

  operations(window: TimeWindow): readonly OperationStats[] {
    return this.store.operationStats(window);
  }

  traceAtHand(id: TraceId): Trace | undefined {
    return this.store.traceNow(id);
  }

  trace(id: TraceId, signal: AbortSignal): Promise<Trace | undefined> {
    return this.store.trace(id, signal);
  }

  tracesOf(operation: OperationId, limit: number): Promise<readonly TraceSummary[]> {
    const ids = this.store.traceIdsOf(operation, limit);
    return Promise.resolve(ids.flatMap((id) => this.summary(id) ?? []));
  }

  async sampleTraces(operation: OperationId, signal: AbortSignal): Promise<readonly Trace[]> {
    const end = performance.now() + SAMPLING_MS;
    const traces: Trace[] = [];
    for (const id of this.store.traceIdsOf(operation, SAMPLED_TRACES)) {
      const trace = this.store.traceNow(id);
      if (trace !== undefined) traces.push(trace);
      if (signal.aborted || performance.now() > end) break;
      await nextTurn();
    }
    return traces;
  }

  search(query: TraceQuery, signal: AbortSignal): AsyncIterable<TraceSummary> {
    return this.store.search(query, signal);
  }

  services(signal: AbortSignal): Promise<readonly ServiceSummary[]> {
    return this.store.services(signal);
  }

  async attributeNames(_: TimeWindow | undefined, signal: AbortSignal): Promise<readonly string[]> {
    return (await attributesOfTraces(this.latestTraces(signal), signal)).names();
  }

  async attributeValues(name: string, _: TimeWindow | undefined, signal: AbortSignal): Promise<readonly KnownValue[]> {
    return (await attributesOfTraces(this.latestTraces(signal), signal)).values(name);
  }

  /** The store evaluates all of TraceQL itself. */
  testedHere(): undefined {
    return undefined;
  }

  private async *latestTraces(signal: AbortSignal): AsyncGenerator<Trace> {
    for await (const { traceId } of this.store.search({ text: '', limit: SAMPLED_FOR_ATTRIBUTES }, signal)) {
      const trace = this.store.traceNow(traceId);
      if (trace !== undefined) yield trace;
    }
  }

  private summary(id: TraceId): TraceSummary | undefined {
    const trace = this.store.traceNow(id);
    return trace === undefined ? undefined : summariseTrace(trace);
  }
}
