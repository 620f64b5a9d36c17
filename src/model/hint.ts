import type { Line0 } from '../base/positions';
import type { Anchor } from './location';
import type { OperationId, SpanKind } from './operation';

/** How a word is coloured: by the thresholds of the settings. */
export type Severity = 'normal' | 'warning' | 'error';

/** Some of a hint's text in one colour. */
export interface HintPart {
  readonly text: string;
  readonly severity: Severity;
}

/** Signs that a hint can carry; each is explained in its hover. */
export type HintState = 'sampled' | 'drifted' | 'stale' | 'inside';

/** What the editor draws at the end of a line. */
export interface Hint {
  readonly line: Line0;
  readonly anchor: Anchor;
  readonly parts: readonly HintPart[];
  /** Eighth blocks `▁▂▃▄▅▆▇█`, oldest first; empty where there is too little to draw. */
  readonly trend: string;
  readonly severity: Severity;
  readonly states: readonly HintState[];
  readonly symbol: string;
  /** Most total time first. */
  readonly operations: readonly OperationId[];
}

/** From where on numbers are coloured. */
export interface HintThresholds {
  /** Milliseconds of p95. */
  readonly warningMs: number;
  readonly errorMs: number;
  readonly warningErrorPercent: number;
  readonly errorErrorPercent: number;
}

/** What the user chose for hints; see the settings of the same names. */
export interface HintSettings extends HintThresholds {
  /** 50 for the median; shown in this order. */
  readonly percentiles: readonly number[];
  readonly windowMinutes: number;
  /** Fewest calls for percentiles up to 50, up to 95, and beyond. */
  readonly minimumCalls: { readonly p50: number; readonly p95: number; readonly p99: number };
  /** Thresholds that differ for spans of a kind; what is not named there is as for the rest. */
  readonly byKind?: Readonly<Partial<Record<SpanKind, Partial<HintThresholds>>>>;
  readonly trend: boolean;
}
