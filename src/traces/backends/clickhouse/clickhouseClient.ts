import type { Disposable } from '../../../base/disposable';
import type { JsonObject } from '../../otlp/jsonFields';
import type { BackendDeps } from '../backend';
import type { BackendConfig } from '../backendConfig';
import { createAuthoriser, type Authoriser } from '../secrets';
import { BackendHttp } from '../transport/backendHttp';
import type { FaultPlace } from '../transport/httpFaults';
import { refusalFault } from '../transport/refusal';
import { answerRows } from './answerRows';
import { clickhouseRefusal, exceptionIn, refusesSettings, type ClickhouseException } from './clickhouseFault';
import type { SqlParameters } from './sql';

/** A little below the time after which the transport gives up, so that the server says why, and ends its work. */
const MAX_SECONDS = 28;
/** What the server makes of an answer that is kept as a whole. */
const MAX_LIST_BYTES = 32 << 20;

/**
 * Settings of every query: nothing can be changed, nothing runs on for nobody, and answers are in one form whatever the
 * server's own defaults are.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  readonly: '2',
  max_execution_time: String(MAX_SECONDS),
  cancel_http_readonly_queries_on_client_close: '1',
  enable_http_compression: '1',
  // In quotes, integers among attributes could not be told from texts.
  output_format_json_quote_64bit_integers: '0',
  output_format_json_named_tuples_as_objects: '0',
};

/** How much of an answer is taken. */
export interface RowLimits {
  /** Bytes as they arrive; no bound where left out. */
  readonly maxWireBytes?: number;
  /** Settings of this query, where they can be changed. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** ClickHouse's HTTP interface (https://clickhouse.com/docs/interfaces/http): SQL in, rows out. */
export class ClickhouseClient implements Disposable {
  readonly name: string;
  private readonly http: BackendHttp;
  private readonly authoriser: Authoriser;
  /** Whether this user may change settings; taken for granted until the server refuses. */
  private mayChangeSettings = true;

  constructor(
    private readonly config: BackendConfig,
    private readonly deps: BackendDeps,
  ) {
    this.name = config.name;
    this.authoriser = createAuthoriser(config, deps.secrets);
    this.http = new BackendHttp({
      ...deps,
      config,
      authoriser: this.authoriser,
      headers: userHeader(config),
      explain: ({ status, headers, body }) => {
        const exception = exceptionIn(body) ?? codeOf(headers.get('x-clickhouse-exception-code'));
        if (exception === undefined) return undefined;
        if (refusesSettings(exception)) this.mayChangeSettings = false;
        return clickhouseRefusal(this.name, exception, status);
      },
    });
  }

  get traffic() {
    return this.http.traffic;
  }

  /**
   * The rows of a query, as they come.
   * @param sql without `FORMAT`; values only as placeholders of `parameters`.
   * @throws BackendError, also in the middle of the rows; or the signal's reason.
   */
  async *rows(
    sql: string,
    parameters: SqlParameters,
    signal: AbortSignal,
    limits: RowLimits = {},
  ): AsyncGenerator<JsonObject> {
    const answer = await this.ask(sql, parameters, signal, limits);
    yield* answerRows(answer, this.place, (exception) =>
      refusalFault(this.place, answer.status, clickhouseRefusal(this.name, exception, 500)),
    );
  }

  /** All rows of a small answer. @throws as {@link rows}. */
  async list(sql: string, parameters: SqlParameters, signal: AbortSignal): Promise<JsonObject[]> {
    const found: JsonObject[] = [];
    const settings = { max_result_bytes: String(MAX_LIST_BYTES) };
    for await (const row of this.rows(sql, parameters, signal, { settings })) found.push(row);
    return found;
  }

  dispose(): void {
    this.http.dispose();
  }

  private async ask(sql: string, parameters: SqlParameters, signal: AbortSignal, limits: RowLimits) {
    const { maxWireBytes, settings } = limits;
    const request = {
      path: '/',
      body: `${sql}\nFORMAT JSONEachRow`,
      contentType: 'text/plain; charset=utf-8',
      ...(maxWireBytes === undefined ? {} : { maxWireBytes }),
    };
    const withSettings = this.mayChangeSettings;
    try {
      const all = withSettings ? { ...SETTINGS, ...settings } : {};
      return await this.http.ask({ ...request, query: { ...all, ...parameters.query } }, signal);
    } catch (error) {
      if (!withSettings || this.mayChangeSettings || signal.aborted) throw error;
      this.deps.logger.info(`${this.name} lets this user change no settings: queries run under its own.`);
      return this.http.ask({ ...request, query: parameters.query }, signal);
    }
  }

  private get place(): FaultPlace {
    const { url, auth } = this.config;
    return { name: this.name, address: `${url}/`, secrets: this.authoriser.secrets, auth };
  }
}

/** With a key in a header of its own, the user's name is in one, too. */
function userHeader({ auth, user }: BackendConfig): Record<string, string> {
  return auth === 'header' && user !== undefined ? { 'x-clickhouse-user': user } : {};
}

/** The code alone, of an error whose body could not be read. */
function codeOf(header: string | undefined): ClickhouseException | undefined {
  const code = Number(header);
  return Number.isSafeInteger(code) && code > 0 ? { code, message: 'it gives no reason' } : undefined;
}
