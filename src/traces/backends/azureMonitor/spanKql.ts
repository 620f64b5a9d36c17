import { UNKNOWN_SERVICE } from '../../traceql/evaluate/spanReader';
import { anyOf, literal, propertyText, quoted, type Condition } from './kql';

const STATUS = propertyText('otel.status_code');

/** A span failed: by the status that the collector keeps, else by what the service takes for a failure. */
export const FAILED = `iff(isnotempty(${STATUS}), ${STATUS} endswith "error", coalesce(tobool(Success), true) == false)`;

/** Rows of events; logs, which are traces with a severity, are none. */
export const IS_NO_LOG = '(isnull(SeverityLevel) or SeverityLevel == 0)';

/** The service of a row, as it is read from one: its own name where that is kept, else what its cloud role says. */
export const SERVICE = `coalesce(${propertyText('service.name')}, extract(${literal('^\\[.*\\]/(.+)$')}, 1, AppRoleName), AppRoleName)`;

/** The spans of a service. Whatever is in front of it, a cloud role ends with its name. */
export function serviceCondition(service: string): Condition {
  if (service === UNKNOWN_SERVICE) {
    return { kql: `(isempty(${SERVICE}) or ${SERVICE} == ${literal(UNKNOWN_SERVICE)})`, exact: true };
  }
  const text = quoted(service);
  return text === undefined
    ? { kql: 'isnotempty(AppRoleName)', exact: false }
    : { kql: `(AppRoleName endswith_cs ${text} and ${SERVICE} == ${text})`, exact: true };
}

/** What every span must meet that belongs to an environment; only the collector writes it with spans. */
export function environmentConditions(environment: string | undefined): string[] {
  const text = environment === undefined ? undefined : quoted(environment);
  if (text === undefined) return [];
  const names = ['deployment.environment.name', 'deployment.environment'];
  return [anyOf(names.map((name) => ({ kql: `${propertyText(name)} == ${text}`, exact: true })))!.kql];
}
