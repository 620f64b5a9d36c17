import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Expression } from '../../../syntax/code/expression';
import type { SourceCode } from '../../code/sourceCode';
import { callsIn } from '../../code/walk';
import { chainFrom, namesIn, useOf, type Use } from '../chains';
import { annotationOf, nameOfCall, typeAround, variableName, type CallPlace } from '../declarations';
import type { JavaCode } from '../javaCode';
import { isType, namesType } from '../typeNames';

export type SpringClientKind = 'RestTemplate' | 'RestClient' | 'WebClient';

/** A client of Spring's, or a builder of one, that code makes without an injected builder. */
export interface SpringClient extends CallPlace {
  readonly kind: SpringClientKind;
  /** As a person would say it: `new RestTemplate()`, `WebClient.builder()`. */
  readonly what: string;
  /** The calls that begin with the making. */
  readonly chain: readonly Call[];
  /** Where the end of the chain goes. */
  readonly use: Use;
  /** The `@Bean` method that makes it, if it is what that method gives. */
  readonly bean: CodeFunction | undefined;
}

const TYPES: Readonly<Record<SpringClientKind, string>> = {
  RestTemplate: 'org.springframework.web.client.RestTemplate',
  RestClient: 'org.springframework.web.client.RestClient',
  WebClient: 'org.springframework.web.reactive.function.client.WebClient',
};

const BUILDERS = [
  'org.springframework.boot.web.client.RestTemplateBuilder',
  'org.springframework.boot.restclient.RestTemplateBuilder',
];

/** The full name of a client's class. */
export function clientClass(kind: SpringClientKind): string {
  return TYPES[kind];
}

/** All that a process makes without an injected builder. */
export function springClients(code: JavaCode): SpringClient[] {
  return [...madeTemplates(code), ...madeByStatics(code)];
}

function madeTemplates(code: JavaCode): SpringClient[] {
  const made = [...code.calls('RestTemplate'), ...code.calls('RestTemplateBuilder')].filter(
    ({ source, call }) =>
      call.isNew && [TYPES.RestTemplate, ...BUILDERS].some((name) => namesType(source, call.callee, name)),
  );
  return made.map((place) => clientOf(place, 'RestTemplate', `new ${nameOfCall(place.call)}()`));
}

function madeByStatics(code: JavaCode): SpringClient[] {
  return [...code.calls('create'), ...code.calls('builder')].flatMap((place): SpringClient[] => {
    const { callee } = place.call;
    if (callee.kind !== 'member') return [];
    const kind = (['RestClient', 'WebClient'] as const).find((one) =>
      namesType(place.source, callee.object, TYPES[one]),
    );
    return kind === undefined ? [] : [clientOf(place, kind, `${kind}.${callee.name}()`)];
  });
}

function clientOf(place: CallPlace, kind: SpringClientKind, what: string): SpringClient {
  const chain = chainFrom(place);
  const use = useOf(place.source, place.function, chain.at(-1)!);
  return { ...place, kind, what, chain, use, bean: beanOf(place, kind, use) };
}

/** A `@Bean` method gives what it makes when that is of its type and it returns it, or the variable that holds it. */
function beanOf({ source, function: fn }: CallPlace, kind: SpringClientKind, use: Use): CodeFunction | undefined {
  if (annotationOf(fn, 'Bean', 'Produces') === undefined || fn.returns === undefined) return undefined;
  const gives = [TYPES[kind], `${TYPES[kind]}.Builder`, ...BUILDERS].some((name) => isType(source, fn.returns!, name));
  if (!gives) return undefined;
  return use.kind === 'returned' || use.kind === 'variable' ? fn : undefined;
}

/** The calls on what a client is kept in: a variable of its function, or a field of its class. */
export function callsOnClient(client: SpringClient): Call[] {
  return placesOnClient(client).map(({ call }) => call);
}

/** The same calls with the functions they are in. */
export function placesOnClient(client: SpringClient): CallPlace[] {
  const { source, use } = client;
  if (use.kind !== 'variable' && use.kind !== 'field') return [];
  return holdersOf(client).flatMap((fn) =>
    callsOn(source, fn, use.name).map((call) => ({ source, function: fn, call })),
  );
}

/** The calls that are given what a client is kept in, those of closures included: `all.forEach(c -> c.customize(rest))`. */
export function placesGiven(client: SpringClient): Call[] {
  const { use } = client;
  if (use.kind !== 'variable' && use.kind !== 'field') return [];
  return holdersOf(client).flatMap((fn) => callsGiven(fn, use.name));
}

/** The functions that know a client by the name of its variable or field. */
function holdersOf({ source, function: fn, use }: SpringClient): readonly CodeFunction[] {
  if (use.kind === 'variable') return source.within(fn);
  if (use.kind !== 'field') return [];
  const type = use.field ? typeAround(source, use.field) : typeAround(source, fn);
  return source.code.functions.filter(
    (other) => other.id !== 0 && type !== undefined && other.start >= type.start && other.end <= type.end,
  );
}

/** Calls on a variable or field, those further out in chains included. */
export function callsOn(source: SourceCode, fn: CodeFunction, name: string): Call[] {
  return source.callsIn(fn).filter(({ callee }) => rootVariable(callee) === name);
}

/** The variable a chain begins with. */
export function rootVariable(callee: Expression): string | undefined {
  let at = callee;
  for (;;) {
    const name = variableName(at);
    if (name !== undefined && at !== callee) return name;
    if (at.kind === 'member') at = at.object;
    else if (at.kind === 'call') at = at.callee;
    else return undefined;
  }
}

/** Whether a call is an argument of another whose name matches, or its receiver's chain has such a name. */
export function isGivenTo({ use }: SpringClient, names: RegExp): boolean {
  return use.kind === 'argument' && names.test(nameOfCall(use.call) ?? '');
}

/** The calls that are given a variable. */
export function callsGiven(fn: CodeFunction, name: string): Call[] {
  return [...callsIn(fn.body)].filter((call) => call.args.some(({ value }) => variableName(value) === name));
}

/** The names of the calls of a chain after its first. */
export function laterNames(client: SpringClient): readonly string[] {
  return namesIn(client.chain.slice(1));
}
