import type { Finding } from '../../../model/finding';
import { findingAt } from '../../report';
import { chainFrom, namesIn, useOf } from '../chains';
import { callsOn } from '../spring/springClients';
import { nameOfCall, type CallPlace } from '../declarations';
import type { JavaCode } from '../javaCode';
import { propagatorsFix } from '../fixes/propagatorsFix';
import { firstLine } from '../places';
import { mechanismOf } from '../setup';

/** GO-PROP-UNSET for Java: an SDK that is built by hand has no propagators unless they are set. */
export function unsetPropagators(code: JavaCode): Finding[] {
  const isOfAll = mechanismOf(code.setup, 'sdk', 'starter') !== undefined;
  // Micrometer takes its propagators from beans of its own; what code asks the SDK for are those that it was built with.
  const isAsked = mechanismOf(code.setup, 'micrometer') !== undefined && isAskedForThem(code);
  if (!(isOfAll ? takesPartInTraces(code) : isAsked)) return [];
  return code.setup.handBuilt.filter((place) => isUnset(code, place)).map(finding);
}

/** What asks for the propagators: code that injects or extracts, instrumentations, and clients that one would instrument. */
const ASKS_OR_CALLS =
  /getPropagators\(\)|getTextMapPropagator\(\)|TextMap(Getter|Setter)|java\.net\.http\b|HttpURLConnection|(javax|jakarta)\.ws\.rs\.client|io\.grpc|okhttp3|org\.apache\.(hc|http)\b|org\.springframework\.(web\.(client|reactive\.function\.client)|kafka|amqp|jms)|io\.vertx|io\.netty|ratpack|io\.micronaut\.http\.client|org\.apache\.kafka|com\.rabbitmq|retrofit2|io\.helidon\.webclient|instrumentation\.\w+\.[\w.]*Telemetry\b|opentracingshim/;

/** A propagator that is used without an SDK. */
const OWN_PROPAGATOR = /\bW3CTraceContextPropagator\s*\.\s*getInstance\s*\(\s*\)(?!\s*[,)])/;

/** Code that asks an SDK for its propagators, to read headers or to write them. */
const ASKS = /\bgetPropagators\s*\(\s*\)/;

function isAskedForThem({ program }: JavaCode): boolean {
  return program.sources.some((source) => source.has(ASKS));
}

/**
 * Propagators matter to what asks for them. A server whose spans are all made by hand, and that reads no headers, would not
 * continue its callers' traces with them either.
 */
function takesPartInTraces({ program, code: { unit } }: JavaCode): boolean {
  if (program.sources.some(({ code: { text } }) => ASKS_OR_CALLS.test(text))) return true;
  for (const { name, scope } of unit.dependencies.values())
    if (
      scope === 'runtime' &&
      /^io\.opentelemetry\.instrumentation:opentelemetry-(?!api|annotations|instrumentation-(api|annotations)|logback|log4j|runtime)/.test(
        name,
      )
    )
      return true;
  return false;
}

function isUnset(code: JavaCode, place: CallPlace): boolean {
  const { source, function: fn } = place;
  const chain = chainFrom(place);
  const names = [...namesIn(chain)];
  const use = useOf(source, fn, chain.at(-1)!);
  if (use.kind === 'variable') names.push(...callsOn(source, fn, use.name).flatMap((call) => nameOfCall(call) ?? []));
  // A builder that is handed on may get them there.
  if (use.kind === 'argument' || (use.kind === 'returned' && !names.some((name) => name.startsWith('build'))))
    return false;
  if (!names.includes('setTracerProvider') || names.includes('setPropagators')) return false;
  if (
    use.kind === 'variable' &&
    !names.includes('buildAndRegisterGlobal') &&
    isForTracersOnly(code, source.textOf(fn), use.name)
  )
    return false;
  return !code.program.sources.some(({ code: { text } }) => /ContextPropagators\.create\(/.test(text));
}

/** Calls that take nothing but tracers, meters and the like from an SDK. */
const TAKES_TRACERS = /^\s*(=|\.\s*(get(Sdk)?(Tracer|Meter|Logs?)\w*|\w+Builder|shutdown|close|toString)\s*\()/;

/** An SDK that only gives tracers, beside headers that are written and read with a propagator of the code's own. */
function isForTracersOnly(code: JavaCode, text: string, name: string): boolean {
  if (!new RegExp(`\\b(OpenTelemetry(Sdk)?|va[rl])\\s+${name}\\b`).test(text) || isAskedForThem(code)) return false;
  if (!code.program.sources.some((source) => source.has(OWN_PROPAGATOR))) return false;
  const uses = text.split(new RegExp(`\\b${name}\\b`)).slice(1);
  return uses.every((after) => TAKES_TRACERS.test(after));
}

function finding(place: CallPlace): Finding {
  const { source, call } = place;
  return findingAt('GO-PROP-UNSET', source, firstLine(source, call), {
    severity: 'warning',
    message:
      'OpenTelemetrySdk.builder() is given a tracer provider and no propagators, whose default does nothing: incoming trace context is ignored and outgoing requests carry none.',
    fixes: propagatorsFix(place),
  });
}
