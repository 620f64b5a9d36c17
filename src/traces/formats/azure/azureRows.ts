import { isObject, type JsonObject } from '../../otlp/jsonFields';
import { itemsOf, textOf } from '../recordValues';
import { unwrapped } from '../unwrapped';

/** What a row of Application Insights tells of. */
export type AzureTable = 'request' | 'dependency' | 'exception' | 'trace';

/** Columns of classic Application Insights, by those of a Log Analytics workspace that say the same. */
export const CLASSIC_COLUMNS: Readonly<Record<string, string>> = {
  TimeGenerated: 'timestamp',
  Type: 'itemType',
  OperationId: 'operation_Id',
  Id: 'id',
  ParentId: 'operation_ParentId',
  Name: 'name',
  DurationMs: 'duration',
  Success: 'success',
  ResultCode: 'resultCode',
  AppRoleName: 'cloud_RoleName',
  AppRoleInstance: 'cloud_RoleInstance',
  AppVersion: 'application_Version',
  DependencyType: 'type',
  Target: 'target',
  Data: 'data',
  Url: 'url',
  Source: 'source',
  Properties: 'customDimensions',
  Measurements: 'customMeasurements',
  ItemCount: 'itemCount',
  _ItemId: 'itemId',
  Message: 'message',
  SeverityLevel: 'severityLevel',
  OuterMessage: 'outerMessage',
  InnermostMessage: 'innermostMessage',
  Details: 'details',
};

const WORKSPACE_COLUMNS: ReadonlyMap<string, string> = new Map(
  Object.entries(CLASSIC_COLUMNS).map(([workspace, classic]) => [classic, workspace]),
);

/** What a table is called in a workspace, and in `itemType`. */
const TABLES: Readonly<Record<string, AzureTable>> = {
  AppRequests: 'request',
  AppDependencies: 'dependency',
  AppExceptions: 'exception',
  AppTraces: 'trace',
  request: 'request',
  dependency: 'dependency',
  exception: 'exception',
  trace: 'trace',
};

/**
 * Rows of an answer of Azure Monitor, each under the names that columns have in a workspace: `{tables: [{columns, rows}]}`,
 * or rows that are objects already, as `az monitor log-analytics query` prints them.
 *
 * Source: Azure Monitor Log Analytics API response format; reference of the tables AppRequests, AppDependencies,
 * AppExceptions and AppTraces.
 */
export function* azureRows(answer: unknown): Generator<JsonObject | undefined> {
  for (const row of unwrapped(answer, rowsIn)) yield isObject(row) ? inWorkspaceColumns(row) : undefined;
}

/** Whether a value is a row of one of the four tables, or an answer with some. */
export function isAzure(value: JsonObject): boolean {
  if (!Array.isArray(value.tables)) return isRow(value);
  return value.tables.some((table) => {
    if (!isObject(table)) return false;
    const names = itemsOf(table.columns).map(columnName);
    return isRow(Object.fromEntries(names.map((name) => [name, ''])));
  });
}

/** Which table a row is of; rows that do not say so are told by the columns that only one of them has. */
export function azureTable(row: JsonObject): AzureTable | undefined {
  const named = TABLES[textOf(row.Type) ?? ''];
  if (named !== undefined) return named;
  if (row.DurationMs === undefined) return row.Message === undefined ? 'exception' : 'trace';
  return row.Url !== undefined || row.Source !== undefined ? 'request' : 'dependency';
}

function isRow(value: JsonObject): boolean {
  const has = (...names: readonly string[]): boolean => names.every((name) => value[name] !== undefined);
  if (has('OperationId', 'TimeGenerated')) return has('DurationMs') || has('ParentId');
  return has('operation_Id', 'timestamp') && (has('duration') || has('operation_ParentId'));
}

function inWorkspaceColumns(row: JsonObject): JsonObject {
  if (row.operation_Id === undefined) return row;
  const renamed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) renamed[WORKSPACE_COLUMNS.get(name) ?? name] = value;
  return renamed;
}

function rowsIn(object: JsonObject): readonly unknown[] | undefined {
  if (Array.isArray(object.tables)) return object.tables as unknown[];
  if (!Array.isArray(object.columns) || !Array.isArray(object.rows)) return undefined;
  const names = object.columns.map(columnName);
  return (object.rows as unknown[]).map((values) =>
    Array.isArray(values) ? Object.fromEntries(names.map((name, at) => [name, (values as unknown[])[at]])) : null,
  );
}

function columnName(column: unknown): string {
  return (isObject(column) ? textOf(column.name ?? column.ColumnName) : textOf(column)) ?? '';
}

/** The items of a value of type dynamic, which comes as itself or as JSON; none of what was cut off. */
export function dynamicItems(value: unknown): readonly unknown[] {
  if (typeof value !== 'string') return itemsOf(value);
  try {
    return itemsOf(JSON.parse(value));
  } catch {
    return [];
  }
}
