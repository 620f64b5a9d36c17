import { attributeText } from '../../traceql/language/fieldText';
import { textOf } from '../../formats/recordValues';
import type { AttributeQuery } from '../backend';
import { INTRINSIC_NAMES, suggestedAttribute } from '../suggestedAttributes';
import type { ClickhouseClient } from './clickhouseClient';
import { attributeSql, environmentSql, serviceSql, windowSql } from './spanSql';
import type { SpanTable } from './spanTable';
import { SqlParameters } from './sql';

/** Spans that names and values are taken of, some of each part of the table. */
const MAX_SPANS = 200_000;
const MAX_NAMES = 500;
const MAX_VALUES = 200;
/** Longer values are none to choose from. */
const MAX_LENGTH = 256;

const STATUSES = ['error', 'ok', 'unset'];
const KINDS = ['server', 'client', 'internal', 'producer', 'consumer', 'unspecified'];

/** Columns that TraceQL has words for. */
const COLUMNS: Readonly<Record<string, string>> = {
  name: 'SpanName',
  rootName: 'SpanName',
  statusMessage: 'StatusMessage',
  rootServiceName: 'ServiceName',
  'resource.service.name': 'ServiceName',
  'instrumentation:name': 'ScopeName',
  'instrumentation:version': 'ScopeVersion',
};

/** Names and values of attributes, for completion. */
export class ClickhouseAttributes {
  constructor(
    private readonly client: ClickhouseClient,
    private readonly environment: string | undefined,
  ) {}

  /** The most frequent names, scoped as TraceQL writes them. */
  async names(table: SpanTable, query: AttributeQuery, signal: AbortSignal): Promise<string[]> {
    const parameters = new SqlParameters();
    const keys = table.attributes === 'json' ? 'JSONAllPaths' : 'mapKeys';
    const sql = `SELECT entry.1 AS scope, entry.2 AS name FROM (
  SELECT arrayJoin(arrayConcat(
    arrayMap(k -> ('span', toString(k)), ${keys}(SpanAttributes)),
    arrayMap(k -> ('resource', toString(k)), ${keys}(ResourceAttributes)),
    arrayMap(k -> ('event', toString(k)), arrayFlatten(arrayMap(a -> ${keys}(a), \`Events.Attributes\`))))) AS entry
  FROM (SELECT SpanAttributes, ResourceAttributes, \`Events.Attributes\` FROM ${table.name}
    WHERE ${this.where(table, query, parameters)} LIMIT ${MAX_SPANS})
) GROUP BY entry ORDER BY count() DESC, entry LIMIT ${MAX_NAMES}`;
    const rows = await this.client.list(sql, parameters, signal);
    const names = rows.map(({ scope, name }) => `${String(scope)}.${attributeText(textOf(name) ?? '')}`);
    return [...new Set([...INTRINSIC_NAMES, ...names])];
  }

  /** The most frequent values of an attribute or an intrinsic. */
  async values(table: SpanTable, name: string, query: AttributeQuery, signal: AbortSignal): Promise<readonly string[]> {
    if (name === 'status') return STATUSES;
    if (name === 'kind') return KINDS;
    const parameters = new SqlParameters();
    const value = valueSql(table, name, parameters);
    if (value === undefined) return [];
    const sql = `SELECT value FROM (
  SELECT ${value} AS value FROM ${table.name} WHERE ${this.where(table, query, parameters)} LIMIT ${MAX_SPANS})
WHERE value != '' AND length(value) <= ${MAX_LENGTH} GROUP BY value ORDER BY count() DESC, value LIMIT ${MAX_VALUES}`;
    const rows = await this.client.list(sql, parameters, signal);
    return rows.flatMap((row) => textOf(row.value) ?? []);
  }

  private where(table: SpanTable, { window, service }: AttributeQuery, parameters: SqlParameters): string {
    const where = [windowSql(window, parameters)];
    if (service !== undefined) where.unshift(serviceSql(service, parameters));
    if (this.environment !== undefined) where.push(environmentSql(table, this.environment, parameters));
    return where.join(' AND ');
  }
}

function valueSql(table: SpanTable, name: string, parameters: SqlParameters): string | undefined {
  if (Object.hasOwn(COLUMNS, name)) {
    return name.startsWith('instrumentation') && !table.hasScope ? undefined : COLUMNS[name];
  }
  const attribute = suggestedAttribute(name);
  if (attribute === undefined) return undefined;
  const span = attributeSql(table, 'SpanAttributes', parameters);
  const resource = attributeSql(table, 'ResourceAttributes', parameters);
  if (attribute.scope === 'span') return span.text(attribute.key);
  if (attribute.scope === 'resource') return resource.text(attribute.key);
  if (attribute.scope === 'any') {
    return `if(${span.has(attribute.key)}, ${span.text(attribute.key)}, ${resource.text(attribute.key)})`;
  }
  if (attribute.scope !== 'event') return undefined;
  const key = parameters.text(attribute.key);
  const one = table.attributes === 'json' ? `ifNull(toString(getSubcolumn(a, ${key})), '')` : `a[${key}]`;
  return `arrayJoin(arrayMap(a -> ${one}, \`Events.Attributes\`))`;
}
