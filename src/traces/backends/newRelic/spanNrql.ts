import { UNKNOWN_SERVICE } from '../../traceql/evaluate/spanReader';
import { allOf, anyOf, equalsText, type Condition } from './nrql';

/** OpenTelemetry's spans have a status, agents' an error. */
export const IS_ERROR = "(otel.status_code = 'ERROR' OR (otel.status_code IS NULL AND error.class IS NOT NULL))";
/** Columns without which a row is no span. */
export const SPAN_COLUMNS: readonly string[] = [
  'trace.id',
  'id',
  'parent.id',
  'name',
  'timestamp',
  'duration.ms',
  'span.kind',
  'service.name',
  'entity.name',
  'otel.status_code',
  'otel.status_description',
  'error.class',
  'error.message',
  'nr.entryPoint',
  'category',
];
/** The two that name an instrumentation library. */
export const SCOPE_COLUMNS: readonly string[] = ['otel.library.name', 'otel.library.version'];

/** The spans of a service, named by their process or, by agents, as an entity. */
export function serviceCondition(service: string): Condition {
  if (service === UNKNOWN_SERVICE)
    return { nrql: "(service.name IS NULL OR service.name = 'unknown_service')", exact: false };
  const own = equalsText('service.name', service);
  const entity = equalsText('entity.name', service);
  if (own === undefined || entity === undefined) return { nrql: 'trace.id IS NOT NULL', exact: false };
  const either = anyOf([own, { ...entity, nrql: `(service.name IS NULL AND ${entity.nrql})` }])!;
  return either;
}

/** What every span must meet that belongs to an environment. */
export function environmentConditions(environment: string | undefined): string[] {
  if (environment === undefined) return [];
  const names = ['deployment.environment.name', 'deployment.environment'];
  const condition = anyOf(names.map((name) => equalsText(name, environment)));
  return condition === undefined ? [] : [condition.nrql];
}

/** A `WHERE` of several conditions. */
export function whereSpans(conditions: readonly (Condition | undefined)[], always: readonly string[]): string {
  return allOf([...conditions.flatMap((condition) => condition?.nrql ?? []), ...always]);
}
