import { toDisposable, type Disposable } from '../../base/disposable';
import { Emitter } from '../../base/event';
import type { TraceId } from '../../model/ids';
import type { OperationId, OperationStats } from '../../model/operation';
import type { TimeWindow } from '../../model/time';
import type { Trace } from '../../model/trace';
import type { ServiceSummary, TraceQuery, TraceSummary } from '../../model/traceSource';
import type { KnownValue, LiveSource } from './liveSource';

/** The source that the user chose; everything else in the engine talks to this one and need not know of the choice. */
export class ActiveSource implements LiveSource, Disposable {
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.event;
  private subscription: Disposable = toDisposable(() => undefined);

  constructor(private current: LiveSource) {
    this.listen();
  }

  /** Shows another source from now on. Disposing of the one before is for whoever made it. */
  use(source: LiveSource): void {
    if (source === this.current) return;
    this.subscription.dispose();
    this.current = source;
    this.listen();
    this.changed.fire();
  }

  operations(window: TimeWindow): readonly OperationStats[] {
    return this.current.operations(window);
  }

  traceAtHand(id: TraceId): Trace | undefined {
    return this.current.traceAtHand(id);
  }

  trace(id: TraceId, signal: AbortSignal): Promise<Trace | undefined> {
    return this.current.trace(id, signal);
  }

  tracesOf(operation: OperationId, limit: number, signal: AbortSignal): Promise<readonly TraceSummary[]> {
    return this.current.tracesOf(operation, limit, signal);
  }

  sampleTraces(operation: OperationId, signal: AbortSignal): Promise<readonly Trace[]> {
    return this.current.sampleTraces(operation, signal);
  }

  search(query: TraceQuery, signal: AbortSignal): AsyncIterable<TraceSummary> {
    return this.current.search(query, signal);
  }

  services(signal: AbortSignal): Promise<readonly ServiceSummary[]> {
    return this.current.services(signal);
  }

  attributeNames(window: TimeWindow | undefined, signal: AbortSignal): Promise<readonly string[]> {
    return this.current.attributeNames(window, signal);
  }

  attributeValues(name: string, window: TimeWindow | undefined, signal: AbortSignal): Promise<readonly KnownValue[]> {
    return this.current.attributeValues(name, window, signal);
  }

  testedHere(search: { readonly text: string; readonly anySemconv?: boolean }): string | undefined {
    return this.current.testedHere(search);
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  private listen(): void {
    this.subscription = this.current.onDidChange(() => this.changed.fire());
  }
}
