import { nanos, type TimeWindow } from '../../../model/time';
import { hasFault } from '../backendError';

const NS_PER_SECOND = 1_000_000_000n;
const SECONDS_OF = { h: 3600, m: 60, s: 1 } as const;

/** Parts that a window is cut into at most; what is older is left out. Each is a question of its own. */
const MAX_SEARCH_PARTS = 53;
const MAX_METRICS_PARTS = 8;

/** What a Tempo refuses, in its own words: of searches and lists, and of metrics (2.4 to 2.6, and after). */
const TOO_LONG =
  /(range specified by start and end)(?: \([^)]*\))? exceeds ([\dhms.]+?)\.? |maximum allowed duration of ([\dhms.]+)/;
const TOO_MANY = /limit \d+ exceeds max limit (\d+)/;
/** A window of which nothing is left once the latest seconds are out. */
const NOTHING_LEFT = /within query_end_cutoff|start must be before end|end must be greater than start/;

/** A window in parts that Tempo takes, the latest first. */
export interface WindowParts {
  readonly parts: readonly TimeWindow[];
  /** The beginning of the window did not fit into the parts. */
  readonly isCut: boolean;
}

/**
 * What a Tempo allows: the defaults of its source until it says otherwise. Administrators set lower ones, for everybody or
 * for a tenant, and older versions have others.
 */
export class TempoLimits {
  /** `max_search_duration`: one week in every version. */
  private searchNs = 168n * 3600n * NS_PER_SECOND;
  /** `max_duration` of metrics: a day since 3.0, three hours before. */
  private metricsNs = 24n * 3600n * NS_PER_SECOND;
  /** `max_result_limit` of searches. */
  traces = 10_000;

  /** A window in parts; searches and lists know whole seconds only: those around a part must not be too long. */
  within(what: 'search' | 'metrics', window: TimeWindow): WindowParts {
    if (what === 'metrics') return inParts(window, this.metricsNs, MAX_METRICS_PARTS);
    return inParts(window, this.searchNs - 2n * NS_PER_SECOND, MAX_SEARCH_PARTS);
  }

  /** @returns true if the error told a limit that was not known: to ask again, within it, helps. */
  learn(error: unknown, what: 'search' | 'metrics'): boolean {
    if (!hasFault(error, 'badRequest')) return false;
    const many = Number(TOO_MANY.exec(error.message)?.[1] ?? 0);
    if (many > 0 && many < this.traces) {
      this.traces = many;
      return true;
    }
    const [, , general, ofMetrics] = TOO_LONG.exec(`${error.message} `) ?? [];
    const longest = goDurationNs(general ?? ofMetrics ?? '');
    const isMetrics = what === 'metrics';
    if (longest <= 0n || longest >= (isMetrics ? this.metricsNs : this.searchNs)) return false;
    if (isMetrics) this.metricsNs = longest;
    else this.searchNs = longest;
    return true;
  }
}

/** Whether an error says that nothing is left of the window: the latest 30 s are not answered about (`query_end_cutoff`). */
export function isTooRecent(error: unknown): boolean {
  return hasFault(error, 'badRequest') && NOTHING_LEFT.test(error.message);
}

function inParts({ from, to }: TimeWindow, longest: bigint, most: number): WindowParts {
  const parts: TimeWindow[] = [];
  let end = to;
  while (end > from && parts.length < most) {
    const start = end - longest > from ? nanos(end - longest) : from;
    parts.push({ from: start, to: end });
    end = start;
  }
  return { parts, isCut: end > from };
}

/** Go's notation of whole seconds: `168h0m0s`. */
function goDurationNs(text: string): bigint {
  let seconds = 0;
  for (const [, count, unit] of text.matchAll(/([\d.]+)([hms])/g)) {
    seconds += Number(count) * SECONDS_OF[unit as keyof typeof SECONDS_OF];
  }
  return BigInt(Math.floor(seconds)) * NS_PER_SECOND;
}
