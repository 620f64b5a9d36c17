import type { ProcessUnit, UnitLanguage } from './processUnit';

/** Names of packages that trace, or that a tracing set-up needs. */
const TRACES =
  /opentelemetry|\botel|otel\b|ddtrace|dd-trace|datadog|newrelic|elastic[-.]?apm|google\.cloud\.diagnostics|apm-agent|sentry|micrometer|logfire|azure-monitor|applicationinsights|honeycomb|uptrace|signoz|splunk|hyperdx|zipkin|jaeger|opencensus|opentracing|traceloop|openinference|sleuth|\.aspire|servicedefaults|appmap|quarkus-opentelemetry|micronaut-tracing|gcp-starter-trace|trace-agent|xray|instana|dynatrace|lightstep|highlight|faro-web-tracing/i;

/** What is called alike: colours for source code, types, and what Sentry has for browsers and builds. */
const SEEMS =
  /^@types\/|highlight\.?js|(code|cli|syntax)-highlight|@(lezer|babel)\/highlight|^@sentry\/(?:browser|react|vue|angular(?:-ivy)?|svelte|ember|solid|wasm|replay|hub|types|utils|core|tracing|integrations|cli|(?:webpack|vite|rollup|esbuild)-plugin)$/i;

/** Whether a package of this name traces, or is needed to. */
export function namesTracing(name: string): boolean {
  return TRACES.test(name) && !SEEMS.test(name);
}

/** Whether a text speaks of what traces. */
export function speaksOfTracing(text: string): boolean {
  return TRACES.test(text);
}

/** Whether code may trace, by itself. A script that only speaks of Jaeger's releases does not: Python has to import it. */
export function codeMayTrace(language: UnitLanguage, text: string): boolean {
  return language === 'python' ? PYTHON_IMPORTS.test(text) || text.includes('OTEL_') : speaksOfTracing(text);
}

/** Bounded on the right, so that a line of a megabyte is looked through once. */
const PYTHON_IMPORTS = new RegExp(
  `(?:^[ \\t]*(?:(?:try|else|if\\b[^\\n:]{0,80}):[ \\t]*)?(?:from|import)\\b|\\bimport_module\\()[^\\n]{0,200}?(?:${TRACES.source})`,
  'im',
);

/**
 * Whether a unit can export traces as far as its manifests and deployment say; when not, none of its files is read. Where
 * they say nothing, as without a readable manifest, only its code may tell. A package of Node has the dependencies of
 * those that it uses, and of the workspace around it. What a manifest that is not there would say may be just that.
 */
export function mayTrace({
  language,
  dependencies,
  deployment,
  uses,
  missing,
}: Pick<ProcessUnit, 'language' | 'dependencies' | 'deployment' | 'uses' | 'missing'>): 'yes' | 'no' | 'by-code' {
  if (deployment.agents.length > 0) return 'yes';
  if (deployment.environment.some(({ name }) => name.startsWith('OTEL_'))) return 'yes';
  for (const name of dependencies.keys()) if (namesTracing(name)) return 'yes';
  if (missing !== undefined && missing.length > 0) return 'by-code';
  return dependencies.size === 0 || (uses.length > 0 && language !== 'node') ? 'by-code' : 'no';
}
