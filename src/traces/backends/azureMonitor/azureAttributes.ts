import type { TimeWindow } from '../../../model/time';
import { isAzureField, isAzureResource } from '../../formats/azure/azureProperties';
import { textOf } from '../../formats/recordValues';
import { intrinsicValues, INTRINSIC_NAMES, spanAttribute } from '../suggestedAttributes';
import { quoted, where, within } from './kql';
import type { LogsApi } from './logsApi';
import { SERVICE, serviceCondition } from './spanKql';

/** More values than this nobody reads through. */
const MAX_VALUES = 200;
const MAX_NAMES = 500;
/** Spans whose properties are looked through for names. */
const LOOKED_AT = 2_000;
const COLUMNS: Readonly<Record<string, string>> = { name: 'Name', 'resource.service.name': SERVICE };

/** Where attributes are looked for. */
export interface AttributeScope {
  readonly window: TimeWindow;
  readonly service: string | undefined;
  readonly always: readonly string[];
}

/** Names to search by: fields of spans, and the attributes that the latest spans have. */
export async function attributeNames(api: LogsApi, scope: AttributeScope, signal: AbortSignal): Promise<string[]> {
  const query = [
    `${spansOf(api, scope)} | take ${LOOKED_AT}`,
    'project Key=array_concat(bag_keys(Properties), bag_keys(Measurements))',
    `mv-expand Key to typeof(string) | summarize N=count() by Key | top ${MAX_NAMES} by N desc`,
  ].join(' | ');
  const { rows } = await api.rows(query, signal);
  const names = rows.flatMap(({ Key: key }) => textOf(key) || []).filter((name) => !isAzureField(name));
  const scoped = names.map((name) => `${isAzureResource(name) ? 'resource' : 'span'}.${name}`);
  return [...new Set([...INTRINSIC_NAMES, ...scoped])];
}

/** The most frequent values of an attribute. */
export async function attributeValues(
  api: LogsApi,
  name: string,
  scope: AttributeScope,
  signal: AbortSignal,
): Promise<string[]> {
  const known = intrinsicValues(name);
  if (known !== undefined) return known;
  const attribute = spanAttribute(name);
  const value = COLUMNS[name] ?? (attribute && textOfProperty(attribute.key));
  if (value === undefined) return [];
  const query = `${spansOf(api, scope)} | summarize N=count() by Value=${value} | top ${MAX_VALUES} by N desc`;
  const { rows } = await api.rows(query, signal);
  return rows.flatMap((row) => textOf(row.Value) || []);
}

function textOfProperty(key: string): string | undefined {
  const written = quoted(key);
  return written && `coalesce(tostring(Properties[${written}]), tostring(Measurements[${written}]))`;
}

function spansOf({ place }: LogsApi, { window, service, always }: AttributeScope): string {
  const ofService = service === undefined ? undefined : serviceCondition(service);
  return `${place.dialect.spans}${where([within(window), ...always, ofService])}`;
}
