import type { ProcessUnit } from './processUnit';

/** Names of packages that trace, or that a tracing set-up needs. */
const TRACES =
  /opentelemetry|\botel|otel\b|ddtrace|dd-trace|datadog|newrelic|elastic-apm|apm-agent|sentry|micrometer|logfire|azure-monitor|applicationinsights|honeycomb|uptrace|signoz|splunk|hyperdx|zipkin|jaeger|opencensus|opentracing|traceloop|openinference|sleuth|\.aspire|servicedefaults|appmap|quarkus-opentelemetry|trace-agent|xray|instana|dynatrace|lightstep|highlight/i;

/** Whether a package of this name traces, or is needed to. */
export function namesTracing(name: string): boolean {
  return TRACES.test(name);
}

/**
 * Whether a unit can export traces as far as its manifests and deployment say; when not, none of its files is read. A unit
 * without a readable manifest may.
 */
export function mayTrace(unit: ProcessUnit): boolean {
  if (unit.dependencies.size === 0 || unit.deployment.agents.length > 0 || unit.uses.length > 0) return true;
  if (unit.deployment.environment.some(({ name }) => name.startsWith('OTEL_'))) return true;
  for (const name of unit.dependencies.keys()) if (TRACES.test(name)) return true;
  return false;
}
