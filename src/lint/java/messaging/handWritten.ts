import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Expression } from '../../../syntax/code/expression';
import type { FunctionPlace } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import { expressionsOf } from '../../code/walk';
import { useOf } from '../chains';
import { nameOfCall, outermost, variableName, type CallPlace } from '../declarations';
import type { JavaCode } from '../javaCode';
import { writesTraceHeaders } from '../spring/injectors';
import { lastPart, plainType } from '../typeNames';
import { declaredType } from '../variables';

/** Words of code that writes a trace into the headers of a message itself. */
const BY_HAND =
  /"(x-)?(trace-?_?id|traceparent|b3|x-b3-\w+|trace-?_?context)"|\b\w*[pP]ropagators?(\(\))?\s*\.\s*(fields|inject)\s*\(/i;

/** Words of code that reads a context out of what it is given and goes on with it. */
const READS =
  /\bTextMapGetter\b|[pP]ropagators?\b[^;]{0,80}\bextract\s*\(|\bcreateFromRemoteParent\s*\(|\b(nextSpan|joinSpan)\s*\(\s*\w*\.?\s*extract|\btracer\s*\.\s*extract\s*\(|"traceparent"/;

/** A listener, what it hands the message to, what that hands it to. */
const MAX_LEVELS = 2;

/**
 * Whether the code around a send puts the trace into the message by hand: there, or by a method or class that it gives it to.
 * An id of the trace counts, whatever it is called: somebody saw to it.
 */
export function isCarriedByHand(code: JavaCode, place: CallPlace): boolean {
  const outer = outermost(place.source, place.function);
  const text = outer.id === 0 ? '' : place.source.textOf(outer);
  if (BY_HAND.test(text) && /\b(setHeader|putHeader|add|header|headers|inject|put|copyHeaders)\s*\(/.test(text))
    return true;
  return outer.id !== 0 && isWrittenByHelper(code, place, outer);
}

/** Whether the code around a send injects the context itself, or gives the message to what does. */
export function isInjectedByHand(code: JavaCode, place: CallPlace): boolean {
  const outer = outermost(place.source, place.function);
  if (outer.id === 0) return false;
  return writesTraceHeaders(place.source.textOf(outer)) || isWrittenByHelper(code, place, outer);
}

/** Whether what a listener does begins with the context that it reads out of the message, itself or by a helper. */
export function isReadByHand(code: JavaCode, { source, function: fn }: FunctionPlace, levels = MAX_LEVELS): boolean {
  if (READS.test(source.textOf(fn))) return true;
  if (levels === 0) return false;
  return source
    .within(fn)
    .flatMap((inner) => source.callsIn(inner))
    .flatMap((call) => methodsCalled(code, source, fn, call))
    .some((one) => one.function !== fn && isReadByHand(code, one, levels - 1));
}

/**
 * `traces.writeTo(message)` before it, `send(traces.around(message))`, a post-processor of the process's own, or
 * `traces.inSpan((headers) -> send(headers))`.
 */
function isWrittenByHelper(code: JavaCode, { source, function: fn, call }: CallPlace, outer: CodeFunction): boolean {
  const given = call.args.map(({ value }) => value);
  const names = new Set(given.flatMap((value) => namesIn(value)));
  if (given.some((value) => isWritingObject(code, source, fn, value))) return true;
  return source.within(outer).some((inner) =>
    source
      .callsIn(inner)
      .filter((one) => one !== call)
      .filter((one) => isOnMessage(source, inner, one, call, names) || givesToWork(source, one, call))
      .some((one) => writes(code, one)),
  );
}

/** Whether a call is given the function that sends, and gives it something: the headers, if it writes some. */
function givesToWork(source: SourceCode, one: Call, send: Call): boolean {
  return one.args.some(({ value }) => {
    if (value.kind !== 'function' || value.start > send.start || value.end < send.end) return false;
    return source.code.functions[value.function]!.parameters.length > 0;
  });
}

/** Whether a call is given what is sent, makes it, or stands in the arguments of the send. */
function isOnMessage(source: SourceCode, fn: CodeFunction, one: Call, send: Call, names: ReadonlySet<string>): boolean {
  if (one.start >= send.callee.end && one.end <= send.end) return true;
  if (one.args.some(({ value }) => namesIn(value).some((name) => names.has(name)))) return true;
  const use = useOf(source, fn, one);
  return use.kind === 'variable' && names.has(use.name);
}

function writes({ program }: JavaCode, call: Call): boolean {
  const name = nameOfCall(call);
  if (name === undefined) return false;
  const places = call.isNew
    ? program.typesNamed(name).map(({ source, type }) => source.textOf(type))
    : program.functionsNamed(name).map(({ source, function: fn }) => source.textOf(fn));
  return places.some((text) => writesTraceHeaders(text));
}

/** A variable or field of a class of the process that writes headers: a post-processor that the send is given. */
function isWritingObject({ program }: JavaCode, source: SourceCode, fn: CodeFunction, value: Expression): boolean {
  const type = variableName(value) === undefined ? undefined : declaredType(source, fn, value);
  if (type === undefined) return false;
  return program.typesNamed(lastPart(plainType(type))).some((one) => writesTraceHeaders(one.source.textOf(one.type)));
}

function namesIn(value: Expression): string[] {
  return [...expressionsOf(value)].flatMap((one) => (one.kind === 'name' ? [one.name] : []));
}

/** The methods of the process that a call may run: those of its own class, or of the class of what it is called on. */
function methodsCalled(code: JavaCode, source: SourceCode, fn: CodeFunction, call: Call): readonly FunctionPlace[] {
  const name = nameOfCall(call);
  if (name === undefined || call.isNew) return [];
  const on = call.callee.kind === 'member' ? call.callee.object : undefined;
  const type =
    on === undefined || (on.kind === 'name' && on.name === 'this')
      ? source.typeOf(fn)?.name
      : lastPart(plainType(declaredType(source, fn, on) ?? (on.kind === 'name' ? on.name : '')));
  return type === undefined ? [] : code.program.methodsOf(type, name);
}
