import type { Finding } from '../../../model/finding';
import { isForeign } from '../../code/thirdParty';
import { findingAt, relatedAt } from '../../report';
import { chainFrom, namesIn } from '../chains';
import { attributeOf, nameOfCall, type CallPlace } from '../declarations';
import { destinationOf, isVendorFile } from '../destinations';
import type { JavaCode } from '../javaCode';
import { dependencyFix } from '../fixes/dependencyFix';
import { coverageOf } from '../javaTables';
import { asFindingEvidence, firstLine, whereIs } from '../places';
import { propertyOf } from '../properties';
import { mechanismOf } from '../setup';
import { namesType } from '../typeNames';
import { isStartUp } from './relevance';

const FEIGN = 'org.springframework.cloud:spring-cloud-starter-openfeign';

/**
 * JAVA-FEIGN-NO-MICROMETER: Feign clients under Micrometer Tracing need a capability that only feign-micrometer brings;
 * OpenTelemetry's starter instruments nothing that they send by.
 */
export function feignWithoutMicrometer(code: JavaCode): Finding[] {
  const mechanism = mechanismOf(code.setup, 'micrometer', 'starter');
  const { unit, settings } = code.code;
  const row = coverageOf('OpenFeign', 'micrometer');
  if (mechanism === undefined || row === undefined || settings.coveredBy.has('OpenFeign')) return [];
  const off = row.off?.map((key) => propertyOf(unit, key)).find((given) => given?.value.trim() === 'false');
  const declaredWith = unit.dependencies.get(row.with!);
  const isThere = declaredWith !== undefined && declaredWith.scope !== 'dev';
  if (off === undefined && (isThere || bringsCapability(code))) return [];
  const clients = code.annotatedWith('FeignClient').filter(({ source, annotation }) => {
    const url = attributeOf(annotation, 'url');
    const place = { source, function: source.code.functions[0]! };
    return url === undefined || !isForeign(destinationOf(code, place, url));
  });
  const [first, ...others] = clients;
  // The parent or catalog that is not there may bring it.
  if (first === undefined || unit.dependencies.size === 0 || unit.missing !== undefined) return [];
  const { source, annotation } = first;
  const declared = unit.dependencies.get(FEIGN)?.at;
  const isStarter = mechanism.name === 'starter';
  const why = off
    ? `\`${whereIs(source, off.at)}\` switches Feign's observation off`
    : `${declared ? `\`${whereIs(source, declared)}\`: ` : ''}OpenFeign is used ${declaredWith ? 'with feign-micrometer in tests only' : 'without feign-micrometer'}`;
  return [
    findingAt('JAVA-FEIGN-NO-MICROMETER', source, firstLine(source, annotation), {
      severity: 'warning',
      message: isStarter
        ? `${mechanism.row.title} (\`${whereIs(source, mechanism.at)}\`) does not cover OpenFeign: these requests carry no trace context.`
        : `${why}, and Micrometer Tracing observes Feign only through it: these requests carry no trace context.`,
      evidence: asFindingEvidence([mechanism.at, ...(declared ? [declared] : []), ...(off ? [off.at] : [])]),
      // A second entry beside the one for tests would not win.
      fixes: off || isStarter || declaredWith ? [] : dependencyFix(unit.dependencies.get(FEIGN), row.with!),
      related: others.map((other) =>
        relatedAt(
          other.source,
          firstLine(other.source, other.annotation),
          'This client sends no trace context either.',
        ),
      ),
    }),
  ];
}

/**
 * JAVA-FEIGN-NO-MICROMETER, of clients that `Feign.builder()` makes: feign-micrometer on the class path gives them nothing,
 * as Spring adds its capability only to those that it makes itself.
 */
export function feignBuiltByHand(code: JavaCode): Finding[] {
  const mechanism = mechanismOf(code.setup, 'micrometer', 'starter');
  if (mechanism === undefined || code.setup.agent !== undefined || code.code.settings.coveredBy.has('OpenFeign'))
    return [];
  if (bringsCapability(code) || code.program.sources.some(({ code: { text } }) => OBSERVED_BELOW.test(text))) return [];
  return code
    .calls('builder')
    .filter((place) => isBareBuilder(code, place))
    .map(({ source, call }) =>
      findingAt('JAVA-FEIGN-NO-MICROMETER', source, firstLine(source, call), {
        severity: 'warning',
        message: `This Feign client is built without a capability that observes it, and ${mechanism.row.title} (\`${whereIs(source, mechanism.at)}\`) adds none to what \`Feign.builder()\` makes: its requests carry no trace context.`,
        evidence: asFindingEvidence([mechanism.at]),
      }),
    );
}

/** What observes the client under Feign. */
const OBSERVED_BELOW = /Observation\w*(Interceptor|Exec)|Tracing\w*Client|OkHttpTelemetry|ApacheHttpClientTelemetry/;

/** `Feign.builder()…target(Billing.class, url)`, without a capability, towards a service of one's own. */
function isBareBuilder(code: JavaCode, place: CallPlace): boolean {
  const { source, function: fn, call } = place;
  if (call.callee.kind !== 'member' || !namesType(source, call.callee.object, 'feign.Feign')) return false;
  if (isStartUp(source, fn) || isVendorFile(source)) return false;
  const chain = chainFrom(place);
  const target = chain.find((one) => nameOfCall(one) === 'target');
  if (target === undefined || namesIn(chain).includes('addCapability')) return false;
  const url = target.args[1]?.value;
  return url === undefined || !isForeign(destinationOf(code, place, url));
}

/** A capability, interceptor or client of one's own that writes the context. */
function bringsCapability({ program }: JavaCode): boolean {
  return program.sources.some(({ code: { text } }) => {
    if (/MicrometerObservationCapability|FeignTelemetry|TracingFeign|brave\.feign/.test(text)) return true;
    return (
      /RequestInterceptor/.test(text) && /traceparent|[pP]ropagator|\binject\(|[bB]3\b|X-B3|[tT]racer\b/.test(text)
    );
  });
}
