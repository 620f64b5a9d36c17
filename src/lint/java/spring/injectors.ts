import type { CodeFunction } from '../../../syntax/code/code';
import { assignmentsIn } from '../../code/bindings';
import type { Piece } from '../../../syntax/code/piece';
import type { SourceCode } from '../../code/sourceCode';
import { fieldNamed } from '../declarations';
import type { JavaCode } from '../javaCode';
import { lastPart, plainType } from '../typeNames';

/** Words of code that writes trace headers by hand. */
const INJECTS =
  /["']traceparent["']|["'](x-)?b3(-traceid)?["']|X-B3-TraceId|[pP]ropagators?\b[^;]{0,80}\binject\s*\(|getTextMapPropagator\(\)|TextMapPropagator|TextMapSetter|\btracer\.inject\(/;

/** What Spring's and other clients know their interceptors by. */
const INTERFACES =
  /^(ClientHttpRequestInterceptor|ClientHttpRequestInitializer|ExchangeFilterFunction|HttpRequestInterceptor|Interceptor)$/;

/** Whether code writes trace headers by hand. */
export function writesTraceHeaders(text: string): boolean {
  return INJECTS.test(text);
}

/** A piece of code and the function in which its names are known. */
export interface PiecePlace {
  readonly source: SourceCode;
  readonly function: CodeFunction;
  readonly piece: Piece;
}

/** Whether code adds an interceptor or filter of the workspace that writes trace headers, or one that is called so. */
export function hasTracingFilter(code: JavaCode, place: PiecePlace): boolean {
  for (const [, args = ''] of place.source
    .textOf(place.piece)
    .matchAll(/(?:[iI]nterceptors?|[fF]ilters?|add|customizers|apply)\s*\(([^;]{0,300})/g)) {
    if (/trac(e|ing)(?!Id)|telemetry|observation|propagat|brave/i.test(args)) return true;
    for (const [name] of args.matchAll(/\b[A-Za-z]\w+/g))
      if (isInjector(code, name) || isHeldInjector(code, place, name)) return true;
  }
  return false;
}

/** A class or method of this name that writes the headers; a variable's name may be its class's. */
function isInjector(code: JavaCode, name: string): boolean {
  if (isInjectingType(code, name.charAt(0).toUpperCase() + name.slice(1))) return true;
  return code.program.functionsNamed(name).some(({ source, function: fn }) => INJECTS.test(source.textOf(fn)));
}

function isInjectingType(code: JavaCode, name: string): boolean {
  return code.program.typesNamed(name).some(({ source, type }) => INJECTS.test(source.textOf(type)));
}

/** Whether a variable, parameter or field is of a class that writes the headers. */
function isHeldInjector(code: JavaCode, place: PiecePlace, name: string): boolean {
  const held = heldBy(place, name);
  const names = held.types.flatMap((type) => type.match(/\b[A-Z]\w*/g) ?? []);
  if (names.some((one) => isInjectingType(code, one))) return true;
  return (
    held.isGiven &&
    !isOfItsOwn(place.source.textOf(place.piece), name) &&
    names.some((one) => INTERFACES.test(one) && mayInject(code, one))
  );
}

/** `hooks.add(…)`: a list that code fills itself. */
function isOfItsOwn(text: string, name: string): boolean {
  return new RegExp(`\\b${name}\\s*=(?!=)|\\b${name}\\s*\\.\\s*add\\w*\\s*\\(`).test(text);
}

interface Held {
  /** As they are written: `TraceInterceptor`, `List<ClientHttpRequestInterceptor>`. */
  readonly types: readonly string[];
  /** Whether it comes from outside: a parameter, or a field that is declared without a value. */
  readonly isGiven: boolean;
}

function heldBy({ source, function: fn, piece }: PiecePlace, name: string): Held {
  for (const scope of [fn, ...source.around(fn)]) {
    const parameter = scope.parameters.find((one) => one.name === name);
    if (parameter) return { types: parameter.type === undefined ? [] : [parameter.type], isGiven: true };
    const assigned = scope.id === 0 ? undefined : assignmentsIn(scope).get(name);
    if (assigned === undefined) continue;
    const made = assigned.flatMap(({ value }) =>
      value?.kind === 'call' && value.isNew === true ? [source.textOf(value.callee)] : [],
    );
    const said = assigned.flatMap(({ type }) => type ?? []);
    if (said.length + made.length > 0) return { types: [...said, ...made], isGiven: false };
  }
  const field = fieldNamed(source, piece, name);
  if (field?.type === undefined) return { types: [], isGiven: false };
  const made = field.value?.kind === 'call' && field.value.isNew === true ? [source.textOf(field.value.callee)] : [];
  return { types: [field.type, ...made], isGiven: field.value === undefined };
}

/** Whether one of the interface's implementations or beans in sight writes the headers; with none in sight nobody knows. */
function mayInject(code: JavaCode, name: string): boolean {
  const isIt = (written: string | undefined): boolean => written !== undefined && lastPart(plainType(written)) === name;
  const texts = code.program.sources
    .filter((source) => source.code.text.includes(name))
    .flatMap((source) => [
      ...source.code.types.filter(({ bases }) => bases.some(isIt)).map((type) => source.textOf(type)),
      ...source.code.functions.filter(({ returns }) => isIt(returns)).map((fn) => source.textOf(fn)),
    ]);
  return texts.length === 0 || texts.some((text) => INJECTS.test(text));
}
