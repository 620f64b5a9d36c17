import { pushTo } from '../../../base/tables/pushTo';
import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import { ownerOf } from '../../code/program';
import { statementsIn } from '../../code/walk';
import { findingAt, relatedAt } from '../../report';
import { propagatorFix } from '../fixes/propagatorFix';
import type { CallPlace, GoUnit } from '../goUnit';
import { firstLine } from '../goUnit';
import { outermost } from '../relevance';
import type { GoSetup } from '../setup';

const SERVES_OR_CALLS =
  /^(go\.opentelemetry\.io\/contrib\/instrumentation\/|connectrpc\.com|google\.golang\.org\/grpc$|github\.com\/(gin-gonic|labstack|gofiber|go-chi|gorilla\/mux|go-kratos|cloudwego|IBM\/sarama|Shopify\/sarama|segmentio|twmb|riandyrn|dnwe|mark3labs|grpc-ecosystem|rabbitmq|streadway|nats-io|confluentinc|go-resty)|cloud\.google\.com\/go\/pubsub|go\.temporal\.io\/sdk|github\.com\/aws\/aws-sdk-go-v2\/service\/(sqs|sns))/;
const GRPC = 'google.golang.org/grpc';
const USES_GRPC =
  /\bgrpc\.(NewServer|NewClient|Dial|DialContext|Server|ServiceRegistrar|ClientConn|ClientConnInterface)\b|\bRegister\w+Server\(|\bNew\w+Client\(/;
const MAKES_CLIENT = /^New(Transport|ClientHandler)$/;
const INSTRUMENTED_CLIENT = /\/(otelhttp\.NewTransport|otelgrpc\.NewClientHandler)$/;
const OPEN_TELEMETRY = /^go\.opentelemetry\.io\//;
/** Libraries of whomever that send or answer, by what they are called: `github.com/acme/messaging-golang`. */
const BY_NAME = /\/[\w.-]*(messaging|kafka|rabbit|amqp|pubsub|broker|grpc|rpc|http)[\w.-]*(\/v\d+)?$/i;
const BY_GLOBAL_PROPAGATOR = /\botelhttptrace\.(Inject|Extract)\((?!.*WithPropagators)/;
const USES =
  /otel(http|grpc|gin|mux|echo|chi|fiber|connect|sarama|restful|aws|httptrace)\b|GetTextMapPropagator|"net\/http"|ListenAndServe/;

/** `propagation.NewCompositeTextMapPropagator(…)` as a statement: it was to be set, and is thrown away instead. */
export function droppedPropagators(unit: GoUnit): Finding[] {
  return unit.callsNamed('NewCompositeTextMapPropagator').flatMap((place) => {
    const { source, function: fn, call } = place;
    if (!unit.external(place)?.endsWith('otel/propagation.NewCompositeTextMapPropagator')) return [];
    const isDropped = [...statementsIn(fn.body)].some((one) => one.kind === 'expression' && one.value === call);
    if (!isDropped || isTestHelp(source.path)) return [];
    return findingAt('GO-PROP-UNSET', source, firstLine(source, call), {
      severity: 'warning',
      message:
        'This propagator is made and not set (`otel.SetTextMapPropagator`): where the process comes by here, incoming trace ' +
        'context is ignored and outgoing requests carry none.',
    });
  });
}

/** GO-PROP-UNSET: a provider is set for the process, and nothing in it sets a propagator. One finding a set-up. */
export function unsetPropagators(unit: GoUnit, setup: GoSetup): Finding[] {
  const set = setup.providers.length > 0 ? setup.providers : keptProviders(unit, setup);
  const without = setup.isGivenOnly ? clientsWithout(unit) : [];
  const left = without.length > 0 ? setup.providers : alternativesWithout(setup);
  const providers = setup.propagators.length > 0 ? left : set;
  if (providers.length === 0 || !takesPartInTraces(unit) || goesByItsOwn(unit)) return [];
  const what =
    without.length > 0
      ? 'A tracer provider is installed, but no propagator is set for the process: Go’s default does nothing, so that the ' +
        'clients that are given none of their own write no trace context into what they send.'
      : 'A tracer provider is installed, but no propagator is set anywhere in this process: Go’s default does nothing, so ' +
        'incoming trace context is ignored and outgoing requests carry none.';
  const byFile = new Map<string, CallPlace[]>();
  for (const place of providers) {
    pushTo(byFile, place.source.path, place);
  }
  return [...byFile.values()].map((places) => {
    const [first, ...others] = exportingFirst(places) as [CallPlace, ...CallPlace[]];
    const { source, call } = first;
    return findingAt('GO-PROP-UNSET', source, firstLine(source, call), {
      severity: 'warning',
      message: what,
      related: [
        ...others.map((other) => relatedAt(other.source, other.call, 'The provider is set here too.')),
        ...without.map((one) => relatedAt(one.source, firstLine(one.source, one.call), 'This is given no propagator.')),
      ],
      fixes: propagatorFix(first),
    });
  });
}

/** Instrumented clients that take the propagator of the process, where some handler is given one of its own. */
function clientsWithout(unit: GoUnit): CallPlace[] {
  const found: CallPlace[] = [];
  for (const place of unit.callsLike(MAKES_CLIENT)) {
    const { source, call } = place;
    if (!INSTRUMENTED_CLIENT.test(unit.external(place) ?? '') || isTestHelp(source.path)) continue;
    // Options that are put together elsewhere may hold one.
    const options = call.args.slice(call.callee.kind === 'member' && call.callee.name === 'NewTransport' ? 1 : 0);
    const isSeen = options.every(({ value, spread }) => spread !== true && value.kind === 'call');
    if (isSeen && !/WithPropagators?\(/.test(source.textOf(call))) found.push(place);
  }
  return found;
}

/**
 * Providers that are set in one of several ways to choose from (methods of one name on several types), of which the
 * others set the propagator too: who is traced this way has none.
 */
function alternativesWithout({ providers, propagatorCalls }: GoSetup): CallPlace[] {
  const wayOf = ({ source, function: fn }: CallPlace): CodeFunction => outermost(source, fn);
  const ways = new Set(providers.map(wayOf));
  const whole = new Set(propagatorCalls.map(wayOf));
  if (propagatorCalls.some((place) => !ways.has(wayOf(place)) || ownerOf(place.source, wayOf(place)) === undefined))
    return [];
  return providers.filter((place) => {
    const way = wayOf(place);
    const isOther =
      ownerOf(place.source, way) !== undefined && !whole.has(way) && !isTestHelp(place.source.file.relative);
    return isOther && [...whole].some(({ name }) => name === way.name);
  });
}

/**
 * Providers that are kept rather than set, where requests are read and written by the propagator of the process: by hand,
 * or by instrumentations that are given the provider and no propagator.
 */
function keptProviders({ code }: GoUnit, { made }: GoSetup): readonly CallPlace[] {
  const usesGlobal = code.program.sources.some(
    (source) =>
      source.has(BY_GLOBAL_PROPAGATOR) ||
      (source.has(/\botel(http|grpc|gin|mux|echo|chi|fiber|connect)\.WithTracerProvider\(/) &&
        !isTestHelp(source.path)),
  );
  const hasOwn = code.program.sources.some((source) => source.has(/\bWithPropagators?\(/));
  return usesGlobal && !hasOwn ? made : [];
}

/** A provider that exports nothing is set where there is nowhere to export to: the other one matters. */
function exportingFirst(places: readonly CallPlace[]): CallPlace[] {
  const isEmpty = ({ source, call }: CallPlace): boolean => /NewTracerProvider\(\s*\)/.test(source.textOf(call));
  return [...places.filter((place) => !isEmpty(place)), ...places.filter(isEmpty)];
}

/** A propagator that the code calls itself, `propagation.TraceContext{}.Extract(ctx, carrier)`, with nothing that goes by another. */
const CALLS_ITS_OWN =
  /\bpropagation\.TraceContext\{\}\)?\.(Extract|Inject)\(|\b(\w+)\s*:?=\s*&?propagation\.TraceContext\{\}[^]*?\b\2\.(Extract|Inject)\(/;

/** Kratos' middleware, which is given a propagator of its own where it is told of none, and what goes by the process's. */
const KRATOS = /"github\.com\/go-kratos\/kratos\/v\d+\/middleware\/tracing"/;
const BY_THE_PROCESS = /"go\.opentelemetry\.io\/contrib\/instrumentation\/|\bGetTextMapPropagator\(|"[^"\n]*\/otel\w+"/;

function goesByItsOwn({ code }: GoUnit): boolean {
  const { sources } = code.program;
  if (sources.some((one) => one.has(KRATOS)) && !sources.some((one) => one.has(BY_THE_PROCESS))) return true;
  const instruments = [...code.unit.dependencies.values()].some(
    ({ name, scope }) => scope !== 'indirect' && name.startsWith('go.opentelemetry.io/contrib/instrumentation/'),
  );
  return !instruments && sources.some((source) => source.has(CALLS_ITS_OWN));
}

/** Files that help tests. */
function isTestHelp(path: string): boolean {
  return /test(util|help|data|ing)/i.test(path);
}

/** A process that neither serves nor calls has nothing to propagate. */
function takesPartInTraces({ code, isWhole }: GoUnit): boolean {
  for (const { name, scope } of code.unit.dependencies.values()) {
    if (scope === 'indirect' || !(SERVES_OR_CALLS.test(name) || (BY_NAME.test(name) && !OPEN_TELEMETRY.test(name))))
      continue;
    // Credentials and dial options for an exporter are all that some want of it.
    if (name !== GRPC || !isWhole || code.program.sources.some((source) => source.has(USES_GRPC))) return true;
  }
  return code.program.sources.some((source) => source.has(USES));
}
