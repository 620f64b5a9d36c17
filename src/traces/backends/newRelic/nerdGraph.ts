import { isObject, type JsonObject } from '../../otlp/jsonFields';
import { itemsOf, textOf } from '../../formats/recordValues';
import { BackendError, hasFault } from '../backendError';
import type { BackendHttp } from '../transport/backendHttp';
import type { RequestAllowance } from '../transport/requestAllowance';
import { backoffMs, pause, type RetryPolicy } from '../transport/retry';
import { graphqlFault, type NewRelicPlace } from './newRelicRefusal';

/** NRQL that takes longer goes on in the background; this is how long it may take in all. */
const MOST_WAITING_MS = 60_000;
/** Seconds that a query may take where it cannot be left running. */
const LONGEST_S = 25;
/** How the service words that. */
const NOT_ASYNCHRONOUS = /\basync|data plus/i;
/** Where the service does not say when to ask again. */
const POLL_MS = 1_000;
/** Where requests are counted, each one to look at a query comes so many times as late as the one before, and the last one later. */
const SLOWDOWN = 5;
const LAST_POLL = 25;
/** Of the time within which a query must be asked for again; later it is given up there. */
const OF_DEADLINE = 0.8;
const PROGRESS = 'results queryProgress { queryId completed retryAfter retryDeadline resultExpiration }';

/** Rows by the names that the queries were given. */
export type NrqlRows<Name extends string> = Readonly<Record<Name, readonly JsonObject[]>>;

/** What NerdGraph is asked with. */
export interface NerdGraphSetup {
  readonly http: BackendHttp;
  readonly place: NewRelicPlace;
  /** The number of the account, as it is configured. */
  readonly account: string | undefined;
  readonly retry: RetryPolicy;
}

/** How rows are asked for. */
export interface RowsOptions {
  /** Of the whole answer. */
  readonly maxWireBytes?: number;
  /** Nobody waits for them. */
  readonly isBackground?: boolean;
  /** What is asked counts against these, and running queries are asked for seldom. */
  readonly requests?: RequestAllowance;
  /** How many of these are left for other questions. */
  readonly spared?: number;
}

/** What is still running of some queries. */
interface Running<Name extends string> {
  readonly running: ReadonlyMap<Name, string>;
  /** How long the service wants it to be left alone, and how long at most it may be. */
  readonly waitMs: number;
  readonly deadlineMs: number;
}

/** No request is left to look whether queries are finished. */
class RequestsUsedUp extends BackendError {}

/**
 * New Relic's GraphQL. Several NRQL queries are one request. A query that takes long is left running and asked for again;
 * errors come with status 200 and are told apart by their class.
 */
export class NerdGraph {
  private knownAccount: number | undefined;
  /** False once an account has turned out to have no asynchronous queries, which are part of Data Plus. */
  private mayLeaveRunning = true;

  constructor(private readonly setup: NerdGraphSetup) {
    const { account } = setup;
    if (account !== undefined && /^\d{1,10}$/.test(account)) this.knownAccount = Number(account);
  }

  get traffic() {
    return this.setup.http.traffic;
  }

  /** The number of the account, once it is known. */
  get account(): number | undefined {
    return this.knownAccount;
  }

  /**
   * Rows of some queries, all in one request.
   * @throws BackendError.
   */
  async rows<Name extends string>(
    queries: Readonly<Record<Name, string>>,
    signal: AbortSignal,
    options: RowsOptions = {},
  ): Promise<NrqlRows<Name>> {
    const names = Object.keys(queries) as Name[];
    const { requests, spared = 0 } = options;
    const account = await this.accountId(signal, requests);
    if (requests !== undefined && requests.left <= spared) throw this.tooMany();
    let data = await this.begin(queries, account, signal, options);
    const rows: Partial<Record<Name, readonly JsonObject[]>> = {};
    const since = performance.now();
    for (let slowdown = 1; ; slowdown = Math.min(LAST_POLL, slowdown * SLOWDOWN)) {
      const { running, waitMs, deadlineMs } = this.read(names, data, rows);
      if (running.size === 0) return rows as NrqlRows<Name>;
      if (requests !== undefined && requests.left <= spared) throw this.tooMany();
      if (performance.now() - since + waitMs > MOST_WAITING_MS) throw this.tooSlow();
      const isLast = requests !== undefined && requests.left - 1 <= spared;
      const laterMs = waitMs * (isLast ? LAST_POLL : requests === undefined ? 1 : slowdown);
      await pause(Math.max(waitMs, Math.min(laterMs, deadlineMs * OF_DEADLINE)), signal);
      data = await this.ask(progressQuery(account, running), signal, options);
    }
  }

  /** Begins queries; they are waited for where an account may leave none running, or nothing is left to ask for them again. */
  private async begin(
    queries: Readonly<Record<string, string>>,
    account: number,
    signal: AbortSignal,
    options: RowsOptions,
  ): Promise<JsonObject> {
    const names = Object.keys(queries);
    const variables: Record<string, unknown> = { account };
    for (const name of names) variables[`${name}Query`] = queries[name];
    const parameters = names.map((name) => `$${name}Query: Nrql!`).join(', ');
    const { requests, spared = 0 } = options;
    const isLast = requests !== undefined && requests.left - 1 <= spared;
    const leavesRunning = this.mayLeaveRunning && !isLast;
    const how = leavesRunning ? 'async: true' : `timeout: ${LONGEST_S}`;
    const fields = names.map((name) => `${name}: nrql(query: $${name}Query, ${how}) { ${PROGRESS} }`);
    const query = `query($account: Int!, ${parameters}) { actor { account(id: $account) { ${fields.join(' ')} } } }`;
    try {
      return await this.ask({ query, variables }, signal, options);
    } catch (error) {
      const isRefused = hasFault(error, 'badRequest', 'forbidden') && NOT_ASYNCHRONOUS.test(error.message);
      if (!isRefused || !leavesRunning) throw error;
      this.mayLeaveRunning = false;
      return this.begin(queries, account, signal, options);
    }
  }

