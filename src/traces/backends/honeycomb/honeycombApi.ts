import { textOf } from '../../formats/recordValues';
import { isObject, type JsonObject } from '../../otlp/jsonFields';
import { BackendError, hasFault } from '../backendError';
import { SharedWork } from '../sharedWork';
import { urlPath, type BackendHttp } from '../transport/backendHttp';
import type { RequestAllowance } from '../transport/requestAllowance';
import { pause } from '../transport/retry';
import { datasetWanted, queriesForbidden, type HoneycombPlace } from './honeycombRefusal';
import type { QuerySpec } from './querySpec';

/** Every dataset of the environment, in place of the name of one. */
export const ALL_DATASETS = '__all__';
/** The limit that running queries counts against. */
export const RUNS = 'runs';
/** The most groups of one answer. */
export const MAX_GROUPS = 10_000;

/** Whose key it is changes with the key. */
const AUTH_TTL_MS = 10 * 60_000;
/** Queries cannot be deleted: one that ends with now can be run for as long as it is the question. */
const QUERY_TTL_MS = 24 * 60 * 60_000;
/** Whoever asks again for the same hours does so soon. */
const PAST_QUERY_TTL_MS = 10 * 60_000;
const FIRST_POLL_MS = 150;
const LONGEST_POLL_MS = 1_500;
/** Where requests are counted, and nobody waits, most queries are complete after this long. */
const COUNTED_POLL_MS = 1_000;
/** There, an answer is asked for twice, the second time this many times as late: queries are given up after ten seconds. */
const LAST_POLL = 10;
/** Queries that run longer are given up there; this is a little more. */
const MOST_WAITING_MS = 20_000;

/** What a key is for. */
export interface HoneycombAccess {
  readonly team: string | undefined;
  /** Empty in a classic environment, which has no queries over all datasets. */
  readonly environment: string;
  readonly mayRun: boolean | undefined;
}

/** A dataset. */
export interface HoneycombDataset {
  readonly name: string;
  readonly slug: string;
  readonly lastWritten: string | undefined;
}

/** How a query is run. */
export interface RunOptions {
  readonly dataset: string;
  readonly maxWireBytes?: number;
  /** Nobody waits for it. */
  readonly isBackground?: boolean;
  /** What is asked counts against these, and answers are asked for seldom. */
  readonly requests?: RequestAllowance;
}

/** What is asked with. */
export interface HoneycombSetup {
  readonly http: BackendHttp;
  readonly place: HoneycombPlace;
  /** The first pause before an answer is looked for. */
  readonly firstPollMs?: number;
}

/** Honeycomb's API: a query is made, run, and its result asked for until it is complete. */
export class HoneycombApi {
  private readonly queries = new SharedWork<string>(QUERY_TTL_MS);
  /** Those of hours that are over, apart: there is no end of them, and they would push the others out. */
  private readonly pastQueries = new SharedWork<string>(PAST_QUERY_TTL_MS);
  private readonly access = new SharedWork<HoneycombAccess>(AUTH_TTL_MS);
  /** As it was last heard. */
  knownAccess: HoneycombAccess | undefined;

  constructor(private readonly setup: HoneycombSetup) {}

  get traffic() {
    return this.setup.http.traffic;
  }

  /** What the key is for. @throws BackendError. */
  async auth(signal: AbortSignal): Promise<HoneycombAccess> {
    const read = async (shared: AbortSignal): Promise<HoneycombAccess> => {
      const answer = await (await this.setup.http.ask({ path: '/1/auth' }, shared)).object();
      const { team, environment, api_key_access: rights } = answer;
      return {
        team: isObject(team) ? textOf(team.slug) : undefined,
        environment: (isObject(environment) ? textOf(environment.slug) : undefined) ?? '',
        mayRun: isObject(rights) && typeof rights.queries === 'boolean' ? rights.queries : undefined,
      };
    };
    return (this.knownAccess = await this.access.get('', read, signal));
  }

  /** Every dataset of the environment. */
  async datasets(signal: AbortSignal): Promise<HoneycombDataset[]> {
    const list = await (await this.setup.http.ask({ path: '/1/datasets' }, signal)).list();
    return list.filter(isObject).flatMap(({ name, slug, last_written_at: lastWritten }) => {
      const known = textOf(name);
      return known === undefined
        ? []
        : [{ name: known, slug: textOf(slug) ?? known, lastWritten: textOf(lastWritten) }];
    });
  }

  /** The columns of a dataset, with their types. */
  async columns(dataset: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const list = await (await this.setup.http.ask({ path: urlPath`/1/columns/${dataset}` }, signal)).list();
    const known = list
      .filter(isObject)
      .map(({ key_name: name, type }) => [textOf(name) ?? '', textOf(type) ?? 'string'] as const);
    return new Map(known.filter(([name]) => name !== ''));
  }

  /** The groups that a query gives. @throws BackendError. */
  async run(spec: QuerySpec, options: RunOptions, signal: AbortSignal): Promise<JsonObject[]> {
    try {
      return await this.runs(spec, options, signal);
    } catch (error) {
      const isUnknown = hasFault(error, 'notFound') && options.dataset === ALL_DATASETS;
      if (!isUnknown && !hasFault(error, 'forbidden')) throw error;
      throw (await this.reasonOf(error, signal)) ?? error;
    }
  }

