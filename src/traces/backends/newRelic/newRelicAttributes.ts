import type { TimeWindow } from '../../../model/time';
import { isNewRelicField, isNewRelicResource } from '../../formats/newRelicSpans';
import { itemsOf, textOf } from '../../formats/recordValues';
import { intrinsicValues, INTRINSIC_NAMES, spanAttribute } from '../suggestedAttributes';
import type { NerdGraph } from './nerdGraph';
import { attributeName, timeRange } from './nrql';
import { serviceCondition, whereSpans } from './spanNrql';

/** More values than this nobody reads through. */
const MAX_VALUES = 200;
const COLUMNS: Readonly<Record<string, string>> = { name: 'name', 'resource.service.name': 'service.name' };

/** Where attributes are looked for. */
export interface AttributeScope {
  readonly window: TimeWindow;
  readonly service: string | undefined;
  readonly always: readonly string[];
}

/** Names to search by: fields of spans, and the attributes that they have. */
export async function attributeNames(api: NerdGraph, scope: AttributeScope, signal: AbortSignal): Promise<string[]> {
  const asked = { keys: `SELECT keyset() FROM Span${whereOf(scope)}${timeRange(scope.window)}` };
  const { keys } = await api.rows(asked, signal);
  const names = keys.flatMap(({ allKeys }) => itemsOf(allKeys).flatMap((key) => textOf(key) ?? []));
  const attributes = names.filter((name) => !isNewRelicField(name));
  const scoped = attributes.map((name) => `${isNewRelicResource(name) ? 'resource' : 'span'}.${name}`);
  return [...new Set([...INTRINSIC_NAMES, ...scoped])];
}

/** The most frequent values of an attribute. */
export async function attributeValues(
  api: NerdGraph,
  name: string,
  scope: AttributeScope,
  signal: AbortSignal,
): Promise<string[]> {
  const known = intrinsicValues(name);
  if (known !== undefined) return known;
  const column = COLUMNS[name] ?? spanAttribute(name)?.key;
  const quoted = column === undefined ? undefined : attributeName(column);
  if (column === undefined || quoted === undefined) return [];
  const by = ` FACET ${quoted} LIMIT ${MAX_VALUES}`;
  const values = `SELECT count(*) AS 'n' FROM Span${whereOf(scope, quoted)}${by}${timeRange(scope.window)}`;
  const found = await api.rows({ values }, signal);
  return found.values.flatMap((row) => textOf(row[column] ?? row.facet) ?? []);
}

function whereOf({ service, always }: AttributeScope, present?: string): string {
  const ofService = service === undefined ? undefined : serviceCondition(service);
  const there = present === undefined ? undefined : { nrql: `${present} IS NOT NULL`, exact: true };
  return whereSpans([ofService, there], always);
}
