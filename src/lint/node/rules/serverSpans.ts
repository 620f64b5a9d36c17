import type { Finding } from '../../../model/finding';
import { findingAt } from '../../report';
import { atEachCall, type CallIn } from '../calls';
import { firstLine } from '../evidenceAt';
import type { NodeCode } from '../nodeCode';
import { isAside } from '../serverSide';

/** Reads the context of what comes in, by whatever name. */
const READS = /\bextract\w*\(|traceparent|trace_?parent|b3-?trace|x-amzn-trace-id|remoteSpanContext/i;

/** A span for a request that came in, as its kind says. */
const OF_SERVER = /\bSpanKind\.SERVER\b|\bkind:\s*1\b/;

/**
 * Rule 33 for servers that no instrumentation covers: the span for a request is made by hand, and nothing in the process reads
 * what the request brings, so that each begins a new trace.
 */
export function serverSpanFindings(node: NodeCode): Finding[] {
  const { tracing, program, code } = node;
  if (!node.isTraced || tracing.distribution !== undefined || tracing.preload !== undefined) return [];
  if (tracing.isOtherRuntime === true || !node.isUncovered('http')) return [];
  const sources = program.sources.filter(
    (source) =>
      source.has(OF_SERVER) &&
      source.has(/\bstart(?:Active)?Span\s*\(/) &&
      !isAside(code.unit, source) &&
      node.runsInNode(source),
  );
  if (sources.length === 0 || program.sources.some((source) => source.has(READS))) return [];
  return atEachCall(sources, (at) => (isServerSpan(at) ? notRead(at) : undefined));
}

function isServerSpan({ source, function: fn, call }: CallIn): boolean {
  const { callee, args } = call;
  if (fn.id === 0 || callee.kind !== 'member' || !/^start(Active)?Span$/.test(callee.name)) return false;
  const [, options, given] = args;
  // A third that is no function is the context that it is started under.
  if (args.length > 3 || (given !== undefined && given.value.kind !== 'function')) return false;
  return options !== undefined && OF_SERVER.test(source.textOf(options));
}

function notRead({ source, call }: CallIn): Finding {
  return findingAt('EXTRACT-UNUSED', source, firstLine(source, call), {
    severity: 'warning',
    message:
      'This span is for a request that comes in, and nothing reads the trace context of its headers: each request begins a new trace.',
  });
}
