import { isObject } from '../../otlp/jsonFields';
import { quotable } from '../transport/redact';
import type { ExplainRefusal, Refusal } from '../transport/refusal';

/** Errors lie within each other no deeper than this. */
const DEEPEST = 8;

const CURES = {
  question: 'Check that the index holds spans of the tool that this kind of backend is for.',
  server: 'Try again later; its own logs say more.',
} as const;

/**
 * The errors of OpenSearch and Elasticsearch whose status says less than their type.
 * @param missing what it means that no index fits.
 */
export function explainSearch(name: string, index: string, missing: Refusal = noIndex(name, index)): ExplainRefusal {
  return ({ body, status }) => {
    const error = errorIn(body);
    const types = [...chain(error)].map(({ type }) => type);
    if (types.includes('index_not_found_exception')) return missing;
    if (types.includes('too_many_buckets_exception')) {
      return {
        fault: 'tooLarge',
        message: `${name} does not count that many groups at once: ${reasonIn(error)}.`,
        cure: 'Ask for a shorter time range or one service, or raise search.max_buckets there.',
      };
    }
    // Its own reason is "all shards failed", or empty: what a shard said is further in.
    if (types.includes('search_phase_execution_exception') && status !== 429) {
      const because = reasonIn(error);
      return status < 500
        ? {
            fault: 'badRequest',
            message: `${name} cannot be asked that (${status}): ${because}.`,
            cure: CURES.question,
          }
        : { fault: 'server', message: `${name} failed (${status}): ${because}.`, cure: CURES.server };
    }
    return undefined;
  };
}

/** No index fits a pattern. */
export function noIndex(name: string, index: string): Refusal {
  return {
    fault: 'notFound',
    message: `${name} has no index that "${index}" fits.`,
    cure: 'Check that spans are written there, and set "index" among the options of this backend where they lie elsewhere.',
  };
}

/** The innermost reason of an error, or of the first of several; empty where there is none. */
export function reasonIn(error: unknown): string {
  const reasons = [...chain(error)].map(({ reason }) => (typeof reason === 'string' ? reason : ''));
  const said = reasons.filter((reason) => reason !== '');
  return quotable(said.at(-1) ?? '', []).replace(/\.$/, '');
}

/** An error, and what caused it. */
export function* chain(error: unknown): Generator<Readonly<Record<string, unknown>>> {
  let current = error;
  for (let level = 0; level < DEEPEST; level++) {
    if (Array.isArray(current)) current = current[0] as unknown;
    if (!isObject(current)) return;
    yield current;
    const { caused_by: cause, reason, root_cause: roots, failed_shards: shards } = current;
    const reasonObject = isObject(reason) ? reason : undefined;
    current = cause ?? reasonObject ?? first(roots) ?? first(shards);
  }
}

function first(list: unknown): unknown {
  return Array.isArray(list) ? (list[0] as unknown) : undefined;
}

/** The error of an answer's body; undefined where it holds none. */
export function errorIn(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value.error : undefined;
  } catch {
    // Not from the server itself, or cut off: the status says enough.
    return undefined;
  }
}
