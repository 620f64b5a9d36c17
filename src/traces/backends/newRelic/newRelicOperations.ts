import type { Logger } from '../../../base/logger';
import { NO_ATTRIBUTES, type Attributes } from '../../../model/attributes';
import { OPERATION_ATTRIBUTES, type OperationStats } from '../../../model/operation';
import { OperationTable } from '../../../model/operationTable';
import type { TimeWindow } from '../../../model/time';
import type { OperationQuery } from '../../../model/traceSource';
import { newRelicSpans } from '../../formats/newRelicSpans';
import { itemsOf } from '../../formats/recordValues';
import { isBadRecord } from '../../formats/spanRecord';
import type { JsonObject } from '../../otlp/jsonFields';
import { hasFault } from '../backendError';
import { joinedOperations } from '../joinedOperations';
import { SharedWork } from '../sharedWork';
import { RequestAllowance } from '../transport/requestAllowance';
import { isOverBound, type NerdGraph, type NrqlRows, type RowsOptions } from './nerdGraph';
import { withExceptions } from './exceptions';
import { byFacets, differing, facetKey, facetsOf, sharedValues } from './facetRows';
import { withExemplars, type IdentifiedStats } from './newRelicExemplars';
import { isOneOf } from './nrql';
import {
  countNrql,
  exemplarNrql,
  MOST_FACETS,
  presenceNrql,
  totalNrql,
  trendNrql,
  variationNrql,
  type CountedSpans,
} from './operationNrql';
import { numberOf, statsOf, type CountedRow } from './operationRows';
import { IS_ERROR, serviceCondition, whereSpans } from './spanNrql';

/** What spans carry changes with a deployment, not from minute to minute. */
const PRESENT_TTL_MS = 5 * 60_000;
/** Bytes that the questions of one call may bring, together less than a file's hints may cost. */
const PRESENCE_BYTES = 64 * 1024;
const COUNT_BYTES = 400 * 1024;
const FEWER_BYTES = 180 * 1024;
const SPLIT_BYTES = 160 * 1024;
/** Requests of one call, all its questions and looking after running ones together. */
const MOST_REQUESTS = 5;
/** Those that finding out what there is leaves to counting it: one to ask, and two to ask again. */
const COUNTING_REQUESTS = 3;
/** Operations counted at once, the most frequent ones; and where those are more than fit. */
const MOST_OPERATIONS = 300;
const FEWER_OPERATIONS = 60;
/** Ways to take operations apart that are asked for in one request. */
const MOST_SPLITS = 3;
/** Characters of names in one query. */
const MOST_NAMES_LENGTH = 2_000;
/** Rows from which exemplars are taken; and where rows are long. */
const EXEMPLAR_ROWS = 60;
const FEWER_ROWS = 15;
/** Besides the name, what tells operations apart; and what says the kind of agents' spans, which seldom name it. */
const ALWAYS_TOLD = ['span.kind', 'otel.library.name'];
const TOLD_OF_AGENTS = ['nr.entryPoint', 'category'];
const OF_OPENTELEMETRY = ['otel.library.name', 'otel.status_code'];

/** What spans carry that tells operations apart. */
interface Present {
  readonly attributes: readonly string[];
  readonly resource: Attributes;
}

interface Asked {
  readonly window: TimeWindow;
  readonly conditions: readonly string[];
  /** What operations are told apart by in the first place. */
  readonly facets: readonly string[];
  readonly attributes: readonly string[];
  /** The service where rows need not name it. */
  readonly service: string | undefined;
  readonly requests: RequestAllowance;
}

interface FirstRows {
  readonly rows: NrqlRows<'count' | 'trend' | 'variation' | 'total' | 'slow' | 'failed' | 'latest'>;
  readonly limit: number;
}

/** Names of which the spans are taken apart alike. */
interface Split {
  readonly by: readonly string[];
  readonly names: Set<string>;
  length: number;
}

/** Operations as New Relic counts them: grouped by name, and again by what differs among the spans of one name. */
export class NewRelicOperations {
  private readonly present = new SharedWork<Present>(PRESENT_TTL_MS);

  constructor(
    private readonly api: NerdGraph,
    private readonly logger: Logger,
    private readonly always: readonly string[],
  ) {}

