import type { Finding } from '../../model/finding';
import { destinationOfUrl, isForeign } from '../code/thirdParty';
import { findingAt } from '../report';
import { severityWithoutAgent } from './bareClients';
import { typeAround, type CallPlace } from './declarations';
import { destinationOf, isVendorFile } from './destinations';
import type { JavaCode } from './javaCode';
import { asFindingEvidence, firstLine, whereIs } from './places';
import { mechanismOf } from './setup';
import { isOnlyByHand } from './spans/handMadeSpans';
import { isStartUp } from './spring/relevance';
import { namesType } from './typeNames';

const RULE = 'JAVA-CLIENT-NO-AGENT';

const BUILDERS = [
  'io.grpc.ManagedChannelBuilder',
  'io.grpc.Grpc',
  'io.grpc.netty.NettyChannelBuilder',
  'io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder',
  'io.grpc.okhttp.OkHttpChannelBuilder',
];

/** What writes the context into the metadata of calls is an interceptor, of a library or of one's own, or a factory that adds one. */
const MAY_WRITE =
  /ClientInterceptor|\.\s*intercept\s*\(|withInterceptors|GrpcTelemetry|GrpcTracing|GrpcChannelFactory|SpringAware/;

/** Channels to where telemetry goes, and those of checks. */
const ASIDE = /Health|Probe|Export|Telemetry|Tracing|Collector|Otlp/i;

/**
 * JAVA-CLIENT-NO-AGENT, of gRPC: a channel that code builds itself. Neither Micrometer Tracing nor OpenTelemetry's starter
 * sees it, and no interceptor of the process writes the context into its calls.
 */
export function bareGrpcChannels(code: JavaCode): Finding[] {
  const mechanism = mechanismOf(code.setup, 'micrometer', 'starter', 'sleuth', 'sdk');
  if (mechanism === undefined || (mechanism.name === 'sdk' && !isOnlyByHand(code))) return [];
  if (code.code.settings.coveredBy.has('gRPC')) return [];
  if (code.program.sources.some((source) => MAY_WRITE.test(source.code.text))) return [];
  return ['forAddress', 'forTarget', 'newChannelBuilder', 'newChannelBuilderForAddress']
    .flatMap((name) => code.calls(name))
    .filter((place) => isBare(code, place))
    .map(({ source, call }) =>
      findingAt(RULE, source, firstLine(source, call), {
        severity: severityWithoutAgent(code),
        message: `${mechanism.row.title} (\`${whereIs(source, mechanism.at)}\`) does not cover gRPC, and no interceptor is given to this channel: its calls carry no trace context unless an agent is put in.`,
        evidence: asFindingEvidence([mechanism.at]),
      }),
    );
}

function isBare(code: JavaCode, place: CallPlace): boolean {
  const { source, function: fn, call } = place;
  const { callee } = call;
  if (callee.kind !== 'member' || !BUILDERS.some((name) => namesType(source, callee.object, name))) return false;
  if (isStartUp(source, fn) || isVendorFile(source) || ASIDE.test(typeAround(source, call)?.name ?? '')) return false;
  const [target] = call.args;
  if (target === undefined || isForeign(destinationOf(code, place, target.value))) return false;
  const written = target.value.kind === 'text' ? target.value.value : undefined;
  return written === undefined || !isForeign(destinationOfUrl(`https://${written.replace(/^.*:\/+/, '')}`));
}
