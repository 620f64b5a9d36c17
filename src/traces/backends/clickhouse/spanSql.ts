import type { TimeWindow } from '../../../model/time';
import { UNKNOWN_SERVICE } from '../../traceql/evaluate/spanReader';
import type { SqlParameters } from './sql';
import type { SpanTable } from './spanTable';

/** When a span began, in nanoseconds since the epoch; a time as text would be in the server's time zone. */
export const START_NS = 'toUnixTimestamp64Nano(Timestamp)';

/** A span that ends before it starts wraps around in an unsigned column. */
export const DURATION_NS = 'greatest(toInt64(Duration), 0)';

/** The first exporters wrote the names of the protocol. */
const STATUSES: Readonly<Record<string, readonly string[]>> = {
  ok: ['Ok', 'OK', 'STATUS_CODE_OK'],
  error: ['Error', 'ERROR', 'STATUS_CODE_ERROR'],
};

const KINDS = ['Internal', 'Server', 'Client', 'Producer', 'Consumer'];

/** Whether a span failed. */
export const IS_ERROR = `StatusCode IN (${STATUSES.error!.map((name) => `'${name}'`).join(', ')})`;

/** SQL for a status of TraceQL: `ok`, `error` or `unset`, which is everything else. */
export function statusSql(name: string): string {
  const listed = (names: readonly string[]) => names.map((one) => `'${one}'`).join(', ');
  const own = STATUSES[name];
  return own === undefined
    ? `StatusCode NOT IN (${listed(Object.values(STATUSES).flat())})`
    : `StatusCode IN (${listed(own)})`;
}

/** SQL for a kind of TraceQL: `server`, …, or `unspecified`, which is everything else. */
export function kindSql(name: string): string {
  const spelled = (kind: string) => [kind, kind.toUpperCase(), `SPAN_KIND_${kind.toUpperCase()}`];
  const listed = (kinds: readonly string[]) =>
    kinds
      .flatMap(spelled)
      .map((one) => `'${one}'`)
      .join(', ');
  const own = KINDS.filter((kind) => kind.toLowerCase() === name);
  return own.length === 0 ? `SpanKind NOT IN (${listed(KINDS)})` : `SpanKind IN (${listed(own)})`;
}

/** Spans that began within a window: partitions and the primary key are pruned by the same comparison. */
export function windowSql({ from, to }: TimeWindow, parameters: SqlParameters): string {
  const time = (ns: bigint) => `fromUnixTimestamp64Nano(${parameters.integer(ns)})`;
  return `Timestamp >= ${time(from)} AND Timestamp < ${time(to)}`;
}

/** Spans of a service, as the engine calls it. */
export function serviceSql(service: string, parameters: SqlParameters): string {
  return service === UNKNOWN_SERVICE
    ? `ServiceName IN ${parameters.texts(['', service])}`
    : `ServiceName = ${parameters.text(service)}`;
}

/** Attributes of one kind, in SQL. */
export interface AttributeSql {
  /** Whether a span has the attribute. */
  readonly has: (name: string) => string;
  /** Its value as a text; empty where there is none. */
  readonly text: (name: string) => string;
}

/** How the attributes in a column are read. */
export function attributeSql(
  { attributes }: SpanTable,
  column: 'SpanAttributes' | 'ResourceAttributes',
  parameters: SqlParameters,
): AttributeSql {
  if (attributes === 'map') {
    return {
      has: (name) => `mapContains(${column}, ${parameters.text(name)})`,
      text: (name) => `${column}[${parameters.text(name)}]`,
    };
  }
  const value = (name: string) => `getSubcolumn(${column}, ${parameters.text(name)})`;
  return {
    // A path that the table gives a type of its own is not dynamic.
    has: (name) => `dynamicType(CAST(${value(name)}, 'Dynamic')) != 'None'`,
    text: (name) => `ifNull(toString(${value(name)}), '')`,
  };
}

/** Spans of a deployment environment, by the attribute's name of now and before. */
export function environmentSql(table: SpanTable, environment: string, parameters: SqlParameters): string {
  const { text } = attributeSql(table, 'ResourceAttributes', parameters);
  const value = parameters.text(environment);
  const names = ['deployment.environment.name', 'deployment.environment'];
  return `(${names.map((name) => `${text(name)} = ${value}`).join(' OR ')})`;
}
