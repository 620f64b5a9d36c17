import { nameOfCall, typeAround } from '../declarations';
import type { JavaCode } from '../javaCode';
import { hasTracingFilter, writesTraceHeaders, type PiecePlace } from './injectors';
import { isGivenTo, placesGiven, placesOnClient, type SpringClient } from './springClients';

/** Words of what observes or traces a client where they stand in the code that makes it. */
const OBSERVES =
  /[oO]bservationRegistry|RestTemplateCustomizer|WebClientCustomizer|RestClientCustomizer|BuilderConfigurer|SpringWebTelemetry|SpringWebfluxTelemetry|SpringWebMvcTelemetry|[tT]racingClientHttpRequestInterceptor|[tT]racingExchangeFilterFunction|TraceExchangeFilterFunction|LazyTrac\w+|HttpTracing|WebClientTelemetry/;

/** Whether code shows that a client is observed after all, or writes the headers itself. */
export function isObserved(code: JavaCode, client: SpringClient): boolean {
  const { source, function: fn, chain } = client;
  if (isGivenTo(client, /^(configure|customize|apply|instrument|wrap|trac)/i) || isBuiltFromTemplate(client))
    return true;
  const places: PiecePlace[] = [
    { source, function: fn, piece: { start: client.call.start, end: chain.at(-1)!.end } },
    ...placesOnClient(client).map((on) => ({ source, function: on.function, piece: on.call })),
  ];
  if (fn.id !== 0) places.push({ source, function: fn, piece: fn });
  if (places.some((place) => isTraced(code, place))) return true;
  if (placesGiven(client).some(({ callee }) => isCustomizing(source.textOf(callee)))) return true;
  const type = typeAround(source, client.call);
  if (type !== undefined && writesTraceHeaders(source.textOf(type))) return true;
  if (client.bean === undefined) return false;
  return isBeanObserved(code, client);
}

function isTraced(code: JavaCode, place: PiecePlace): boolean {
  const text = place.source.textOf(place.piece);
  return OBSERVES.test(text) || writesTraceHeaders(text) || hasTracingFilter(code, place);
}

/** What a bean is after other beans have seen it. */
function isBeanObserved(code: JavaCode, client: SpringClient): boolean {
  const { kind } = client;
  if (kind === 'RestTemplate' && code.calls('setObservationRegistry').length > 0) return true;
  return code.program.sources.some(({ code: { text } }) => {
    if (!text.includes(kind)) return false;
    if (/\bBeanPostProcessor\b|SmartInitializingSingleton/.test(text))
      return /bservation|nterceptor|ilter|racing/.test(text);
    return !isConfiguration(text) && writesTraceHeaders(text);
  });
}

function isConfiguration(text: string): boolean {
  return /@(Configuration|SpringBootApplication)\b/.test(text);
}

/**
 * `RestClient.create(restTemplate)` and `new RestTemplate(other.getRequestFactory())` take over what the other has. All that
 * `RestClient.builder` can be given is a template, whose registry of observations it takes.
 */
function isBuiltFromTemplate({ source, call, kind }: SpringClient): boolean {
  const [first] = call.args;
  if (kind === 'RestClient' && nameOfCall(call) === 'builder') return first !== undefined;
  const takes =
    kind === 'RestClient' ? /template/i : kind === 'RestTemplate' ? /\.\s*getRequestFactory\s*\(/ : undefined;
  return first !== undefined && takes?.test(source.textOf(first)) === true;
}

function isCustomizing(callee: string): boolean {
  return /customi|configure$|observ|instrument/i.test(callee);
}
