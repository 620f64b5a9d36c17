import { randomUUID } from 'node:crypto';
import type { Logger } from '../../../base/logger';
import { bigQueryRows } from '../../formats/bigQueryRows';
import { itemsOf, textOf } from '../../formats/recordValues';
import { isObject, type JsonObject } from '../../otlp/jsonFields';
import { parseJsonLossless } from '../../otlp/losslessJson';
import { BackendError } from '../backendError';
import { orAborted } from '../sharedWork';
import { urlPath, type BackendHttp, type BackendRequest } from '../transport/backendHttp';
import { refusalFault, type Refusal } from '../transport/refusal';
import { backoffMs, pause, type RetryPolicy } from '../transport/retry';
import type { GoogleProject } from './googlePlace';
import type { GoogleFault } from './googleRefusal';
import type { QueryParameters } from './queryParameters';

/** How long the service holds an answer back until a query is over. */
const HELD_MS = 15_000;
/** The first time shorter: only the answer says which job it is, and without that it cannot be stopped. */
const FIRST_HELD_MS = 5_000;
/** A query that takes longer is given up. */
const PATIENCE_MS = 90_000;
const CANCEL_MS = 5_000;
const MAX_ROWS = 10_000;

/** What {@link BigQuery} is made of. */
export interface BigQuerySetup {
  readonly http: BackendHttp;
  readonly project: GoogleProject;
  readonly logger: Logger;
  /** The backend's name and the address of BigQuery, for words. */
  readonly name: string;
  readonly address: string;
  readonly retry: RetryPolicy;
  /** Where the data is, as BigQuery calls it; found by itself where left out. */
  readonly location: string | undefined;
  /** Queries that would read more bytes are refused. */
  readonly maximumBytesBilled: string | undefined;
  /** What an error means that comes with status 200. */
  readonly explain: (fault: GoogleFault) => Refusal | undefined;
}

/** One query, each of whose rows is one text of JSON. */
export interface SqlQuery {
  readonly sql: string;
  readonly parameters: QueryParameters;
  /** Of all answers together. */
  readonly maxWireBytes?: number;
  /** Nobody waits for it. */
  readonly isBackground?: boolean;
  /** Requests that it may take, those for its progress and its pages included. */
  readonly maxRequests?: number;
}

/** Where a query runs. */
interface Job {
  readonly id: string;
  readonly location: string | undefined;
}

/** BigQuery's API: a query is started, asked for until it is over, read page by page, and stopped when nobody waits. */
export class BigQuery {
  constructor(private readonly setup: BigQuerySetup) {}

  get traffic() {
    return this.setup.http.traffic;
  }

  /**
   * The objects that rows hold.
   * @throws BackendError.
   */
  async rows(query: SqlQuery, signal: AbortSignal): Promise<JsonObject[]> {
    const { maxWireBytes = Infinity, maxRequests = Infinity } = query;
    const project = await this.setup.project.id(signal);
    const found: JsonObject[] = [];
    const since = performance.now();
    let [requests, wireBytes, polls] = [0, 0, 0];
    let running: Job | undefined;
    let next: string | undefined;
    try {
      do {
        if (++requests > maxRequests) throw this.tooSlow();
        const left = maxWireBytes - wireBytes;
        const answer: JobAnswer = await this.ask(
          project,
          query,
          requests === 1 ? undefined : running,
          next,
          left,
          signal,
        );
        wireBytes += answer.wireBytes;
        running = answer.job ?? running;
        if (!answer.isComplete) {
          if (running === undefined || performance.now() - since > PATIENCE_MS) throw this.tooSlow();
          await pause(backoffMs(++polls, this.setup.retry), signal);
          continue;
        }
        found.push(...answer.rows);
        // A job that is over need not be stopped, but has more pages.
        next = answer.nextPage;
        if (next === undefined) running = undefined;
      } while (running !== undefined);
      return found;
    } finally {
      if (running !== undefined && next === undefined) this.cancel(project, running);
    }
  }

  private async ask(
    project: string,
    query: SqlQuery,
    job: Job | undefined,
    pageToken: string | undefined,
    maxWireBytes: number,
    signal: AbortSignal,
  ): Promise<JobAnswer> {
    const { http } = this.setup;
    const limits = { maxWireBytes, isBackground: query.isBackground ?? false };
    if (job !== undefined) {
      const path = urlPath`/bigquery/v2/projects/${project}/queries/${job.id}`;
      const options = { location: job.location, timeoutMs: HELD_MS, maxResults: MAX_ROWS, pageToken };
      return this.read(await http.ask({ path, query: options, ...limits }, signal));
    }
    return this.begin(project, query, limits, signal);
  }

