import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { inClassicColumns } from '../servers/data/azureAnswers';
import type { AzureRow, AzureTables } from '../servers/data/azureRows';
import { KqlStore, type KqlTable } from './kqlStore';
import { listening } from './loopback';

/** What an {@link AzureWireServer} holds, and how it behaves. */
export interface AzureWireOptions {
  readonly tables: AzureTables;
  /** The service of classic Application Insights, and its tables. */
  readonly isClassic?: boolean;
  /** Properties come as the JSON text of an object. */
  readonly hasTextProperties?: boolean;
}

/** What a request is answered with instead. */
export interface AzureRefusal {
  readonly status: number;
  readonly body: object | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The query API of Log Analytics or of Application Insights as it is documented, on loopback. */
export interface AzureWireServer {
  readonly url: string;
  /** KQL, in the order it was asked. */
  readonly queries: readonly string[];
  /** `Authorization` of each request. */
  readonly tokens: readonly (string | undefined)[];
  /** What the next requests are answered with instead. */
  refuse(...refusals: readonly AzureRefusal[]): void;
  /** Tokens that count from now on; all others have expired. */
  accept(...tokens: readonly string[]): void;
  /** What the next answers say besides their rows. */
  addErrors(...errors: readonly object[]): void;
  close(): Promise<void>;
}

/** In the form of tokens of Microsoft Entra. */
export const AZURE_TOKEN = 'eyJ0eXAiOiJKV1Qi.correct-horse-battery.c2lnbmF0dXJl';
export const AZURE_WORKSPACE = '0f3b5c1e-2d4a-4c6b-8e9f-102938475665';

/** The names of classic tables. */
const CLASSIC_TABLES: Readonly<Record<keyof AzureTables, string>> = {
  AppRequests: 'requests',
  AppDependencies: 'dependencies',
  AppExceptions: 'exceptions',
  AppTraces: 'traces',
};
/** Columns that every row of a table has, whether or not anything is in them. */
const OF_TABLE: Readonly<Record<keyof AzureTables, readonly string[]>> = {
  AppRequests: ['Url', 'Source', 'Measurements', '_ResourceId'],
  AppDependencies: ['DependencyType', 'Target', 'Data', 'Measurements', '_ResourceId'],
  AppExceptions: ['ExceptionType', 'OuterMessage', 'InnermostMessage', 'Details', 'SeverityLevel', 'Measurements'],
  AppTraces: ['Message', 'SeverityLevel', 'Measurements'],
};
const OF_SPANS = [
  ...['Type', 'TimeGenerated', 'OperationId', 'Id', 'ParentId', 'Name', 'DurationMs', 'Success', 'ResultCode'],
  ...['AppRoleName', 'AppRoleInstance', 'AppVersion', 'Properties', 'ItemCount', '_ItemId'],
];
const OF_EVENTS = [
  'Type',
  'TimeGenerated',
  'OperationId',
  'ParentId',
  'AppRoleName',
  'Properties',
  'ItemCount',
  '_ItemId',
];

/** Starts an {@link AzureWireServer}. */
export async function startAzureWire(options: AzureWireOptions): Promise<AzureWireServer> {
  const api = new LogsModel(options);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => send(request, response, api.answer(request, Buffer.concat(chunks).toString('utf8'))));
  });
  const { url, close } = await listening(server);
  return {
    ...{ url, close, queries: api.queries, tokens: api.tokens },
    refuse: (...refusals) => void api.refusals.push(...refusals),
    accept: (...tokens) => void (api.accepted = tokens),
    addErrors: (...errors) => void api.errors.push(...errors),
  };
}

function send(request: IncomingMessage, response: ServerResponse, { status, body, headers = {} }: AzureRefusal): void {
  const packs = String(request.headers['accept-encoding']).includes('gzip') && body !== undefined;
  const type = { 'content-type': 'application/json; charset=utf-8', ...headers };
  response.writeHead(status, { ...type, ...(packs ? { 'content-encoding': 'gzip' } : {}) });
  const json = body === undefined ? '' : JSON.stringify(body);
  response.end(packs ? gzipSync(json) : json);
}

