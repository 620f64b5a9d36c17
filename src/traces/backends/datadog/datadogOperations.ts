import type { Logger } from '../../../base/logger';
import { LruMap } from '../../../base/tables/lruMap';
import type { OperationStats } from '../../../model/operation';
import { OperationTable } from '../../../model/operationTable';
import type { TimeWindow } from '../../../model/time';
import type { OperationQuery } from '../../../model/traceSource';
import { datadogSpans } from '../../formats/datadogSpans';
import { isBadRecord } from '../../formats/spanRecord';
import { hasFault } from '../backendError';
import type { CountedGroups, DatadogApi } from './datadogApi';
import { allOf, anyOf, equals } from './datadogTerms';
import { asFailed } from './datadogTraces';
import { SampledGroups } from './sampledGroups';
import {
  computesOf,
  failedComputesOf,
  failedGroup,
  groupBy,
  keyText,
  MOST_NAMES,
  operationGroup,
  trendOf,
  type FailedGroup,
  type GroupKey,
  type OperationGroup,
} from './operationGroups';

/** What numbers, and then spans, may weigh: together less than the megabyte that a file's hints may cost. */
const COUNTED_BYTES = 320 * 1024;
const FAILED_BYTES = 96 * 1024;
const SAMPLED_BYTES = 192 * 1024;
/** Operations of which spans are looked for one by one: those with the most time. */
const MOST_SAMPLED = 40;
/** Signs of one query. */
const LONGEST_QUERY = 8_000;
const SAMPLED_SPANS = 200;
const LATEST_SPANS = 60;
/** Names that are asked for by name. */
const MOST_ASKED_NAMES = 20;
/** What spans carry changes with a deployment, and one that was slow minutes ago is as good to open. */
const SAMPLE_TTL_MS = 5 * 60_000;
const MOST_KEPT = 32;
/** Ends a sentence: why numbers are estimates. */
const KEPT_ONLY = 'Datadog counts the spans that its retention filters have kept';

interface KeptSample {
  readonly sampled: SampledGroups;
  /** Milliseconds, never going back. */
  readonly at: number;
}

/**
 * Operations as Datadog counts them, in at most five requests: all calls, the failed ones, the slowest and fastest call of
 * each operation, the latest calls of the service, and failed calls where these were none.
 */
export class DatadogOperations {
  private readonly kept = new LruMap<string, KeptSample>(MOST_KEPT);

  constructor(
    private readonly api: DatadogApi,
    private readonly name: string,
    private readonly logger: Logger,
    /** What every span must meet: the environment. */
    private readonly always: string | undefined,
  ) {}

  /** @throws BackendError. */
  async operations(query: OperationQuery, signal: AbortSignal): Promise<OperationStats[]> {
    const { window, service } = query;
    const scope = allOf(
      this.always,
      service === undefined ? undefined : equals('service', service),
      namesTerm(query.names),
    );
    const [all, failures] = await Promise.all([
      this.count(scope, query, computesOf(window), COUNTED_BYTES, signal),
      this.count(allOf(scope, 'status:error'), query, failedComputesOf(window), FAILED_BYTES, signal),
    ]);
    const groups = all.groups
      .flatMap((group) => operationGroup(group, service, window) ?? [])
      .filter(({ key }) => query.names === undefined || query.names.includes(key.name))
      .sort((a, b) => b.totalNs - a.totalNs);
    if (groups.length === 0) return [];
    if (new Set(groups.map(({ key }) => key.name)).size >= MOST_NAMES)
      this.logger.info(`${this.name}: of all operations the ${groups.length} with the most time are shown.`);
    const failed = new Map(failures.groups.map((group) => failedGroup(group, service, window)));
    const sampled = await this.sampled(groups, failed, scope, window, signal);
    const partial = all.partial ?? failures.partial;
    const estimate = partial === undefined ? KEPT_ONLY : `${KEPT_ONLY}, and not all of these: ${partial}`;
    const table = new OperationTable();
    return groups.map((group) => {
      const text = keyText(group.key);
      const key = sampled.operationKey(group.key);
      const failures = failed.get(text);
      return {
        id: table.id(table.intern(key)),
        key,
        count: group.count,
        errorCount: Math.min(group.count, failures?.count ?? 0),
        totalNs: group.totalNs,
        latency: group.latency,
        trend: trendOf(group, failures),
        exemplars: sampled.exemplars(group.key, group.latency.quantile(0.5)),
        exact: false,
        estimate,
      };
    });
  }

  private count(
    query: string,
    { window, service }: OperationQuery,
    compute: ReturnType<typeof computesOf>,
    maxWireBytes: number,
    signal: AbortSignal,
  ): Promise<CountedGroups> {
    const question = {
      query,
      window,
      compute,
      groupBy: groupBy(service === undefined),
      maxWireBytes,
      isBackground: true,
    };
    return this.api.aggregate(question, signal);
  }

