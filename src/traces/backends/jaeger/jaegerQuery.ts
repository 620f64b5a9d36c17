import { rfc3339 } from '../../../model/time';
import type { FindQuery } from '../searchingBackend';

/**
 * Parameters of `GET /api/v3/traces`. Up to 2.18 only names with underscores are known, and attributes are ignored; from
 * 2.19 on camel case comes first. Both are sent.
 */
export function v3Parameters(query: FindQuery): Record<string, string | undefined> {
  const { service, operation, window, minDurationNs, maxDurationNs, limit } = query;
  const tags = tagsOf(query);
  const both = (camel: string, value: string | undefined) => ({
    [`query.${camel}`]: value,
    [`query.${camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`]: value,
  });
  return {
    ...both('serviceName', service),
    ...both('operationName', operation),
    ...both('startTimeMin', rfc3339(window.from)),
    ...both('startTimeMax', rfc3339(window.to)),
    ...both('durationMin', goDuration(minDurationNs, Math.floor)),
    ...both('durationMax', goDuration(maxDurationNs, Math.ceil)),
    'query.searchDepth': String(limit),
    'query.num_traces': String(limit),
    ...both('attributes', tags === undefined ? undefined : JSON.stringify(tags)),
    ...both('rawTraces', 'true'),
  };
}

/** Parameters of `GET /api/traces`: microseconds, and tags as JSON. */
export function v1Parameters(query: FindQuery): Record<string, string | undefined> {
  const { service, operation, window, minDurationNs, maxDurationNs, limit } = query;
  const tags = tagsOf(query);
  return {
    service,
    operation,
    start: String(window.from / 1000n),
    // Exclusive, to the next microsecond.
    end: String((window.to + 999n) / 1000n),
    minDuration: goDuration(minDurationNs, Math.floor),
    maxDuration: goDuration(maxDurationNs, Math.ceil),
    limit: String(limit),
    tags: tags === undefined ? undefined : JSON.stringify(tags),
    raw: 'true',
  };
}

/** Conditions on tags; undefined where there are none. */
export function tagsOf({ tags, failed }: FindQuery): Readonly<Record<string, string>> | undefined {
  const all = { ...tags, ...(failed === true ? { error: 'true' } : {}) };
  return Object.keys(all).length > 0 ? all : undefined;
}

/** Go's notation, in microseconds, as most storages keep durations: `1500us`. */
function goDuration(durationNs: number | undefined, round: (value: number) => number): string | undefined {
  return durationNs === undefined ? undefined : `${round(durationNs / 1000)}us`;
}