  /** Takes what is finished out of an answer. @returns what is not, and how long to leave it alone. */
  private read<Name extends string>(
    names: readonly Name[],
    data: JsonObject,
    rows: Partial<Record<Name, readonly JsonObject[]>>,
  ): Running<Name> {
    const running = new Map<Name, string>();
    let waitMs = 0;
    let deadlineMs = MOST_WAITING_MS;
    const answers = accountOf(data);
    for (const name of names.filter((one) => rows[one] === undefined)) {
      const answer = answers[name];
      if (!isObject(answer)) throw this.noRows();
      const progress = isObject(answer.queryProgress) ? answer.queryProgress : {};
      const id = textOf(progress.queryId);
      if (progress.completed === false && id !== undefined && /^[\w-]{1,200}$/.test(id)) {
        running.set(name, id);
        const seconds = Number(progress.retryAfter);
        waitMs = Math.max(waitMs, seconds > 0 ? seconds * 1000 : POLL_MS);
        const within = Number(progress.retryDeadline);
        if (within > 0) deadlineMs = Math.min(deadlineMs, within * 1000);
      } else if (Array.isArray(answer.results)) rows[name] = (answer.results as unknown[]).filter(isObject);
      else throw this.noRows();
    }
    return { running, waitMs, deadlineMs };
  }

  /** The one that is configured, or the only one that the key may read. */
  private async accountId(signal: AbortSignal, requests?: RequestAllowance): Promise<number> {
    if (this.knownAccount !== undefined) return this.knownAccount;
    const { place, account } = this.setup;
    const listing = requests === undefined ? {} : { requests };
    const data = await this.ask({ query: '{ actor { accounts { id name } } }' }, signal, listing);
    const actor = isObject(data.actor) ? data.actor : {};
    const accounts = itemsOf(actor.accounts).filter(isObject);
    const [only] = accounts;
    if (account === undefined && accounts.length === 1 && typeof only?.id === 'number')
      return (this.knownAccount = only.id);
    const listed = accounts.slice(0, 4).map(({ id, name }) => `${textOf(id) ?? ''} (${textOf(name) ?? ''})`);
    const message =
      account === undefined
        ? `${place.name} needs to know which account is meant.`
        : `"${account}" is no number of an account.`;
    const cure = `Set "account" among the options of this backend${listed.length === 0 ? '' : `: this key may read ${listed.join(', ')}`}.`;
    throw new BackendError('badRequest', message, place.address, cure);
  }

  /** Asks, and asks again where an error of class 200 promises that this helps. */
  private async ask(
    body: { readonly query: string; readonly variables?: object },
    signal: AbortSignal,
    { requests, maxWireBytes, isBackground }: RowsOptions = {},
  ): Promise<JsonObject> {
    const { http, place, retry } = this.setup;
    const path = place.address.endsWith('/graphql') ? '' : '/graphql';
    const sent = {
      ...(maxWireBytes === undefined ? {} : { maxWireBytes }),
      ...(isBackground === undefined ? {} : { isBackground }),
    };
    requests?.take();
    for (let attempt = 1; ; attempt++) {
      const answer = await http.ask({ path, body: JSON.stringify(body), ...sent }, signal);
      const { data, errors } = await answer.object();
      const fault = graphqlFault(place, itemsOf(errors), (text) => http.quotable(text));
      // With data, what is wrong is a detail of it.
      if (fault === undefined || (isObject(data) && fault.isWarning)) {
        return isObject(data) ? data : {};
      }
      if (!fault.again || attempt >= retry.attempts) throw fault.error;
      await pause(backoffMs(attempt, retry), signal);
    }
  }

  private tooSlow(): BackendError {
    const { name, address } = this.setup.place;
    const cure = 'Ask for a shorter time range, or try again.';
    return new BackendError('timeout', `${name} has not finished a query within a minute.`, address, cure);
  }

  private tooMany(): RequestsUsedUp {
    const { name, address } = this.setup.place;
    const message = `${name} has not finished a query within the requests that hints may take.`;
    return new RequestsUsedUp('timeout', message, address, 'Ask for a shorter time range, or try again.');
  }

  private noRows(): BackendError {
    const { name, address } = this.setup.place;
    const cure = 'Check that the address is that of NerdGraph (…/graphql), and the account.';
    return new BackendError('malformed', `${name} answered without the rows that were asked for.`, address, cure);
  }
}

/** Whether rows were not to be had within the bytes or requests of one call: what is less than necessary goes without. */
export function isOverBound(error: unknown): error is BackendError {
  return error instanceof RequestsUsedUp || (hasFault(error, 'tooLarge') && error.status === undefined);
}

/** Ids were checked: they hold nothing but letters, digits and hyphens. */
function progressQuery(account: number, running: ReadonlyMap<string, string>) {
  const fields = [...running].map(([name, id]) => `${name}: nrqlQueryProgress(queryId: "${id}") { ${PROGRESS} }`);
  const query = `query($account: Int!) { actor { account(id: $account) { ${fields.join(' ')} } } }`;
  return { query, variables: { account } };
}

function accountOf(data: JsonObject): JsonObject {
  const actor = isObject(data.actor) ? data.actor : {};
  return isObject(actor.account) ? actor.account : {};
}
