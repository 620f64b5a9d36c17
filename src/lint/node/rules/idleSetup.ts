import { dotted } from '../../code/names';
import type { SourceCode } from '../../code/sourceCode';
import { appOf, sameApp } from '../process/apps';
import type { Setup } from '../process/setups';
import { evidenceAt } from '../evidenceAt';
import { atEachCall, type CallIn } from '../calls';
import type { NodeCode } from '../nodeCode';
import { importsOne } from '../loadedModules';

/** What makes spans, or carries their context, without an instrumentation of the list. */
const MAKES_SPANS =
  /\bstart(?:Active)?Span\b|\bpropagation\s*\.|traceparent|\bregisterInstrumentations\b|\binstrument\w*\(|@(?:Span|Traced?|WithSpan)\(|experimental_telemetry|langfuse|langsmith|braintrust|openinference|traceloop|openllmetry|mastra|genkit|@effect\/|@fastify\/otel|@hono\/otel|withTracing|otelMiddleware|BullMQOtel|enableOpenTelemetryTracing/;

/** Servers that nothing but an instrumentation opens a span for. */
const SERVERS = /^(express|fastify|koa|restify|@hapi\/hapi|(node:)?https?|@nestjs\/core|@hono\/node-server)$/;

/**
 * Where a process that exports traces takes requests in: without instrumentations, and without a span of its own making, it
 * has none to export, and the context that requests come with ends there. Undefined where something may make spans.
 */
export function idleServer(node: NodeCode, setup: Setup): CallIn | undefined {
  if (!isAlone(node) || node.program.sources.some((source) => source.has(MAKES_SPANS))) return undefined;
  return serverOf(node, setup);
}

/** Whether nothing but one set-up in code decides what a process has. */
function isAlone({ tracing }: NodeCode): boolean {
  return tracing.setups.length === 1 && tracing.isOtherRuntime !== true && tracing.preload === undefined;
}

function serverOf(node: NodeCode, setup: Setup): CallIn | undefined {
  const { unit } = node.code;
  const app = appOf(unit, setup.source);
  const sources = node
    .inNodeWith(/\.listen\(|\bserve\(/)
    .filter((source) => sameApp(appOf(unit, source), app) && servesRequests(source));
  return atEachCall(sources, (at) => (isListening(at) ? at : undefined))[0];
}

/**
 * Instrumentations of frameworks that rest on the one of `http`, which alone reads what a request brings: see "relies on HTTP
 * calls to also be instrumented" in the README of `@opentelemetry/instrumentation-express`.
 */
const RESTS_ON_HTTP = /\bnew\s+(?:Express|Fastify|Koa|Hapi|Restify|Connect|NestInstrumentation|NestCore)\w*\(/;

/** What reads the context of a request without it, or makes its span. */
const READS_REQUESTS =
  /\bextract\w*\(|traceparent|FastifyOtel|fastify\/otel|hono\/otel|otelMiddleware|SpanKind\.SERVER|experimental\.instrumentationHook/i;

/**
 * Where a process takes requests in whose framework is instrumented, and `http` is not: the framework's spans begin a trace
 * with each request. Undefined where `http` is switched off on purpose, or something else may read what comes in.
 */
export function unreadServer(node: NodeCode, setup: Setup): CallIn | undefined {
  const { program, code } = node;
  const { covered, holes, unknown } = setup.coverage;
  if (!isAlone(node) || unknown.length > 0 || code.unit.dependencies.has('next')) return undefined;
  if (covered.has('http') || holes.has('http')) return undefined;
  // Made and switched off is off on purpose.
  if (!setup.source.has(RESTS_ON_HTTP) || setup.source.has(/\bnew\s+[\w.]*HttpInstrumentation\(/)) return undefined;
  if (program.sources.some((source) => source.has(READS_REQUESTS))) return undefined;
  return serverOf(node, setup);
}

function servesRequests(source: SourceCode): boolean {
  return importsOne(source, ['express', 'fastify', 'koa', 'restify', 'hapi', 'http', '@nestjs', 'hono'], (one) =>
    SERVERS.test(one.from),
  );
}

function isListening({ call: { callee } }: CallIn): boolean {
  const name = dotted(callee)?.split('.').at(-1);
  return name === 'serve' || (name === 'listen' && callee.kind === 'member');
}

/** Where a server stands, for people. */
export function listensAt({ source, call }: CallIn): ReturnType<typeof evidenceAt> {
  return evidenceAt(source, call, 'takes requests in');
}
