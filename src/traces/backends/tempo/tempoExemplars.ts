import type { ErrorExemplar, Exemplar, OperationStats } from '../../../model/operation';
import type { TimeWindow } from '../../../model/time';
import type { TempoApi } from './tempoApi';
import { MOST_RECENT } from './tempoQuery';
import type { FoundSpan, FoundTrace } from './tempoSearch';

/** Traces looked at for exemplars of each sort, and spans of each. */
const LATEST_TRACES = 40;
const FAILED_TRACES = 20;
const SLOW_TRACES = 20;
const SPANS_PER_TRACE = 12;
/** Bytes that each of these searches may bring, well within what a file's hints may cost. */
const MAX_WIRE_BYTES = 64 * 1024;

interface Found extends Exemplar {
  readonly message: string | undefined;
  readonly stack: string | undefined;
  readonly isError: boolean;
}

/** The exemplars of one operation. */
export interface OperationExemplars {
  readonly slowest: Exemplar | undefined;
  /** All of them; the typical one is that whose duration is nearest to `medianNs`. */
  near(medianNs: number): OperationStats['exemplars'];
}

/** Finds the exemplars of an operation by the labels of its series. */
export type ExemplarsOf = (labels: ReadonlyMap<string, string>) => OperationExemplars;

/** Spans of a service worth opening, from three searches: the latest, the failed and the slow. */
export async function findExemplars(
  api: TempoApi,
  conditions: string,
  split: readonly string[],
  window: TimeWindow,
  signal: AbortSignal,
): Promise<ExemplarsOf> {
  const fields = ['name', 'kind', 'status', 'statusMessage', ...split];
  const search = (condition: string, limit: number, more: readonly string[] = []): Promise<FoundTrace[]> => {
    const q = `{ ${conditions}${condition} } | select(${[...fields, ...more].join(', ')})${MOST_RECENT}`;
    const bounds = { spansPerTrace: SPANS_PER_TRACE, maxWireBytes: MAX_WIRE_BYTES };
    return api.search({ q, window, limit, ...bounds }, signal);
  };
  const latest = await search('', LATEST_TRACES);
  const failed = await search(' && status = error', FAILED_TRACES, ['event.exception.stacktrace']);
  const slow = await search(` && duration > ${slowBound(latest)}ns`, SLOW_TRACES);
  const byOperation = new Map<string, Found[]>();
  for (const { summary, spans } of [...latest, ...failed, ...slow]) {
    for (const span of spans) {
      const key = keyOf(span.attributes, span.name, split);
      const list = byOperation.get(key) ?? [];
      list.push(foundOf(summary.traceId, span));
      byOperation.set(key, list);
    }
  }
  return (labels) => exemplarsOf(byOperation.get(keyOf(labels, labels.get('name'), split)) ?? []);
}

/** What few spans exceed, by those of the latest traces. */
function slowBound(latest: readonly FoundTrace[]): number {
  const durations = latest.flatMap(({ spans }) => spans.map(({ durationNs }) => durationNs)).sort((a, b) => a - b);
  return Math.max(1_000_000, durations[Math.floor(durations.length * 0.95)] ?? 0);
}

/** A search names attributes without their scope, a series with it. */
function keyOf(values: ReadonlyMap<string, string>, name: string | undefined, split: readonly string[]): string {
  const valueOf = (label: string): string => {
    const own = label.replace(/^span\./, '').replace(/^"(.*)"$/, '$1');
    return values.get(label) ?? values.get(own) ?? '';
  };
  return JSON.stringify([name ?? '', values.get('kind') ?? '', ...split.map(valueOf)]);
}

function foundOf(traceId: Exemplar['traceId'], { spanId, durationNs, startNs, attributes }: FoundSpan): Found {
  return {
    ...{ traceId, spanId, durationNs, startNs },
    message: attributes.get('statusMessage'),
    stack: attributes.get('exception.stacktrace'),
    isError: attributes.get('status') === 'error',
  };
}

function exemplarsOf(found: readonly Found[]): OperationExemplars {
  const slowest = best(found, ({ durationNs }) => durationNs);
  const failed = best(
    found.filter(({ isError }) => isError),
    // One that says what happened, before one that does not; then the latest.
    ({ startNs, message, stack }) => Number(startNs) * (message === undefined && stack === undefined ? 0.5 : 1),
  );
  return {
    slowest: slowest && plain(slowest),
    near(medianNs) {
      const typical = best(
        found.filter(({ isError }) => !isError),
        ({ durationNs }) => -Math.abs(Math.log((durationNs + 1) / (medianNs + 1))),
      );
      return {
        ...(slowest === undefined ? {} : { slowest: plain(slowest) }),
        ...(failed === undefined ? {} : { error: withError(failed) }),
        ...(typical === undefined ? {} : { typical: plain(typical) }),
      };
    },
  };
}

function best(found: readonly Found[], score: (found: Found) => number): Found | undefined {
  let most: Found | undefined;
  for (const one of found) if (most === undefined || score(one) > score(most)) most = one;
  return most;
}

function plain({ traceId, spanId, durationNs, startNs }: Found): Exemplar {
  return { traceId, spanId, durationNs, startNs };
}

function withError(found: Found): ErrorExemplar {
  const { message, stack } = found;
  return { ...plain(found), ...(message === undefined ? {} : { message }), ...(stack === undefined ? {} : { stack }) };
}
