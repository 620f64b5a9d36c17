import type { ErrorExemplar, Exemplar, OperationStats } from '../../../model/operation';
import type { TimeWindow } from '../../../model/time';
import type { TempoApi } from './tempoApi';
import { labelOf, type ServiceAttributes } from './tempoAttributes';
import { MOST_RECENT, namesCondition } from './tempoQuery';
import type { FoundSpan, FoundTrace } from './tempoSearch';
import { failuresOf, type Group } from './tempoGroups';

/** Traces looked at for exemplars of each sort, and spans of each. */
const LATEST_TRACES = 40;
const FAILED_TRACES = 20;
const SLOW_TRACES = 20;
const SPANS_PER_TRACE = 12;
/** Operations that are looked for by name. */
const MAX_NAMES = 24;
const FAILED = ' && status = error';
const STACK = ['event.exception.stacktrace'];
/** Bytes that each of these searches may bring, well within what a file's hints may cost. */
const MAX_WIRE_BYTES = 40 * 1024;

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

/** The operations whose exemplars are looked for. */
export interface ExemplarQuery {
  /** TraceQL for the spans of the service. */
  readonly conditions: string;
  readonly window: TimeWindow;
  readonly attributes: ServiceAttributes;
  /** As they were counted. */
  readonly groups: readonly Group[];
}

/**
 * Spans of a service worth opening, from three searches: the latest, the failed and the slow; and from one more each for
 * operations that these did not meet, and for failures.
 */
export async function findExemplars(api: TempoApi, query: ExemplarQuery, signal: AbortSignal): Promise<ExemplarsOf> {
  const { conditions, window, attributes, groups } = query;
  const split = new Set(attributes.groups.flatMap((group) => group.split));
  const fields = ['name', 'kind', 'status', 'statusMessage', ...split];
  const byOperation = new Map<string, Found[]>();
  const search = async (condition: string, limit: number, more: readonly string[] = []): Promise<FoundTrace[]> => {
    const q = `{ ${conditions}${condition} } | select(${[...fields, ...more].join(', ')})${MOST_RECENT}`;
    const bounds = { spansPerTrace: SPANS_PER_TRACE, maxWireBytes: MAX_WIRE_BYTES };
    const found = await api.search({ q, window, limit, ...bounds }, signal);
    for (const { summary, spans } of found) {
      for (const span of spans) {
        const key = keyOf(span.attributes, span.name, attributes);
        byOperation.set(key, [...(byOperation.get(key) ?? []), foundOf(summary.traceId, span)]);
      }
    }
    return found;
  };
  const foundFor = (group: Group): readonly Found[] => {
    return byOperation.get(keyOf(group.labels, group.labels.get('name'), attributes)) ?? [];
  };
  const latest = await search('', LATEST_TRACES);
  await search(FAILED, FAILED_TRACES, STACK);
  await search(` && duration > ${slowBound(latest)}ns`, SLOW_TRACES);
  const withoutAny = namesOf(groups.filter((group) => foundFor(group).length === 0));
  if (withoutAny.length > 0) await search(` && ${namesCondition(withoutAny)}`, LATEST_TRACES);
  const failing = groups.filter((group) => failuresOf(group) > 0 && !foundFor(group).some(({ isError }) => isError));
  if (failing.length > 0) await search(`${FAILED} && ${namesCondition(namesOf(failing))}`, FAILED_TRACES, STACK);
  return (labels) => exemplarsOf(byOperation.get(keyOf(labels, labels.get('name'), attributes)) ?? []);
}

function namesOf(groups: readonly Group[]): string[] {
  return [...new Set(groups.map(({ labels }) => labels.get('name') ?? ''))].slice(0, MAX_NAMES);
}

/** What few spans exceed, by those of the latest traces. */
function slowBound(latest: readonly FoundTrace[]): number {
  const durations = latest.flatMap(({ spans }) => spans.map(({ durationNs }) => durationNs)).sort((a, b) => a - b);
  return Math.max(1_000_000, durations[Math.floor(durations.length * 0.95)] ?? 0);
}

/** A search names attributes without their scope, a series with it. */
function keyOf(values: ReadonlyMap<string, string>, name: string | undefined, attributes: ServiceAttributes): string {
  const valueOf = (label: string): string => {
    const own = label.replace(/^span\./, '').replace(/^"(.*)"$/, '$1');
    return values.get(label) ?? values.get(own) ?? '';
  };
  const kind = values.get('kind') ?? '';
  const { split } = attributes.groupOf(labelOf(new Map([...values, ['name', name ?? '']])));
  return JSON.stringify([name ?? '', kind, ...split.map(valueOf)]);
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
