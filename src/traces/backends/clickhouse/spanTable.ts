import type { BackendConfig } from '../backendConfig';
import { BackendError } from '../backendError';
import type { ClickhouseClient } from './clickhouseClient';
import { quotedName, SqlParameters } from './sql';

/** What the Collector's exporter calls its table of spans, where nothing else is set. */
const TABLE = 'otel_traces';
/** Databases taken before others, where several have such a table. */
const DATABASES = ['otel', 'default'];
/** Behind the name of the table of spans: when each trace began and ended. */
const LOOKUP = '_trace_id_ts';

/** How attributes are kept: all as texts, or typed in columns of their own. */
export type AttributeColumns = 'map' | 'json';

/** The table of spans of a Collector's ClickHouse exporter, in whichever of its versions. */
export interface SpanTable {
  /** As SQL writes it: with its database, in quotes. */
  readonly name: string;
  /** The table of the times of traces; undefined where there is none. */
  readonly lookup: string | undefined;
  readonly attributes: AttributeColumns;
  /** The exporter's first tables have no scopes. */
  readonly hasScope: boolean;
  readonly hasLinks: boolean;
}

/** What most have; taken for granted until the table is read. */
export const USUAL_TABLE: SpanTable = {
  name: quotedName(TABLE),
  lookup: undefined,
  attributes: 'map',
  hasScope: true,
  hasLinks: true,
};

/**
 * Finds the table that the configuration names, or the only one there is.
 * @throws BackendError where there is none, or none of the exporter's form.
 */
export async function readSpanTable(
  client: ClickhouseClient,
  config: BackendConfig,
  signal: AbortSignal,
): Promise<SpanTable> {
  const table = optionOf(config, 'table') ?? TABLE;
  const wanted = optionOf(config, 'database');
  const lookup = optionOf(config, 'lookupTable') ?? `${table}${LOOKUP}`;
  const parameters = new SqlParameters();
  const inDatabase = wanted === undefined ? '' : ` AND database = ${parameters.text(wanted)}`;
  const rows = await client.list(
    `SELECT database, table, name, type FROM system.columns
WHERE table IN ${parameters.texts([table, lookup])}${inDatabase}`,
    parameters,
    signal,
  );
  const columns = rows.map((row) => ({
    database: String(row.database),
    table: String(row.table),
    name: String(row.name),
    type: String(row.type),
  }));
  const databases = [...new Set(columns.filter((column) => column.table === table).map(({ database }) => database))];
  const database = databases.length === 1 ? databases[0] : DATABASES.find((name) => databases.includes(name));
  if (database === undefined) throw noTable(config, table, wanted, databases);
  const typeOf = (of: string) =>
    new Map(columns.filter((c) => c.database === database && c.table === of).map(({ name, type }) => [name, type]));
  return spanTable(config, database, [table, typeOf(table)], [lookup, typeOf(lookup)]);
}

type NamedTable = readonly [name: string, types: ReadonlyMap<string, string>];

function spanTable(config: BackendConfig, database: string, [table, types]: NamedTable, lookup: NamedTable): SpanTable {
  const needed = ['Timestamp', 'TraceId', 'SpanId', 'SpanName', 'ServiceName', 'Duration', 'SpanAttributes'];
  const missing = needed.filter((name) => !types.has(name));
  if (missing.length > 0) {
    throw new BackendError(
      'notFound',
      `The table ${database}.${table} of ${config.name} has no column ${missing.join(', ')}.`,
      config.url,
      'Set "options": { "database": …, "table": … } to a table of the Collector\'s ClickHouse exporter.',
    );
  }
  const [lookupName, lookupTypes] = lookup;
  const hasLookup = ['TraceId', 'Start', 'End'].every((name) => lookupTypes.has(name));
  return {
    name: `${quotedName(database)}.${quotedName(table)}`,
    lookup: hasLookup ? `${quotedName(database)}.${quotedName(lookupName)}` : undefined,
    attributes: /^(JSON|Object)\b/.test(types.get('SpanAttributes')!) ? 'json' : 'map',
    hasScope: types.has('ScopeName'),
    hasLinks: types.has('Links') || types.has('Links.TraceId'),
  };
}

function noTable(
  { name, url }: BackendConfig,
  table: string,
  wanted: string | undefined,
  databases: readonly string[],
): BackendError {
  if (databases.length > 1) {
    const message = `${name} has a table ${table} in several databases: ${databases.join(', ')}.`;
    return new BackendError('notFound', message, url, 'Set "options": { "database": … } to one of them.');
  }
  const where = wanted === undefined ? '' : ` in the database ${wanted}`;
  return new BackendError(
    'notFound',
    `${name} has no table ${table}${where} that this user may read.`,
    url,
    'Set "options": { "database": …, "table": … } to where the Collector writes traces, and GRANT SELECT on it.',
  );
}

function optionOf({ options }: BackendConfig, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
