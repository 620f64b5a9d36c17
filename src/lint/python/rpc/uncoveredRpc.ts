import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt, relatedAt } from '../../report';
import { addInstrumentor } from '../fixes/instrument';
import { Injection } from '../flow/injection';
import { mayBeInSpan, startsSpan } from '../flow/spans';
import { Callers } from '../names/callers';
import { lastPart, placeOf, type PythonCode } from '../names/pythonCode';
import { Reaches } from '../names/reaches';
import { coverageOf } from '../process/coverage';
import { whyUncovered } from '../process/holes';
import { rowOf, type CoverageRow } from '../process/table';
import type { TracedCode, TracedProcess } from '../process/tracedCode';
import { describePlace, withNamed } from '../process/words';
import {
  grpcSites,
  hasInterceptors,
  hasTracedSibling,
  isForeignChannel,
  leavesFunction,
  type GrpcSite,
} from './grpcSites';

/**
 * PY-UNCOVERED-HTTP for gRPC: channels and servers that nothing in their process instruments; one finding a file and side.
 */
export function uncoveredRpc(traced: TracedCode): Finding[] {
  const injection = new Injection(traced.code, traced.settings);
  const spans = new OwnSpans(traced.code);
  return traced.sources.flatMap((source) => {
    if (!source.has(/\bgrpc\b/) || /_pb2(_grpc)?\.py$/.test(source.path)) return [];
    const groups = new Map<CoverageRow, { sites: GrpcSite[]; process: TracedProcess }>();
    for (const site of grpcSites(traced.code.sitesIn(source))) {
      const row = rowOf(rowName(site));
      const process = traced.processesAt(site).find((one) => isUncovered(row, one, site, spans));
      if (process === undefined || !isLost(site, traced, injection)) continue;
      const group = groups.get(row);
      if (group) group.sites.push(site);
      else groups.set(row, { sites: [site], process });
    }
    return [...groups].map(([row, { sites, process }]) => report(row, sites, process, traced));
  });
}

function rowName({ side, isAsync }: GrpcSite): string {
  return `grpc${isAsync ? '.aio' : ''}${side === 'server' ? ' server' : ''}`;
}

function isUncovered(row: CoverageRow, process: TracedProcess, site: GrpcSite, spans: OwnSpans): boolean {
  if (process.tracing.is !== 'yes' || coverageOf(row, process).is !== 'no') return false;
  return process.isListed || (process.tracesItself && spans.concern(site));
}

/** Spans that code opens itself: where nothing is instrumented, only they can lose a parent or a child. */
class OwnSpans {
  private readonly callers: Callers;
  private readonly reached: Reaches;

  constructor(private readonly code: PythonCode) {
    this.callers = new Callers(code);
    this.reached = new Reaches(code, startsSpan, true);
  }

  /** One may be open where a channel is made; methods of a server's services open some. */
  concern(site: GrpcSite): boolean {
    if (site.side === 'client') return mayBeInSpan(site, this.callers);
    return this.code.program.sources.some((source) =>
      source.code.functions.some((fn) => isServed(source, fn) && this.reached.in({ source, function: fn }, 1)),
    );
  }
}

function isServed(source: SourceCode, fn: CodeFunction): boolean {
  return source.typeOf(fn)?.bases.some((base) => /Servicer$/.test(base)) === true;
}

/** Whether neither interceptors nor metadata written by hand carry the context. */
function isLost(site: GrpcSite, traced: TracedCode, injection: Injection): boolean {
  if (hasInterceptors(site) || hasTracedSibling(site) || isProbe(site)) return false;
  if (site.side === 'server') return !traced.sources.some(readsMetadata);
  if (isForeignChannel(traced.code, site) || injection.inFile(site.source)) return false;
  if (intercepts(site.source, traced)) return false;
  if (!leavesFunction(site)) return true;
  return !traced.sources.some((source) => intercepts(source, traced) || handsMetadata(source.code.text));
}

/** A file that puts interceptors around a channel. */
function intercepts(source: SourceCode, { code }: TracedCode): boolean {
  if (!source.has(/\bintercept_channel\s*\(/)) return false;
  return code.sitesIn(source).some(({ method }) => method === 'intercept_channel');
}

/** A file that puts a trace context into metadata. */
function handsMetadata(text: string): boolean {
  return /\bmetadata\b/.test(text) && /\binject\w*\s*\(|traceparent/.test(text) && /\bgrpc\b/.test(text);
}

/** A file of a server that reads the context of its requests itself. */
function readsMetadata({ code: { text } }: SourceCode): boolean {
  return /\binvocation_metadata\b/.test(text) && /\bextract\w*\s*\(|traceparent/.test(text);
}

function isProbe({ function: fn }: GrpcSite): boolean {
  return /health|readiness|liveness|_ping\b|^ping|wait_for|is_alive|probe/i.test(fn.name);
}

function report(row: CoverageRow, sites: readonly GrpcSite[], process: TracedProcess, traced: TracedCode): Finding {
  const [first, ...others] = sites as [GrpcSite, ...GrpcSite[]];
  const verdict = coverageOf(row, process);
  const instrumentor = row.instrumentors[0]!;
  const shown = [...process.setup.instrumentors.values()][0]?.[0] ?? process.tracing.by[0]!;
  const what =
    first.side === 'client'
      ? `Calls through this channel carry no trace context`
      : 'This server does not read the trace context of its requests';
  const kind = lastPart(first.call.callee) === 'server' ? 'gRPC servers' : 'gRPC clients';
  const message =
    `${what}: the process is traced (${describePlace(shown, first.source)}), but ` +
    `${whyUncovered(verdict, `nothing in it instruments ${kind} of this kind (${instrumentor} is missing)`)}.`;
  return findingAt('PY-UNCOVERED-HTTP', first.source, placeOf(first), {
    severity: 'warning',
    message,
    evidence: withNamed(shown, [...verdict.by, ...process.tracing.by], 4),
    related: others.map((site) => relatedAt(site.source, placeOf(site), 'So is it here')),
    fixes: whyUncovered(verdict, '') === '' ? addInstrumentor(row, process, traced) : [],
  });
}
