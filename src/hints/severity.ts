import type { HintSettings, Severity } from '../model/hint';

const NS_PER_MS = 1e6;

/** The colour of a latency in nanoseconds. */
export function latencySeverity(nanoseconds: number, settings: HintSettings): Severity {
  return over(nanoseconds / NS_PER_MS, settings.warningMs, settings.errorMs);
}

/** The colour of a share of failures. */
export function errorSeverity(errors: number, count: number, settings: HintSettings): Severity {
  if (errors <= 0 || count <= 0) return 'normal';
  return over((100 * errors) / count, settings.warningErrorPercent, settings.errorErrorPercent);
}

/** The worse of the two. */
export function worse(a: Severity, b: Severity): Severity {
  if (a === 'error' || b === 'error') return 'error';
  return a === 'warning' || b === 'warning' ? 'warning' : 'normal';
}

function over(value: number, warning: number, error: number): Severity {
  if (value >= error) return 'error';
  return value >= warning ? 'warning' : 'normal';
}