class LogsModel {
  readonly queries: string[] = [];
  readonly tokens: (string | undefined)[] = [];
  readonly refusals: AzureRefusal[] = [];
  readonly errors: object[] = [];
  accepted: readonly string[] = [AZURE_TOKEN];
  private readonly store: KqlStore;

  constructor(private readonly options: AzureWireOptions) {
    this.store = new KqlStore(tablesOf(options));
  }

  answer(request: IncomingMessage, text: string): AzureRefusal {
    const { authorization, 'content-type': type } = request.headers;
    this.tokens.push(authorization);
    const path = `/v1/${this.options.isClassic === true ? 'apps' : 'workspaces'}/`;
    if (request.method !== 'POST' || !request.url?.startsWith(path) || !request.url.endsWith('/query')) {
      return refusal(404, { message: 'The requested path does not exist', code: 'PathNotFoundError' });
    }
    if (authorization === undefined) {
      const message = "Authentication failed. The 'Authorization' header is missing.";
      return refusal(401, { code: 'AuthenticationFailed', message });
    }
    if (!this.accepted.some((token) => authorization === `Bearer ${token}`)) {
      return refusal(403, { code: 'InvalidAuthenticationToken', message: 'The access token is invalid.' });
    }
    const refused = this.refusals.shift();
    if (refused !== undefined) return refused;
    if (request.url !== `${path}${AZURE_WORKSPACE}/query`) {
      const message = 'The workspace could not be found';
      return refusal(404, { message, code: 'WorkspaceNotFoundError' });
    }
    // Without either the service answers with nothing.
    if (text === '' || type !== 'application/json') return { status: 200, body: undefined };
    return this.asked((JSON.parse(text) as { readonly query: string }).query);
  }

  private asked(query: string): AzureRefusal {
    this.queries.push(query);
    try {
      const { columns, rows } = this.store.results(query);
      const table = {
        name: 'PrimaryResult',
        columns: columns.map((name) => ({ name, type: 'dynamic' })),
        rows: rows.map((row) => columns.map((name) => row[name] ?? null)),
      };
      const error = this.errors.shift();
      return { status: 200, body: { tables: [table], ...(error === undefined ? {} : { error }) } };
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      const isSemantic = error.message.startsWith('SEM');
      const innererror = { code: isSemantic ? 'SemanticError' : 'SyntaxError', message: error.message };
      return refusal(400, { message: 'The request had some invalid properties', code: 'BadArgumentError', innererror });
    }
  }
}

function refusal(status: number, error: object): AzureRefusal {
  return { status, body: { error } };
}

function tablesOf({
  tables,
  isClassic = false,
  hasTextProperties = false,
}: AzureWireOptions): Record<string, KqlTable> {
  const names = Object.keys(tables) as (keyof AzureTables)[];
  return Object.fromEntries(
    names.map((name) => {
      const isOfSpans = name === 'AppRequests' || name === 'AppDependencies';
      const columns = [...(isOfSpans ? OF_SPANS : OF_EVENTS), ...OF_TABLE[name]];
      const whole = tables[name].map((row) => filled(row, columns, hasTextProperties));
      if (!isClassic) return [name, { columns, rows: whole }];
      const empty = inClassicColumns({ ...Object.fromEntries(columns.map((column) => [column, null])), Type: name });
      const classic = Object.entries(empty).flatMap(([column, value]) => (value === undefined ? [] : [column]));
      return [CLASSIC_TABLES[name], { columns: classic, rows: whole.map(inClassicColumns) }];
    }),
  );
}

function filled(row: AzureRow, columns: readonly string[], hasTextProperties: boolean): AzureRow {
  const all = Object.fromEntries(columns.map((name) => [name, row[name] ?? null]));
  return hasTextProperties ? { ...all, Properties: JSON.stringify(row['Properties']) } : all;
}
