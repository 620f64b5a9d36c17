import type { TimeWindow } from '../../../model/time';
import { GOOGLE_SERVICE_LABELS, labelsOfAttribute } from '../../formats/googleTraceSpans';
import { UNKNOWN_SERVICE } from '../../traceql/evaluate/spanReader';
import type { QueryParameters } from './queryParameters';

/** The view that has every span of a linked dataset. */
const VIEW = '_AllSpans';
const ENVIRONMENTS = ['deployment.environment.name', 'deployment.environment'];

export const IS_ERROR = 'status.code = 2';

/** What every query is about. */
export interface SpanScope {
  /** The view, in backticks. */
  readonly view: string;
  /** Only spans of this environment. */
  readonly environment: string | undefined;
}

/** The view of a dataset: `dataset`, `project.dataset`; undefined if that is no name of one. */
export function viewOf(dataset: string, project: string): string | undefined {
  const parts = dataset
    .trim()
    .replace(/^`|`$/g, '')
    .replace(new RegExp(`\\.${VIEW}$`), '')
    .split(/[.:](?=\w+$)/);
  const [owner, name] = parts.length > 1 ? parts : [project, parts[0]];
  // Nothing that is written into a query as it is may end the name.
  if (name === undefined || !/^\w{1,1024}$/.test(name) || !/^[\w.:-]{1,100}$/.test(owner ?? '')) return undefined;
  return `\`${owner}.${name}.${VIEW}\``;
}

/** A value of a column of JSON, as JSON; undefined for a name that cannot be written. */
export function jsonOf(column: string, attribute: string): string | undefined {
  const path = pathOf(attribute);
  return path && `JSON_QUERY(${column}, ${path})`;
}

/** A scalar of a column of JSON, as a text; NULL for lists and maps. */
export function textOfJson(column: string, attribute: string): string | undefined {
  const path = pathOf(attribute);
  return path && `JSON_VALUE(${column}, ${path})`;
}

/** Whose span it is; spans that came by the API of version 2 have the attributes of their process among their own. */
export const SERVICE = `COALESCE(${[
  textOfJson('resource.attributes', 'service.name')!,
  ...GOOGLE_SERVICE_LABELS.map((label) => textOfJson('attributes', label)!),
].join(', ')})`;

/** Spans of a window, of the environment, that meet all conditions. Windows are widened to the microsecond. */
export function whereSpans(
  { environment }: SpanScope,
  { from, to }: TimeWindow,
  parameters: QueryParameters,
  conditions: readonly string[] = [],
): string {
  const bounds = [
    `start_time >= TIMESTAMP_MICROS(${parameters.add(from / 1_000n)})`,
    `start_time < TIMESTAMP_MICROS(${parameters.add((to + 999n) / 1_000n)})`,
  ];
  return [...bounds, ...environmentSql(environment, parameters), ...conditions].join(' AND ');
}

/** The spans of a service. */
export function serviceSql(service: string, parameters: QueryParameters): string {
  return service === UNKNOWN_SERVICE
    ? `IFNULL(${SERVICE}, '') IN UNNEST(${parameters.add(['', UNKNOWN_SERVICE])})`
    : `${SERVICE} = ${parameters.add(service)}`;
}

/** Where an attribute may stand, by its scope in TraceQL. */
export function placesOf(scope: 'span' | 'resource' | 'any', name: string): (readonly [column: string, key: string])[] {
  const own = ['attributes', ...(scope === 'span' ? [] : ['resource.attributes'])];
  const labels = labelsOfAttribute(name).map((label) => ['attributes', label] as const);
  return [...own.map((column) => [column, name] as const), ...labels];
}

function environmentSql(environment: string | undefined, parameters: QueryParameters): string[] {
  if (environment === undefined) return [];
  const value = parameters.add(environment);
  const places = ENVIRONMENTS.flatMap((name) => placesOf('resource', name));
  return [`(${places.map(([column, key]) => `${textOfJson(column, key)!} = ${value}`).join(' OR ')})`];
}

/** A path within JSON, as the text that BigQuery wants: it takes no parameter for one. */
function pathOf(attribute: string): string | undefined {
  return /^[\w .:/@-]{1,200}$/.test(attribute) ? `'$."${attribute}"'` : undefined;
}
