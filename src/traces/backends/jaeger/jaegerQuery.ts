import type { Nanos, TimeWindow } from '../../../model/time';

/** What Jaeger can be asked to find. All conditions must hold for one span. */
export interface JaegerQuery {
  /** Some storages want one. */
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
  readonly window: TimeWindow;
  readonly minDurationNs?: number | undefined;
  readonly maxDurationNs?: number | undefined;
  /** Tags by key, compared as texts. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly limit: number;
}

/**
 * Parameters of `GET /api/v3/traces`. Up to 2.18 only names with underscores are known, and attributes are ignored; from
 * 2.19 on camel case comes first. Both are sent.
 */
export function v3Parameters(query: JaegerQuery): Record<string, string | undefined> {
  const { service, operation, window, minDurationNs, maxDurationNs, limit } = query;
  const hasTags = Object.keys(query.tags ?? {}).length > 0;
  const both = (camel: string, value: string | undefined) => ({
    [`query.${camel}`]: value,
    [`query.${camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`]: value,
  });
  return {
    ...both('serviceName', service),
    ...both('operationName', operation),
    ...both('startTimeMin', rfc3339(window.from)),
    ...both('startTimeMax', rfc3339(window.to)),
    ...both('durationMin', goDuration(minDurationNs)),
    ...both('durationMax', goDuration(maxDurationNs)),
    'query.searchDepth': String(limit),
    'query.num_traces': String(limit),
    ...both('attributes', hasTags ? JSON.stringify(query.tags) : undefined),
    ...both('rawTraces', 'true'),
  };
}

/** Parameters of `GET /api/traces`: microseconds, and tags as JSON. */
export function v1Parameters(query: JaegerQuery): Record<string, string | undefined> {
  const { service, operation, window, minDurationNs, maxDurationNs, tags = {}, limit } = query;
  return {
    service,
    operation,
    start: String(window.from / 1000n),
    // Exclusive, to the next microsecond.
    end: String((window.to + 999n) / 1000n),
    minDuration: goDuration(minDurationNs),
    maxDuration: goDuration(maxDurationNs),
    limit: String(limit),
    tags: Object.keys(tags).length > 0 ? JSON.stringify(tags) : undefined,
    raw: 'true',
  };
}

/** Parameters of `GET /api/v3/trace-summaries`: those of a search, without what concerns spans. */
export function summaryParameters(query: JaegerQuery): Record<string, string | undefined> {
  return { ...v3Parameters(query), 'query.rawTraces': undefined, 'query.raw_traces': undefined };
}

/** RFC 3339 with nanoseconds, in UTC. */
export function rfc3339(time: Nanos): string {
  const seconds = new Date(Number(time / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(time % 1_000_000_000n).padStart(9, '0')}Z`;
}

/** Go's notation, in nanoseconds: `1500000ns`. */
function goDuration(durationNs: number | undefined): string | undefined {
  return durationNs === undefined ? undefined : `${Math.round(durationNs)}ns`;
}
