import type { Event } from '../../base/event';
import type { TraceId } from '../../model/ids';
import type { OperationId, OperationStats } from '../../model/operation';
import type { TimeWindow } from '../../model/time';
import type { Trace } from '../../model/trace';
import type { ServiceSummary, TraceQuery, TraceSummary } from '../../model/traceSource';

/**
 * A source of traces as the engine shows it while it changes: what is known now is answered at once, also where the
 * traces lie behind a network.
 */
export interface LiveSource {
  /** {@link operations} would answer otherwise now. */
  readonly onDidChange: Event<void>;
  /** The statistics of the window as far as they are known now. */
  operations(window: TimeWindow): readonly OperationStats[];
  /** The trace, if it is here without asking anybody. */
  traceAtHand(id: TraceId): Trace | undefined;
  /** The trace as it is now; undefined when the source does not have it. */
  trace(id: TraceId, signal: AbortSignal): Promise<Trace | undefined>;
  /** Traces with a span of this operation, those that came last first. */
  tracesOf(operation: OperationId, limit: number, signal: AbortSignal): Promise<readonly TraceSummary[]>;
  /** A few traces with the operation in them, as many as can be had while somebody waits for a hover. */
  sampleTraces(operation: OperationId, signal: AbortSignal): Promise<readonly Trace[]>;
  search(query: TraceQuery, signal: AbortSignal): AsyncIterable<TraceSummary>;
  services(signal: AbortSignal): Promise<readonly ServiceSummary[]>;
  /** Names of attributes as TraceQL writes them with their scopes (`span.http.route`); those worth most first. */
  attributeNames(window: TimeWindow | undefined, signal: AbortSignal): Promise<readonly string[]>;
  /** Values of an attribute named like that, or of a built-in field. */
  attributeValues(name: string, window: TimeWindow | undefined, signal: AbortSignal): Promise<readonly KnownValue[]>;
  /**
   * What of a search the source is not asked but is tested here, in a sentence; undefined if nothing.
   * @throws TraceQlError if the search cannot be read.
   */
  testedHere(search: { readonly text: string; readonly anySemconv?: boolean }): string | undefined;
}

/** A value that an attribute has somewhere. */
export interface KnownValue {
  readonly text: string;
  /** How TraceQL writes it; left out where the source tells only its text. */
  readonly type?: 'text' | 'literal';
}