  /** @throws BackendError. */
  async find({ window, service, names }: OperationQuery, signal: AbortSignal): Promise<OperationStats[]> {
    const ofService = service === undefined ? undefined : serviceCondition(service);
    const everywhere = [...(ofService === undefined ? [] : [ofService.nrql]), ...this.always];
    const requests = new RequestAllowance(MOST_REQUESTS);
    const read = (own: AbortSignal): Promise<Present> => this.findPresent(everywhere, { window, requests }, own);
    const { attributes, resource } = await this.present.get(JSON.stringify(service ?? null), read, signal);
    const ofNames = names === undefined ? undefined : isOneOf('name', names);
    const isOneService = ofService?.exact === true;
    const asked: Asked = {
      ...{ window, attributes, requests },
      conditions: [...everywhere, ...(ofNames === undefined ? [] : [ofNames.nrql])],
      facets: isOneService ? ['name'] : ['service.name', 'entity.name', 'name'],
      service: isOneService ? service : undefined,
    };
    const first = await this.count(asked, signal);
    const counted = await this.takenApart(asked, first, signal);
    const context = {
      table: new OperationTable(),
      resource,
      service: asked.service,
      partial: this.partial(first, counted),
    };
    const isWanted = ({ stats: { key } }: IdentifiedStats): boolean =>
      (service === undefined || key.service === service) && (names === undefined || names.includes(key.name));
    const identified = counted
      .flatMap((row) => {
        const stats = statsOf(row, context);
        return stats === undefined ? [] : [{ identity: row.identity, stats }];
      })
      .filter(isWanted)
      .sort((a, b) => b.stats.totalNs - a.stats.totalNs);
    const { slow, failed, latest } = first.rows;
    const search = { api: this.api, ...asked, found: [...slow, ...failed, ...latest] };
    const stats = joinedOperations(await withExemplars(identified, search, signal));
    return withExceptions(stats, { api: this.api, window, requests }, signal);
  }

  /** Which attributes there are, and what one of the processes says of itself. */
  private async findPresent(
    conditions: readonly string[],
    { window, requests }: Pick<Asked, 'window' | 'requests'>,
    signal: AbortSignal,
  ): Promise<Present> {
    const queries = presenceNrql(whereSpans([], conditions), window);
    const options = { ...hinting(PRESENCE_BYTES, requests), spared: COUNTING_REQUESTS };
    const { keys, sample } = await this.api.rows(queries, signal, options);
    const all = new Set(keys.flatMap(keysOf));
    const [span] = newRelicSpans(sample);
    const resource = span === undefined || isBadRecord(span) ? NO_ATTRIBUTES : span.resource;
    const ofAgents = OF_OPENTELEMETRY.some((name) => all.has(name)) ? [] : TOLD_OF_AGENTS;
    const told = [...ofAgents, ...OPERATION_ATTRIBUTES].filter((name) => all.has(name));
    return { attributes: [...ALWAYS_TOLD, ...told], resource };
  }

  /** Counts by name; again with fewer operations where the answer was too large. */
  private async count(asked: Asked, signal: AbortSignal): Promise<FirstRows> {
    try {
      return { rows: await this.countAtMost(asked, MOST_OPERATIONS, COUNT_BYTES, signal), limit: MOST_OPERATIONS };
    } catch (error) {
      if (!hasFault(error, 'tooLarge') || error.status !== undefined || asked.requests.left === 0) throw error;
      return { rows: await this.countAtMost(asked, FEWER_OPERATIONS, FEWER_BYTES, signal), limit: FEWER_OPERATIONS };
    }
  }

  private countAtMost(
    { window, conditions, facets, attributes, requests }: Asked,
    limit: number,
    maxWireBytes: number,
    signal: AbortSignal,
  ): Promise<FirstRows['rows']> {
    const where = whereSpans([], conditions);
    const spans: CountedSpans = { where, window, facets, limit };
    const failures = whereSpans([], [...conditions, IS_ERROR]);
    const rows = limit < MOST_OPERATIONS ? FEWER_ROWS : EXEMPLAR_ROWS;
    const queries = {
      count: countNrql(spans),
      trend: trendNrql(spans),
      variation: variationNrql(spans, attributes),
      total: totalNrql(where, window),
      slow: exemplarNrql(where, window, attributes, rows, 'duration.ms DESC'),
      failed: exemplarNrql(failures, window, attributes, rows),
      latest: exemplarNrql(where, window, attributes, rows),
    };
    return this.api.rows(queries, signal, hinting(maxWireBytes, requests));
  }

