import type { CodeFunction } from '../../../syntax/code/code';
import type { FunctionPlace } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import { annotationOf, nameOfCall, typeAround, variableName, type CallPlace } from '../declarations';
import type { JavaCode } from '../javaCode';
import { asksDatabase, tracesDatabases } from './databaseWork';
import { outgoingType } from './outgoingCalls';
import { plainType } from '../typeNames';
import { declaredType } from '../variables';

/** Calls are followed this far: controllers, services, the methods that they are divided in, adapters, clients. */
const MAX_LEVELS = 5;

/** More functions than this are not looked at for one task. */
const MAX_FUNCTIONS = 300;

/** Whether a function starts spans or sends something that is traced, itself or in what it calls in the workspace. */
export function doesTracedWork(code: JavaCode, source: SourceCode, fn: CodeFunction): boolean {
  const seen = new Set<CodeFunction>([fn]);
  let level: readonly FunctionPlace[] = [{ source, function: fn }];
  for (let steps = 0; level.length > 0; steps++) {
    if (level.some((one) => startsOrSends(code, one))) return true;
    if (steps >= MAX_LEVELS || seen.size > MAX_FUNCTIONS) return false;
    level = level
      .flatMap((one) => calledFrom(code, one))
      .filter((one) => !seen.has(one.function) && seen.add(one.function));
  }
  return false;
}

/** Whether a function itself, with the lambdas in it, starts spans or sends something that is traced. */
function startsOrSends(code: JavaCode, { source, function: fn }: FunctionPlace): boolean {
  if (annotationOf(fn, 'Observed', 'NewSpan', 'WithSpan', 'ContinueSpan') !== undefined) return true;
  const inDatabase = tracesDatabases(code);
  for (const inner of source.within(fn)) {
    if (inDatabase && asksDatabase(code, { source, function: inner })) return true;
    for (const call of source.callsIn(inner)) {
      const name = nameOfCall(call) ?? '';
      if (/^(spanBuilder|nextSpan|startSpan|createNotStarted|startScopedSpan)$/.test(name)) return true;
      if (isTracedSend(code, { source, function: inner, call }) || isByInterface(code, source, inner, call))
        return true;
    }
  }
  return false;
}

function calledFrom(code: JavaCode, { source, function: fn }: FunctionPlace): readonly FunctionPlace[] {
  return source
    .within(fn)
    .flatMap((inner) => source.callsIn(inner).flatMap((call) => calledIn(code, source, inner, call)));
}

/** Apache's and Java's own clients, which Micrometer Tracing does not observe by itself: on any thread they send no context. */
const BARE = /^(CloseableHttpClient|HttpClient)$/;

function isTracedSend(code: JavaCode, place: CallPlace): boolean {
  const type = outgoingType(place);
  if (type === undefined || !BARE.test(type)) return type !== undefined;
  const { agent, mechanisms } = code.setup;
  if (agent !== undefined || mechanisms.some(({ name }) => name !== 'micrometer')) return true;
  return code.program.sources.some(({ code: { text } }) =>
    /Observation\w*(Exec|Interceptor)|Tracing\w*Client|MicrometerHttpClient/.test(text),
  );
}

type Call = Parameters<typeof nameOfCall>[0];

function receiverType(source: SourceCode, fn: CodeFunction, call: Call): string | undefined {
  if (call.callee.kind !== 'member' || variableName(call.callee.object) === undefined) return undefined;
  const written = declaredType(source, fn, call.callee.object);
  return written === undefined ? undefined : plainType(written).replace(/^.*\./, '');
}

/** Feign and HTTP interfaces are called like any object. */
function isByInterface(code: JavaCode, source: SourceCode, fn: CodeFunction, call: Call): boolean {
  const type = receiverType(source, fn, call);
  if (type === undefined) return false;
  return code.program
    .typesNamed(type)
    .some(({ type: one }) => annotationOf(one, 'FeignClient', 'HttpExchange', 'RegisterRestClient') !== undefined);
}

function calledIn(
  code: JavaCode,
  source: SourceCode,
  fn: CodeFunction,
  call: Call,
): readonly { readonly source: SourceCode; readonly function: CodeFunction }[] {
  const name = nameOfCall(call);
  if (name === 'publishEvent') return listenersOf(code, source, call);
  const own = call.callee.kind === 'name' ? typeAround(source, call)?.name : undefined;
  const type = own ?? receiverType(source, fn, call);
  if (name === undefined || type === undefined) return [];
  return implementationsOf(code, type, name);
}

/** Interfaces that anything may be: who has one says nothing of what a call through it runs. */
const ANYTHING =
  /^(Runnable|Callable|Iterable|Iterator|Comparable|Comparator|AutoCloseable|Closeable|Predicate|(Bi|Int|Long|Double|Boolean|To\w+)?(Function|Consumer|Supplier|Operator)|UnaryOperator|BinaryOperator)$/;

/** The methods of a class; of an interface those of the classes that have it among their bases. */
export function implementationsOf(code: JavaCode, type: string, name: string): readonly FunctionPlace[] {
  if (ANYTHING.test(type)) return [];
  const declared = code.program.methodsOf(type, name);
  if (declared.some(({ function: { body } }) => body.length > 0)) return declared;
  return code.program
    .functionsNamed(name)
    .filter((one) =>
      one.source.typeOf(one.function)?.bases.some((base) => plainType(base).replace(/^.*\./, '') === type),
    );
}

/** `publisher.publishEvent(new OrderPlaced(…))` runs, in its thread, the listeners that take that class. */
function listenersOf(
  code: JavaCode,
  source: SourceCode,
  { args }: Call,
): readonly { readonly source: SourceCode; readonly function: CodeFunction }[] {
  const event = args[0]?.value;
  if (event?.kind !== 'call' || event.isNew !== true) return [];
  const type = plainType(source.textOf(event.callee)).replace(/^.*\./, '');
  return ['EventListener', 'TransactionalEventListener']
    .flatMap((name) => code.annotatedWith(name))
    .flatMap(({ source: file, function: fn }) =>
      fn !== undefined && fn.parameters.some((one) => plainType(one.type ?? '').replace(/^.*\./, '') === type)
        ? [{ source: file, function: fn }]
        : [],
    );
}
