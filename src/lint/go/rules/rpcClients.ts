import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Call } from '../../../syntax/code/expression';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt } from '../../report';
import { mergeEdits } from '../fixes/imports';
import { plainClientFix } from '../fixes/plainClientFix';
import { rpcHandlerFix } from '../fixes/rpcHandlerFix';
import type { GoAnalysis } from '../goAnalysis';
import { calledName, firstLine, type CallPlace } from '../goUnit';
import { isGeneratedSource } from '../httpCalls';
import { optionsOf } from '../values/optionLists';
import type { Value } from '../values/values';
import { outermost } from '../relevance';
import { isRpcCovered, writesTraceMetadata } from '../rpcCover';
import { isForCommandLine } from './commandLines';
import { isAside, type PlainClient } from './plainClients';

const DIAL = /^google\.golang\.org\/grpc\.(NewClient|Dial|DialContext)$/;
/** Connections that carry telemetry, stay in the process or the machine, or belong to tests. */
const NOT_OURS =
  /WithGRPCConn|bufconn|bufnet|passthrough:\/\/\/buf|\.sock\b|otlp|otel|collector|jaeger|zipkin|tempo|channelz|googleapis\.com/i;
/** grpc-gateway's generated functions that dial: the context, the mux, the endpoint, the options. */
const GATEWAY = /^Register\w+HandlerFromEndpoint$/;
/** What calls are named that make a client. */
const CONNECTS = /^(Dial|DialContext|New\w*Client|Register\w+HandlerFromEndpoint)$/;
const PROBE = /health|probe|ping|ready|waitFor/i;
const GIVES_TO_EXPORTER = /\botlp\w*\.WithGRPCConn\(/;
const STUB = /\b\w*pb\w*\.New\w+Client\(|\.New\w+ServiceClient\(/;

/** GO-RPC-NO-HANDLER: gRPC and Connect clients that send no context. */
export function bareRpcClients(analysis: GoAnalysis, plain: readonly PlainClient[]): Finding[] {
  const found: Finding[] = [];
  const reported = new Set(plain.map(({ origin }) => origin.piece));
  const targets = new Map<CodeFunction, Map<string, number>>();
  let isByHand: boolean | undefined;
  for (const place of analysis.unit.callsLike(CONNECTS)) {
    const { source, function: fn } = place;
    if (isGeneratedSource(source) || isAside(analysis, source)) continue;
    const one = grpcFinding(analysis, place) ?? connectFinding(analysis, place, reported);
    if (one === undefined || (isByHand ??= writesTraceMetadata(analysis))) continue;
    // The branches of a choice between options are one client.
    const target = targetOf(analysis, place);
    const known = targets.get(fn) ?? new Map<string, number>();
    const before = known.get(target);
    if (before === undefined) known.set(target, found.push(one) - 1);
    else found[before] = withFixOf(found[before]!, one);
    targets.set(fn, known);
  }
  return found;
}

/** What is written for the address of a client; for a gateway the context that all its services are registered with. */
function targetOf({ unit }: GoAnalysis, place: CallPlace): string {
  const { source, call } = place;
  const name = unit.external(place) ?? '';
  const isFirst = GATEWAY.test(calledName(call) ?? '') || (DIAL.test(name) && !name.endsWith('DialContext'));
  return source.textOf(call.args[isFirst ? 0 : 1] ?? call.callee);
}

/** The fix mends all branches of a choice, or the finding would only move on to the next. */
function withFixOf(finding: Finding, other: Finding): Finding {
  const [own] = finding.fixes;
  const [more] = other.fixes;
  if (own === undefined || more === undefined) return finding;
  return { ...finding, fixes: [{ ...own, edits: mergeEdits([...own.edits, ...more.edits]) }] };
}

function grpcFinding(analysis: GoAnalysis, place: CallPlace): Finding | undefined {
  const { source, function: fn, call } = place;
  const name = analysis.unit.external(place);
  const isGateway = GATEWAY.test(calledName(call) ?? '') && call.args.length === 4;
  if (analysis.setup.coveredOutside.has('grpc')) return undefined;
  if (!isGateway && (name === undefined || !DIAL.test(name))) return undefined;
  const first = isGateway ? 3 : name?.endsWith('DialContext') ? 2 : 1;
  const around = outermost(source, fn);
  if (/WithGRPCConn|bufconn/.test(source.textOf(around)) || NOT_OURS.test(`${around.name} ${source.textOf(call)}`))
    return undefined;
  if (PROBE.test(around.name) || analysis.relevance.isProbe(source, fn)) return undefined;
  if (isForCommandLine(analysis, source, around) || carriesTelemetry(analysis, source, around)) return undefined;
  if (asksForHealthOnly(source, call, around)) return undefined;
  const target = call.args[first - 1];
  const url = target && { source, function: fn, expression: target.value };
  if (analysis.destinations.isForeign(url, source, fn) || isSocket(analysis, url)) return undefined;
  const options = optionsOf(analysis.values, place, first, isGateway);
  if (options.open || isRpcCovered(analysis, options)) return undefined;
  return findingAt('GO-RPC-NO-HANDLER', source, firstLine(source, call), {
    severity: 'warning',
    message:
      'This gRPC client has no `otelgrpc.NewClientHandler()`: its calls carry no trace context, and the called service ' +
      'begins traces of its own.',
    fixes: isGateway ? [] : rpcHandlerFix(analysis.unit.code.unit, place, first),
  });
}

/** `"unix://" + path`: a process of the same machine. */
function isSocket({ values }: GoAnalysis, url: Value | undefined): boolean {
  if (url === undefined) return false;
  const all = [url, ...(values.origins(url)?.values ?? [])];
  return all.some(({ source, expression }) => /["`]unix:/.test(source.textOf(expression)));
}

/** `conn, err := grpc.Dial(…)` for a health client and no other; one that is given back is asked for more than that. */
function asksForHealthOnly(source: SourceCode, call: Call, around: CodeFunction): boolean {
  const { text } = source.code;
  const held = /(\w+)\s*,\s*\w+\s*:?=\s*$/.exec(text.slice(Math.max(0, call.start - 80), call.start))?.[1];
  if (held === undefined) return false;
  const rest = text.slice(call.end, around.end);
  if (new RegExp(`\\breturn\\b[^\\n(]*\\b${held}\\b(?!\\.)|[:=]\\s*${held}\\s*[,}\\n]`).test(rest)) return false;
  const given = [...rest.matchAll(new RegExp(`(\\w+)\\([^()]*\\b${held}\\b`, 'g'))].map(([, to]) => to);
  return given.includes('NewHealthClient') && given.every((to) => to === 'NewHealthClient');
}

/** A connection that is made for an exporter: all who call for one are in files that give theirs to an exporter. */
function carriesTelemetry(analysis: GoAnalysis, source: SourceCode, around: CodeFunction): boolean {
  const callers = analysis.relevance.callersOf({ source, function: around });
  return (
    callers.length > 0 && callers.every((caller) => caller.source.has(GIVES_TO_EXPORTER) && !caller.source.has(STUB))
  );
}

/** `ordersv1connect.NewOrdersServiceClient(http.DefaultClient, url)` and `connect.NewClient[Req, Res](…)`. */
function connectFinding(analysis: GoAnalysis, place: CallPlace, reported: ReadonlySet<unknown>): Finding | undefined {
  const { source, function: fn, call } = place;
  const written = calledName(call) ?? '';
  if (!/^New\w*Client$/.test(written) || call.args.length < 2 || call.callee.kind === 'function') return undefined;
  if (!isConnectConstructor(analysis, place) || analysis.setup.coveredOutside.has('connect')) return undefined;
  const [client, url] = call.args;
  if (client === undefined || url === undefined) return undefined;
  const options = optionsOf(analysis.values, place, 2);
  if (options.open || isRpcCovered(analysis, options)) return undefined;
  const verdict = analysis.chains.verdict({ source, function: fn, expression: client.value });
  if (verdict.is !== 'plain' || verdict.origins.some((origin) => reported.has(origin.piece))) return undefined;
  // A service of the own repository is no vendor's, whatever it is called: `vaultv1connect.NewVaultServiceClient(…)`.
  const target = isOwnStub(analysis, place) ? undefined : { source, function: fn, expression: url.value };
  if (isForCommandLine(analysis, source, outermost(source, fn))) return undefined;
  if (analysis.destinations.isForeign(target, source, fn) || PROBE.test(outermost(source, fn).name)) return undefined;
  return findingAt('GO-RPC-NO-HANDLER', source, firstLine(source, call), {
    severity: 'warning',
    message:
      'This Connect client has neither an `otelconnect` interceptor nor an instrumented HTTP client: its calls carry no ' +
      'trace context.',
    // An interceptor of `otelconnect` is made with an error to look at, and what to do with one is not for a fix to say.
    fixes: verdict.origins.length === 1 ? plainClientFix(analysis.unit.code.unit, verdict.origins[0]!, []) : [],
  });
}

function isOwnStub({ unit }: GoAnalysis, place: CallPlace): boolean {
  const name = unit.external(place);
  return name === undefined ? unit.callee(place).kind === 'own' : unit.isOfRepository(name);
}

function isConnectConstructor(analysis: GoAnalysis, place: CallPlace): boolean {
  const name = analysis.unit.external(place);
  if (name !== undefined)
    return /^(connectrpc\.com\/connect|github\.com\/bufbuild\/connect-go)\.NewClient$|connect\.New\w+Client$/.test(
      name,
    );
  const callee = analysis.unit.callee(place);
  return callee.kind === 'own' && callee.places.some((one) => /connect$/.test(one.source.code.namespace));
}
