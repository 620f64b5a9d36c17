import path from 'node:path';
import type { CodeFunction, CodeType } from '../../../syntax/code/code';
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

/** Classes above one's own that a method is looked for in. */
const MAX_BASES = 3;

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

const STARTS = /^(spanBuilder|nextSpan|startSpan|createNotStarted|startScopedSpan)$/;

/** `spanBuilder(name).setParent(propagator.extract(…))`: what came with the message is the parent, on any thread. */
function hasParentOfMessage(source: SourceCode, fn: CodeFunction): boolean {
  const text = source.textOf(fn);
  return /\bsetParent\s*\(/.test(text) && /\bextract\s*\(/.test(text);
}

/** Whether a function itself, with the lambdas in it, starts spans or sends something that is traced. */
function startsOrSends(code: JavaCode, { source, function: fn }: FunctionPlace): boolean {
  if (annotationOf(fn, 'Observed', 'NewSpan', 'WithSpan', 'ContinueSpan') !== undefined) return true;
  const inDatabase = tracesDatabases(code);
  const isContinued = hasParentOfMessage(source, fn);
  for (const inner of source.within(fn)) {
    if (inDatabase && asksDatabase(code, { source, function: inner })) return true;
    for (const call of source.callsIn(inner)) {
      const name = nameOfCall(call) ?? '';
      if (STARTS.test(name) && !isContinued) return true;
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
  if (name === undefined) return [];
  if (isOwnCall(source, call)) return ofOwnClass(code, typeAround(source, call), name);
  const type = receiverType(source, fn, call) ?? staticType(code, call);
  return type === undefined ? [] : implementationsOf(code, type, name);
}

/** `load(id)`, `this.load(id)`, `super.load(id)`. */
function isOwnCall(source: SourceCode, { callee }: Call): boolean {
  return callee.kind === 'name' || (callee.kind === 'member' && /^(this|super)$/.test(source.textOf(callee.object)));
}

/** A method of the class itself, or else of the first class above it that has one. */
function ofOwnClass(
  code: JavaCode,
  type: CodeType | undefined,
  name: string,
  levels = MAX_BASES,
): readonly FunctionPlace[] {
  if (type === undefined) return [];
  const declared = implementationsOf(code, type.name, name);
  if (declared.length > 0 || levels === 0) return declared;
  for (const base of type.bases) {
    const [above, another] = code.program.typesNamed(simpleName(base));
    // Of two classes of a name it is not known which is meant.
    const found = above === undefined || another !== undefined ? [] : ofOwnClass(code, above.type, name, levels - 1);
    if (found.length > 0) return found;
  }
  return [];
}

/** `Payments.charge(order)`: a static method is called on the name of its class, the only one of that name. */
function staticType(code: JavaCode, { callee }: Call): string | undefined {
  if (callee.kind !== 'member' || callee.object.kind !== 'name' || !/^[A-Z]/.test(callee.object.name)) return undefined;
  const { name } = callee.object;
  return fileNames(code).has(name) && code.program.typesNamed(name).length === 1 ? name : undefined;
}

const filesOf = new WeakMap<JavaCode, ReadonlySet<string>>();

/** What files are called, as classes are: to ask for `String` or `Objects` would read every file that names them. */
function fileNames(code: JavaCode): ReadonlySet<string> {
  let found = filesOf.get(code);
  if (found === undefined) {
    found = new Set(code.program.sources.map(({ path: file }) => path.parse(file).name));
    filesOf.set(code, found);
  }
  return found;
}

function simpleName(written: string): string {
  return plainType(written).replace(/^.*\./, '');
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
