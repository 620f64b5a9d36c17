import type { Logger } from '../../../base/logger';
import { azureRows } from '../../formats/azure/azureRows';
import { isObject, type JsonObject } from '../../otlp/jsonFields';
import { BackendError } from '../backendError';
import type { BackendHttp } from '../transport/backendHttp';
import { azureFault } from './azureRefusal';
import { queryPath, type AzurePlace } from './azurePlace';

/** Seconds that the service may take: less than is waited for the first byte, so that it says itself that it is late. */
const WAIT_S = 25;

/** How rows are asked for. */
export interface RowsOptions {
  /** Of the whole answer. */
  readonly maxWireBytes?: number;
  /** Nobody waits for them. */
  readonly isBackground?: boolean;
}

/** Rows by the names of their columns. */
export interface LogRows {
  readonly rows: readonly JsonObject[];
  /** Why they are not all; undefined where they are. */
  readonly partial: string | undefined;
}

/** Asks by KQL. */
export class LogsApi {
  constructor(
    private readonly http: BackendHttp,
    readonly place: AzurePlace,
    private readonly logger: Logger,
  ) {}

  /**
   * The rows of a query. An answer may say that it is but a part of what it should be.
   * @throws BackendError.
   */
  async rows(query: string, signal: AbortSignal, options: RowsOptions = {}): Promise<LogRows> {
    const request = {
      path: queryPath(this.place),
      body: JSON.stringify({ query }),
      headers: { prefer: `wait=${WAIT_S}` },
      ...options,
    };
    const answer = await this.http.json(request, signal);
    // Without data the service answers with nothing (204).
    if (answer === undefined) return { rows: [], partial: undefined };
    if (!isObject(answer) || !Array.isArray(answer.tables)) throw this.noTables();
    const [first] = answer.tables as unknown[];
    const rows = first === undefined ? [] : [...azureRows({ tables: [first] })].filter((row) => row !== undefined);
    if (answer.error === undefined || answer.error === null) return { rows, partial: undefined };
    const message = this.http.quotable(azureFault(answer.error).message);
    const partial = `Azure Monitor gave a part of the answer${message === '' ? '' : `: ${message}`}`;
    this.logger.warn(`${this.place.name}: ${partial}`);
    return { rows, partial };
  }

  private noTables(): BackendError {
    const { name, address } = this.place;
    const cure = 'Check that the address is that of the API and that the kind of backend is right.';
    return new BackendError('malformed', `${name} answered without a table.`, address, cure);
  }
}
