import type { CallPlace, GoUnit } from './goUnit';
import type { HttpCall } from './httpCall';
import type { Injections } from './injections';
import { optionsOf } from './values/optionLists';
import type { Value, Values } from './values/values';

/** `kithttp.NewClient(method, url, encode, decode, options…)` of go-kit, which sends with Go's default client (v0.13). */
const NEW_CLIENT = /^github\.com\/go-kit\/kit\/transport\/http\.New(Client|ExplicitClient)$/;
const SET_CLIENT = /\bSetClient\($/;
const BEFORE = /\bClientBefore\($/;
/** What is called before a request is sent, and says that it writes a trace into it. */
const TRACES = /trac|inject|propagat|otel|zipkin|contexttohttp/i;

/** A client of go-kit, unless something that is called before its requests may put the context into them. */
export function kitClient(
  unit: GoUnit,
  values: Values,
  injections: Injections,
  place: CallPlace,
): HttpCall | undefined {
  const { source, function: fn, call } = place;
  const name = unit.external(place);
  if (name === undefined || !NEW_CLIENT.test(name)) return undefined;
  const isExplicit = name.endsWith('.NewExplicitClient');
  const { options, open } = optionsOf(values, place, isExplicit ? 2 : 4);
  if (open) return undefined;
  const valueOf = (index: number): Value | undefined => {
    const given = call.args[index]?.value;
    return given && { source, function: fn, expression: given };
  };
  let client: Value | undefined;
  for (const option of options) {
    if (option.expression.kind !== 'call') continue;
    const { callee, args } = option.expression;
    const written = `${option.source.textOf(callee)}(`;
    if (SET_CLIENT.test(written) && args[0]) client = { ...option, expression: args[0].value };
    if (BEFORE.test(written) && args.some(({ value }) => mayInject(injections, { ...option, expression: value })))
      return undefined;
  }
  const encoder = valueOf(isExplicit ? 0 : 2);
  if (encoder !== undefined && mayInject(injections, encoder)) return undefined;
  return { place, client, request: undefined, made: [], url: isExplicit ? undefined : valueOf(1), isHanded: true };
}

function mayInject(injections: Injections, value: Value): boolean {
  const { source, expression } = value;
  return TRACES.test(source.textOf(expression)) || injections.givenInjects(value, expression);
}
