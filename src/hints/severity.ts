import type { HintSettings, HintThresholds, Severity } from '../model/hint';
import type { SpanKind } from '../model/operation';

const NS_PER_MS = 1e6;

/** The colour of a latency in nanoseconds, for spans of a kind. */
export function latencySeverity(nanoseconds: number, kind: SpanKind, settings: HintSettings): Severity {
  const { warningMs, errorMs } = thresholdsOf(kind, settings);
  return over(nanoseconds / NS_PER_MS, warningMs, errorMs);
}

/** The colour of a share of failures, for spans of a kind. */
export function errorSeverity(errors: number, count: number, kind: SpanKind, settings: HintSettings): Severity {
  if (errors <= 0 || count <= 0) return 'normal';
  const { warningErrorPercent, errorErrorPercent } = thresholdsOf(kind, settings);
  return over((100 * errors) / count, warningErrorPercent, errorErrorPercent);
}

/** The worse of the two. */
export function worse(a: Severity, b: Severity): Severity {
  if (a === 'error' || b === 'error') return 'error';
  return a === 'warning' || b === 'warning' ? 'warning' : 'normal';
}

function thresholdsOf(kind: SpanKind, settings: HintSettings): HintThresholds {
  const own = settings.byKind?.[kind];
  return own === undefined ? settings : { ...settings, ...own };
}

function over(value: number, warning: number, error: number): Severity {
  if (value >= error) return 'error';
  return value >= warning ? 'warning' : 'normal';
}