  /** The rows, those of one name taken apart by what differs among its spans. */
  private async takenApart(asked: Asked, { rows, limit }: FirstRows, signal: AbortSignal): Promise<CountedRow[]> {
    const { facets, attributes } = asked;
    const trend = byFacets(rows.trend, facets);
    const variation = byFacets(rows.variation, facets);
    const splits = new Map<string, Split>();
    const counted: CountedRow[] = [];
    const mixed: CountedRow[] = [];
    for (const counts of rows.count) {
      const key = facetKey(counts, facets);
      const by = differing(variation.get(key), attributes).slice(0, MOST_FACETS - facets.length);
      const toSplit = isSplit(splits, by, facetsOf(counts, facets).name);
      const identity = { ...sharedValues(variation.get(key), attributes), ...facetsOf(counts, facets) };
      const row = { identity, counts, trend: trend.get(key) };
      if (toSplit) mixed.push({ ...row, isMixed: true });
      else counted.push(row);
    }
    try {
      return [...counted, ...(await this.split(asked, [...splits.values()], limit, signal))];
    } catch (error) {
      if (!isOverBound(error)) throw error;
      this.logger.info(`${error.message} Operations of one name are shown as one.`);
      return [...counted, ...mixed];
    }
  }

  private async split(
    asked: Asked,
    splits: readonly Split[],
    limit: number,
    signal: AbortSignal,
  ): Promise<CountedRow[]> {
    if (splits.length === 0) return [];
    const { conditions, window, facets, attributes, requests } = asked;
    const queries: Record<string, string> = {};
    for (const [at, { by, names }] of splits.entries()) {
      const where = whereSpans([isOneOf('name', [...names])], conditions);
      const spans: CountedSpans = { where, window, facets: [...facets, ...by], limit };
      queries[`count${at}`] = countNrql(spans);
      queries[`trend${at}`] = trendNrql(spans);
      queries[`variation${at}`] = variationNrql(spans, attributes);
    }
    const rows = await this.api.rows(queries, signal, hinting(SPLIT_BYTES, requests));
    return splits.flatMap(({ by, names }, at) => {
      const all = [...facets, ...by];
      const trend = byFacets(rows[`trend${at}`] ?? [], all);
      const variation = byFacets(rows[`variation${at}`] ?? [], all);
      return (rows[`count${at}`] ?? []).flatMap((counts) => {
        const own = facetsOf(counts, all);
        if (typeof own.name !== 'string' || !names.has(own.name)) return [];
        const key = facetKey(counts, all);
        const identity = { ...sharedValues(variation.get(key), attributes), ...own };
        return [{ identity, counts, trend: trend.get(key) }];
      });
    });
  }

  /** Why not every span is counted. */
  private partial({ rows, limit }: FirstRows, counted: readonly CountedRow[]): string | undefined {
    const total = numberOf(rows.total[0]?.n);
    const sum = counted.reduce((all, { counts }) => all + numberOf(counts.n), 0);
    if (sum >= total) return undefined;
    const reason = `New Relic counted the ${limit} most frequent operations, which have ${sum} of ${total} calls`;
    this.logger.info(`${reason}.`);
    return reason;
  }
}

/** Hints are asked for again and again, and nobody waits for them. */
function hinting(maxWireBytes: number, requests: RequestAllowance): RowsOptions {
  return { maxWireBytes, isBackground: true, requests };
}

/** Whether a name is to be taken apart by some attributes, together with others that are. */
function isSplit(splits: Map<string, Split>, by: readonly string[], name: unknown): boolean {
  if (by.length === 0 || typeof name !== 'string') return false;
  const known = splits.get(by.join());
  if (known === undefined && splits.size >= MOST_SPLITS) return false;
  const split = known ?? { by, names: new Set<string>(), length: 0 };
  if (split.length + name.length > MOST_NAMES_LENGTH) return false;
  if (!split.names.has(name)) split.length += name.length + 4;
  split.names.add(name);
  splits.set(by.join(), split);
  return true;
}

function keysOf(row: JsonObject): string[] {
  const lists = [row.allKeys, row.stringKeys, row.numericKeys, row.booleanKeys].flatMap((list) => itemsOf(list));
  return lists.filter((key) => typeof key === 'string');
}
