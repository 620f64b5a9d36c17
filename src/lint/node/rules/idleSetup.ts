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
  const { tracing, program, code } = node;
  if (tracing.setups.length !== 1 || tracing.isOtherRuntime === true || tracing.preload !== undefined) return undefined;
  if (program.sources.some((source) => source.has(MAKES_SPANS))) return undefined;
  const app = appOf(code.unit, setup.source);
  const sources = node
    .inNodeWith(/\.listen\(|\bserve\(/)
    .filter((source) => sameApp(appOf(code.unit, source), app) && servesRequests(source));
  return atEachCall(sources, (at) => (isListening(at) ? at : undefined))[0];
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
