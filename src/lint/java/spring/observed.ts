import type { Piece } from '../../../syntax/code/piece';
import type { SourceCode } from '../../code/sourceCode';
import { nameOfCall, typeAround } from '../declarations';
import type { JavaCode } from '../javaCode';
import { callsGiven, callsOnClient, isGivenTo, type SpringClient } from './springClients';

/** Words of what observes or traces a client where they stand in the code that makes it. */
const OBSERVES =
  /[oO]bservationRegistry|RestTemplateCustomizer|WebClientCustomizer|RestClientCustomizer|BuilderConfigurer|SpringWebTelemetry|SpringWebfluxTelemetry|SpringWebMvcTelemetry|[tT]racingClientHttpRequestInterceptor|[tT]racingExchangeFilterFunction|TraceExchangeFilterFunction|LazyTrac\w+|HttpTracing|WebClientTelemetry/;

/** Words of code that writes trace headers by hand. */
const INJECTS =
  /["']traceparent["']|["'](x-)?b3(-traceid)?["']|X-B3-TraceId|[pP]ropagators?\b[^;]{0,80}\binject\s*\(|getTextMapPropagator\(\)|TextMapPropagator|TextMapSetter|\btracer\.inject\(/;

/** Whether code writes trace headers by hand. */
export function writesTraceHeaders(text: string): boolean {
  return INJECTS.test(text);
}

/** Whether code shows that a client is observed after all, or writes the headers itself. */
export function isObserved(code: JavaCode, client: SpringClient): boolean {
  const { source, function: fn, chain, use } = client;
  if (isGivenTo(client, /^(configure|customize|apply|instrument|wrap|trac)/i) || isBuiltFromTemplate(client))
    return true;
  const texts = [source.textOf({ start: client.call.start, end: chain.at(-1)!.end })];
  if (fn.id !== 0) texts.push(source.textOf(fn));
  for (const call of callsOnClient(client)) texts.push(source.textOf(call));
  if (texts.some((text) => OBSERVES.test(text) || INJECTS.test(text) || hasTracingFilter(code, text))) return true;
  if (use.kind === 'variable' && callsGiven(fn, use.name).some(({ callee }) => isCustomizing(source.textOf(callee))))
    return true;
  const type = typeAround(source, client.call);
  if (type !== undefined && INJECTS.test(source.textOf(type))) return true;
  if (client.bean === undefined) return false;
  return isBeanObserved(code, client);
}

/** What a bean is after other beans have seen it. */
function isBeanObserved(code: JavaCode, client: SpringClient): boolean {
  const { kind } = client;
  if (kind === 'RestTemplate' && code.calls('setObservationRegistry').length > 0) return true;
  return code.program.sources.some(({ code: { text } }) => {
    if (!text.includes(kind)) return false;
    if (/\bBeanPostProcessor\b|SmartInitializingSingleton/.test(text))
      return /bservation|nterceptor|ilter|racing/.test(text);
    return !isConfiguration(text) && INJECTS.test(text);
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

/** Whether code adds an interceptor or filter of the workspace that writes trace headers, or one that is called so. */
export function hasTracingFilter(code: JavaCode, text: string): boolean {
  for (const [, args = ''] of text.matchAll(
    /(?:[iI]nterceptors?|[fF]ilters?|add|customizers|apply)\s*\(([^;]{0,300})/g,
  )) {
    if (/trac(e|ing)(?!Id)|telemetry|observation|propagat|brave/i.test(args)) return true;
    for (const [name] of args.matchAll(/\b[A-Za-z]\w+/g)) if (isInjector(code, name)) return true;
  }
  return false;
}

function isInjector(code: JavaCode, name: string): boolean {
  const wanted = name.charAt(0).toUpperCase() + name.slice(1);
  const inType = code.program.typesNamed(wanted).some(({ source, type }) => INJECTS.test(pieceText(source, type)));
  return (
    inType || code.program.functionsNamed(name).some(({ source, function: fn }) => INJECTS.test(pieceText(source, fn)))
  );
}

function pieceText(source: SourceCode, piece: Piece): string {
  return source.textOf(piece);
}
