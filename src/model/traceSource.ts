import type { OperationStats } from './operation';
import type { SpanId, TraceId } from './ids';
import type { DurationNs, Nanos, TimeWindow } from './time';
import type { Trace } from './trace';

/** How much of an answer can be believed. */
export type Exactness = 'exact' | 'sampled' | 'missing';

/** What a source of traces can do; the words of the hints follow from it. */
export interface SourceCapabilities {
  readonly operations: Exactness;
  readonly search: Exactness;
  readonly serviceGraph: Exactness;
  /** Names and values of attributes, for completion; missing where left out. */
  readonly attributes?: Exactness;
  /** Why something is not exact, one sentence each. */
  readonly reasons?: { readonly [Feature in 'operations' | 'search' | 'serviceGraph' | 'attributes']?: string };
}

export interface ServiceSummary {
  readonly service: string;
  readonly spanCount: number;
  readonly errorCount: number;
  readonly lastSeen: Nanos;
}

export interface OperationQuery {
  readonly window: TimeWindow;
  readonly service?: string;
  /** Only operations with these span names: a source that has to sample asks for no others. */
  readonly names?: readonly string[];
}

/** TraceQL text with limits. An empty `text` finds every trace. */
export interface TraceQuery {
  readonly text: string;
  readonly window?: TimeWindow;
  readonly limit: number;
  /** Old and new names of the semantic conventions count as the same attribute. */
  readonly anySemconv?: boolean;
}

export interface TraceSummary {
  readonly traceId: TraceId;
  readonly rootService: string;
  readonly rootName: string;
  readonly startNs: Nanos;
  readonly durationNs: DurationNs;
  readonly spanCount: number;
  readonly errorCount: number;
  /** Where the source says which. */
  readonly services?: readonly string[];
  /** Spans that a search found in it, at most {@link MOST_MATCHED} of them. */
  readonly matched: readonly SpanId[];
}

/** Matching spans named in a summary: enough to mark them in a trace, and few enough for long lists. */
export const MOST_MATCHED = 100;

/** Calls between services within a window. */
export interface ServiceGraph {
  readonly edges: readonly {
    readonly caller: string;
    readonly callee: string;
    readonly count: number;
    readonly errorCount: number;
  }[];
  /** Why these are not all calls: a sentence without its full stop; undefined where every call was counted. */
  readonly estimate?: string;
}

/**
 * What the embedded store and every backend implement. All methods reject with a `SpanlightError` in the user's words,
 * or with the signal's reason when aborted.
 */
export interface TraceSource {
  readonly capabilities: SourceCapabilities;
  services(signal: AbortSignal): Promise<ServiceSummary[]>;
  operations(query: OperationQuery, signal: AbortSignal): Promise<OperationStats[]>;
  search(query: TraceQuery, signal: AbortSignal): AsyncIterable<TraceSummary>;
  /** Undefined when the source does not have it. */
  trace(id: TraceId, signal: AbortSignal): Promise<Trace | undefined>;
  serviceGraph?(window: TimeWindow, signal: AbortSignal): Promise<ServiceGraph>;
}