  /** Why a query was refused, by what the key is for. */
  private async reasonOf(error: BackendError, signal: AbortSignal): Promise<BackendError | undefined> {
    const { place } = this.setup;
    const access = await this.auth(signal).catch(() => undefined);
    signal.throwIfAborted();
    if (error.fault === 'forbidden') return queriesForbidden(place, access?.mayRun);
    if (access?.environment !== '') return undefined;
    const datasets = await this.datasets(signal).catch(() => []);
    signal.throwIfAborted();
    return datasetWanted(
      place,
      datasets.map(({ name }) => name),
    );
  }

  /**
   * Makes a query ahead of its first run.
   * @returns false if it was not made before and there is no request left to make it.
   */
  async prepare(spec: QuerySpec, options: RunOptions, signal: AbortSignal): Promise<boolean> {
    const { dataset, requests } = options;
    const { queries, key } = this.queryOf(spec, dataset);
    if (queries.has(key)) return true;
    if (requests !== undefined && requests.left <= 0) return false;
    await this.make(spec, options, signal);
    return true;
  }

  private async runs(spec: QuerySpec, options: RunOptions, signal: AbortSignal): Promise<JsonObject[]> {
    const { dataset, requests, ...sent } = options;
    const { http } = this.setup;
    const begun = await this.begin(spec, options, signal);
    const id = this.idOf(begun);
    const since = performance.now();
    const firstMs = this.setup.firstPollMs ?? (requests === undefined ? FIRST_POLL_MS : COUNTED_POLL_MS);
    let waitMs = firstMs;
    for (let result = begun; ;) {
      if (result.complete === true) return this.groupsOf(result);
      if (performance.now() - since > MOST_WAITING_MS) throw this.tooSlow();
      await pause(requests?.left === 1 ? firstMs * LAST_POLL : waitMs, signal);
      waitMs = requests === undefined ? Math.min(LONGEST_POLL_MS, waitMs * 2) : firstMs * LAST_POLL;
      requests?.take();
      const poll = { path: urlPath`/1/query_results/${dataset}/${id}`, ...sent };
      result = await (await http.ask(poll, signal)).object();
    }
  }

  /** The id of a query, which is made only where it is not known. */
  private make(spec: QuerySpec, { dataset, requests }: RunOptions, signal: AbortSignal): Promise<string> {
    const { queries, key, kept } = this.queryOf(spec, dataset);
    const make = async (shared: AbortSignal): Promise<string> => {
      requests?.take();
      const path = urlPath`/1/queries/${dataset}`;
      return this.idOf(await (await this.setup.http.ask({ path, body: JSON.stringify(kept) }, shared)).object());
    };
    return queries.get(key, make, signal);
  }

  private queryOf(spec: QuerySpec, dataset: string) {
    // The limit of a query that is kept is lower than that of a run.
    const kept = { ...spec, limit: Math.min(spec.limit, 1_000) };
    const queries = spec.time_range === undefined ? this.pastQueries : this.queries;
    return { kept, queries, key: JSON.stringify([dataset, kept]) };
  }

  private async begin(spec: QuerySpec, options: RunOptions, signal: AbortSignal): Promise<JsonObject> {
    const { dataset, requests, ...sent } = options;
    const { queries, key } = this.queryOf(spec, dataset);
    const wasKnown = queries.has(key);
    const query = await this.make(spec, options, signal);
    const body = JSON.stringify({ query_id: query, disable_series: true, limit: spec.limit });
    const path = urlPath`/1/query_results/${dataset}`;
    requests?.take();
    try {
      return await (await this.setup.http.ask({ path, body, rate: RUNS, ...sent }, signal)).object();
    } catch (error) {
      // Another key may be of another environment, which has not the same queries.
      if (!wasKnown || !hasFault(error, 'notFound')) throw error;
      queries.forget(key);
      return this.begin(spec, options, signal);
    }
  }

  private groupsOf(result: JsonObject): JsonObject[] {
    const results = isObject(result.data) ? result.data.results : undefined;
    if (!Array.isArray(results)) {
      const said = textOf(result.error);
      const { http, place } = this.setup;
      const { name, address } = place;
      const because = said === undefined ? '' : `: ${http.quotable(said).replace(/[.!]$/, '')}`;
      const cure = 'Queries are given up after ten seconds there: ask for a shorter time range.';
      throw new BackendError('server', `${name} did not finish a query${because}.`, address, cure);
    }
    return (results as unknown[]).flatMap((one) => (isObject(one) && isObject(one.data) ? [one.data] : []));
  }

  private idOf(answer: JsonObject): string {
    const id = textOf(answer.id ?? answer.query_result_id);
    if (id !== undefined && id !== '') return id;
    const { name, address } = this.setup.place;
    throw new BackendError(
      'malformed',
      `${name} answered without an id.`,
      address,
      'Check that the address is that of the API.',
    );
  }

  private tooSlow(): BackendError {
    const { name, address } = this.setup.place;
    return new BackendError(
      'timeout',
      `${name} has not finished a query in time.`,
      address,
      'Ask for a shorter time range.',
    );
  }
}