  /** What was seen a short time ago will do, where it is of the same operations. */
  private async sampled(
    groups: readonly OperationGroup[],
    failed: ReadonlyMap<string, FailedGroup>,
    scope: string,
    window: TimeWindow,
    signal: AbortSignal,
  ): Promise<SampledGroups> {
    // Much slower calls than those that were seen are what somebody wants to open.
    const isSeen = ({ key, maxNs }: OperationGroup, { sampled }: KeptSample): boolean =>
      sampled.slowestNs(key) * 2 >= maxNs && (!hasFailed(key, failed) || sampled.hasFailed(key));
    const kept = this.kept.get(scope);
    const isFresh = kept !== undefined && performance.now() - kept.at < SAMPLE_TTL_MS;
    if (isFresh && groups.slice(0, MOST_SAMPLED).every((group) => isSeen(group, kept))) return kept.sampled;
    const sampled = await this.sample(groups, failed, scope, window, signal);
    this.kept.set(scope, { sampled, at: performance.now() });
    return sampled;
  }

  /** Spans of the operations that are seen the most: for what they carry, and to be opened. */
  private async sample(
    groups: readonly OperationGroup[],
    failed: ReadonlyMap<string, FailedGroup>,
    scope: string,
    window: TimeWindow,
    signal: AbortSignal,
  ): Promise<SampledGroups> {
    const sampled = new SampledGroups();
    const extremes = extremesTerm(groups, failed);
    const add = async (query: string, limit: number, isFailed = false): Promise<void> => {
      const items = await this.items(query, window, limit, signal);
      for (const span of datadogSpans(isFailed ? asFailed(items) : items)) if (!isBadRecord(span)) sampled.add(span);
    };
    await Promise.all([
      add(scope, LATEST_SPANS),
      ...(extremes === undefined ? [] : [add(allOf(scope, extremes), SAMPLED_SPANS)]),
    ]);
    const missing = groups.filter(({ key }) => hasFailed(key, failed) && !sampled.hasFailed(key));
    const terms = fitting(missing.map(({ key }) => groupTerm(key)));
    if (terms.length > 0) await add(allOf(scope, 'status:error', anyOf(terms)), SAMPLED_SPANS, true);
    return sampled;
  }

  private async items(
    query: string,
    window: TimeWindow,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly unknown[]> {
    const search = { query, window, limit, maxWireBytes: SAMPLED_BYTES, isBackground: true };
    try {
      for await (const { items } of this.api.search(search, signal)) return items;
    } catch (error) {
      // Numbers without spans to open are better than nothing. With a status it is Datadog that finds it too large.
      if (!hasFault(error, 'tooLarge') || error.status !== undefined) throw error;
      this.logger.info(`${this.name}: spans of ${query.slice(0, 80)} are too large to be looked at.`);
    }
    return [];
  }
}

function hasFailed(key: GroupKey, failed: ReadonlyMap<string, FailedGroup>): boolean {
  return (failed.get(keyText(key))?.count ?? 0) > 0;
}

function namesTerm(names: readonly string[] | undefined): string | undefined {
  if (names === undefined || names.length === 0 || names.length > MOST_ASKED_NAMES) return undefined;
  const terms = names.map((name) => equals('resource_name', name));
  return terms.includes(undefined) ? undefined : anyOf(terms as string[]);
}

/** Finds the slowest, the fastest and the slowest failed call of each operation. */
function extremesTerm(groups: readonly OperationGroup[], failed: ReadonlyMap<string, FailedGroup>): string | undefined {
  const terms = groups.slice(0, MOST_SAMPLED).map(({ key, minNs, maxNs }) => {
    const term = groupTerm(key);
    const failures = failed.get(keyText(key));
    const isKnown = term !== undefined && Number.isFinite(minNs) && Number.isFinite(maxNs);
    if (!isKnown) return undefined;
    const ends = [`@duration:>=${Math.floor(maxNs)}`, `@duration:<=${Math.ceil(minNs)}`];
    if (failures !== undefined && Number.isFinite(failures.maxNs))
      ends.push(`(status:error @duration:>=${Math.floor(failures.maxNs)})`);
    return `(${term} ${anyOf(ends)})`;
  });
  const asked = fitting(terms);
  return asked.length === 0 ? undefined : anyOf(asked);
}

function groupTerm({ name, kind }: GroupKey): string | undefined {
  const named = equals('resource_name', name);
  if (named === undefined) return undefined;
  const ofKind = kind === 'UNSPECIFIED' ? undefined : `@span.kind:${kind.toLowerCase()}`;
  return allOf(named, ofKind);
}

/** As many as one query may hold. */
function fitting(terms: readonly (string | undefined)[]): string[] {
  let left = LONGEST_QUERY;
  return terms.flatMap((term) => {
    left -= term === undefined || term.length > left ? 0 : term.length;
    return term === undefined || term.length > left ? [] : [term];
  });
}