  /**
   * Begins a query, whose job the service names (jobs.query takes no id of ours, and jobs.insert would be one request more for
   * each query). Who goes away before that leaves the request alone: it is answered soon, and the job stopped then.
   */
  private async begin(project: string, query: SqlQuery, limits: AnswerLimits, signal: AbortSignal): Promise<JobAnswer> {
    signal.throwIfAborted();
    const { http, location, maximumBytesBilled } = this.setup;
    const body = JSON.stringify({
      ...{ query: query.sql, useLegacySql: false, parameterMode: 'NAMED', queryParameters: query.parameters.list() },
      ...{ timeoutMs: FIRST_HELD_MS, maxResults: MAX_ROWS, jobCreationMode: 'JOB_CREATION_OPTIONAL', location },
      // A request that is sent again runs nothing again.
      ...{ maximumBytesBilled, requestId: randomUUID() },
    });
    const path = urlPath`/bigquery/v2/projects/${project}/queries`;
    const lasting = new AbortController();
    const answer = http.ask({ path, body, ...limits, wanted: signal }, lasting.signal).then((wire) => this.read(wire));
    try {
      return await orAborted(answer, signal);
    } catch (error) {
      if (signal.aborted) this.abandon(project, answer, lasting);
      throw error;
    }
  }

  /** Stops the job that an answer names when it comes. */
  private abandon(project: string, answer: Promise<JobAnswer>, lasting: AbortController): void {
    const patience = setTimeout(() => lasting.abort(), FIRST_HELD_MS + CANCEL_MS);
    patience.unref();
    answer
      .then(({ job, isComplete }) => {
        if (job !== undefined && !isComplete) this.cancel(project, job);
      })
      .catch(() => undefined)
      .finally(() => clearTimeout(patience));
  }

  private async read(wire: Awaited<ReturnType<BackendHttp['ask']>>): Promise<JobAnswer> {
    const answer = await wire.object();
    const reference = isObject(answer.jobReference) ? answer.jobReference : {};
    const [id, location] = [textOf(reference.jobId), textOf(reference.location)];
    const isComplete = answer.jobComplete !== false;
    if (isComplete) this.check(answer);
    return {
      job: id === undefined || id === '' ? undefined : { id, location },
      isComplete,
      rows: isComplete ? [...bigQueryRows(answer)].map((row) => this.objectOf(row.row)) : [],
      nextPage: textOf(answer.pageToken) || undefined,
      wireBytes: wire.wireBytes,
    };
  }

  /** Errors within an answer: it is none where there is no schema, and may lack something where there is one. */
  private check(answer: JsonObject): void {
    const { http, name, address, logger, explain } = this.setup;
    const said = (error: JsonObject | undefined): string => http.quotable(textOf(error?.message) ?? '');
    const [error] = itemsOf(answer.errors).filter(isObject);
    if (isObject(answer.schema)) {
      if (error !== undefined) logger.warn(`${name}: BigQuery says of its answer: ${said(error)}`);
      return;
    }
    const fault = { message: said(error), status: '', reasons: [textOf(error?.reason) ?? ''] };
    const unknown = {
      fault: 'server',
      message: `BigQuery gave no rows for ${name}: ${fault.message}.`,
      cure: 'Try again.',
    };
    const place = { name, address, secrets: [], auth: '' };
    throw refusalFault(place, 200, explain(fault) ?? (unknown as Refusal));
  }

  private objectOf(text: unknown): JsonObject {
    const value = typeof text === 'string' ? parseJsonLossless(text) : undefined;
    if (isObject(value)) return value;
    const { name, address } = this.setup;
    const message = `BigQuery answered ${name} with rows of another kind than were asked for.`;
    throw new BackendError('malformed', message, address, 'Check that the address is that of BigQuery.');
  }

  /** Nobody waits for this either; it bills less where it comes in time. */
  private cancel(project: string, { id, location }: Job): void {
    const path = urlPath`/bigquery/v2/projects/${project}/jobs/${id}/cancel`;
    const request = { path, query: { location }, body: '{}', isBackground: true };
    this.setup.http
      .ask(request, AbortSignal.timeout(CANCEL_MS))
      .then((answer) => answer.discard())
      .catch(() => undefined);
  }

  private tooSlow(): BackendError {
    const { name, address } = this.setup;
    const cure = 'Ask for a shorter time range.';
    return new BackendError('timeout', `BigQuery did not find the spans of ${name} in time.`, address, cure);
  }
}

type AnswerLimits = Pick<BackendRequest, 'maxWireBytes' | 'isBackground'>;

interface JobAnswer {
  readonly job: Job | undefined;
  readonly isComplete: boolean;
  readonly rows: readonly JsonObject[];
  readonly nextPage: string | undefined;
  readonly wireBytes: number;
}
