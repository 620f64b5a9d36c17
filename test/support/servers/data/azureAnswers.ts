import { CLASSIC_COLUMNS } from '../../../../src/traces/formats/azure/azureRows';
import type { AzureRow } from './azureRows';

const ITEM_TYPES: Readonly<Record<string, string>> = {
  AppRequests: 'request',
  AppDependencies: 'dependency',
  AppExceptions: 'exception',
  AppTraces: 'trace',
};

/** Rows as the service answers them: one table, every value under the name of its column. */
export function azureTable(rows: readonly AzureRow[]): object {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.map((name) => ({ name, type: 'dynamic' }));
  return { name: 'PrimaryResult', columns, rows: rows.map((row) => names.map((name) => row[name] ?? null)) };
}

/** The same row as classic Application Insights has it. */
export function inClassicColumns(row: AzureRow): AzureRow {
  const renamed = Object.entries(row).map(([name, value]) => [CLASSIC_COLUMNS[name] ?? name, value]);
  const isException = row['Type'] === 'AppExceptions';
  return {
    ...(Object.fromEntries(renamed) as AzureRow),
    itemType: ITEM_TYPES[String(row['Type'])],
    ...(row['Success'] === undefined ? {} : { success: row['Success'] === true ? 'True' : 'False' }),
    ...(isException ? { type: row['ExceptionType'], ExceptionType: undefined } : {}),
  };
}
