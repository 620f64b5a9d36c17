import type { Finding } from '../../../model/finding';
import type { Expression } from '../../../syntax/code/expression';
import type { CodeFunction } from '../../../syntax/code/code';
import { qualified } from '../../code/names';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt, relatedAt } from '../../report';
import { atEachCall, callsOf, type CallIn } from '../calls';
import { evidenceAt, firstLine } from '../evidenceAt';
import type { Place } from '../modules';
import type { NodeCode } from '../nodeCode';
import { calledFunction, possibleValues } from '../values';
import { importsOne } from '../loadedModules';

const INSTRUMENTS = '@microlabs/otel-cf-workers';

/** Where either side speaks of the context, by whatever name. */
const CARRIED = /traceparent|trace_?context|spanContext|\b(inject|extract)\s*\(|enableRpcTracePropagation/i;

/** Spans of OpenTelemetry, and of Effect. */
const STARTS_SPANS = /\bstart(Active)?Span\(|\bwithSpan\(/;

/**
 * Rule 10 on Cloudflare: methods of Durable Objects that are called through a stub, where the object begins spans of its
 * own. otel-cf-workers instruments the `fetch` of a stub and leaves all other methods alone (its `instrumentation/do.ts`).
 */
export function durableObjectFindings(node: NodeCode): Finding[] {
  const { sources } = node.program;
  const setups = atEachCall(
    sources.filter((source) => importsOne(source, [INSTRUMENTS], ({ from }) => from === INSTRUMENTS)),
    (at) => (isInstrumented(at) ? at : undefined),
  );
  const [setup] = setups;
  if (setup === undefined) return [];
  const calls = atEachCall(
    sources.filter((source) => source.has(/\b(idFromName|idFromString|newUniqueId|getByName)\(/)),
    (at) => stubCall(node, at),
  );
  const found = new Map<string, Finding>();
  for (const { at, method } of calls) {
    const object = objectWith(node, method);
    if (object === undefined || CARRIED.test(object.source.code.text) || carries(node, at)) continue;
    const key = `${object.source.path}:${object.function.type}`;
    if (found.has(key)) continue;
    found.set(key, findingOf(at, method, object, setup));
  }
  return [...found.values(), ...fetchesBetween(node, setup)];
}

/** An object that takes the context out of the request it gets: the others are meant to put it in. */
const READS = /headers\.get\(\s*['"]traceparent['"]\s*\)|\bextract\(\s*context\.active\(\),\s*request\.headers/;

/** Spans of the object's own making, by whatever helper. */
const OWN_SPANS = /\bstart(Active)?Span\(|\bwithSpan\(|\btrac(er|ing)\.\w+\(/i;

/**
 * Requests of a Durable Object to another one. otel-cf-workers wraps the bindings of what it instruments: those of an object
 * that it does not (`instrumentDO`) are the runtime's, whose `fetch` sends no more than it is given.
 */
function fetchesBetween(node: NodeCode, setup: CallIn): Finding[] {
  const { sources } = node.program;
  const isCovered =
    callsOf(node.program, 'instrumentDO').length > 0 ||
    sources.some((source) => source.has('enableRpcTracePropagation'));
  if (isCovered || !sources.some((source) => source.has(READS))) return [];
  const objects = sources.filter(
    (source) => source.has(/\b(DurableObjectState|extends DurableObject)\b/) && source.has(OWN_SPANS),
  );
  const found = new Map<string, Finding>();
  atEachCall(objects, (at) => {
    const { source, function: fn, call } = at;
    const { callee } = call;
    if (callee.kind !== 'member' || callee.name !== 'fetch' || source.typeOf(fn) === undefined) return undefined;
    const stub = possibleValues(node.program, { source, function: fn, expression: callee.object }).find((one) =>
      givesStub(node, one),
    );
    if (stub === undefined || carries(node, at)) return undefined;
    const key = `${source.path}:${namespaceOf(stub)}`;
    if (found.has(key)) return undefined;
    found.set(
      key,
      findingAt('JS-UNCOVERED-LIB', source, firstLine(source, call), {
        severity: 'warning',
        message:
          'This request of a Durable Object to another one carries no trace context: otel-cf-workers covers the objects that it instruments, and nothing puts `traceparent` into the headers.',
        evidence: [evidenceAt(setup.source, setup.call, 'instrument of otel-cf-workers')],
      }),
    );
    return undefined;
  });
  return [...found.values()];
}

/** `env.BASKET` of `env.BASKET.get(id)`. */
function namespaceOf({ source, expression }: Place): string {
  if (expression.kind !== 'call' || expression.callee.kind !== 'member') return '';
  return source.textOf(expression.callee.object);
}

function isInstrumented({ source, function: fn, call }: CallIn): boolean {
  return qualified(source, fn, call.callee) === `${INSTRUMENTS}.instrument`;
}

interface StubCall {
  readonly at: CallIn;
  readonly method: string;
}

/** `stub.init(…)`, where `stub` is what a namespace gives for an id. */
function stubCall(node: NodeCode, at: CallIn): StubCall | undefined {
  const { callee } = at.call;
  if (callee.kind !== 'member' || /^(fetch|connect|get|then|catch)$/.test(callee.name)) return undefined;
  const { source, function: fn } = at;
  const isStub = possibleValues(node.program, { source, function: fn, expression: callee.object }).some((one) =>
    givesStub(node, one),
  );
  return isStub ? { at, method: callee.name } : undefined;
}

/** `namespace.get(namespace.idFromName(name))`, `namespace.getByName(name)`. */
function givesStub({ program }: NodeCode, place: Place): boolean {
  const { expression } = place;
  if (expression.kind !== 'call' || expression.callee.kind !== 'member') return false;
  const { callee, args } = expression;
  if (callee.name === 'getByName') return true;
  const [id] = args;
  if (callee.name !== 'get' || id === undefined) return false;
  return possibleValues(program, { ...place, expression: id.value }).some(({ expression: one }) => isId(one));
}

function isId(expression: Expression): boolean {
  return (
    expression.kind === 'call' &&
    expression.callee.kind === 'member' &&
    /^(idFromName|idFromString|newUniqueId)$/.test(expression.callee.name)
  );
}

interface ObjectMethod {
  readonly source: SourceCode;
  readonly function: CodeFunction;
}

/** The method of the only Durable Object that has it, where it begins spans. */
function objectWith({ program }: NodeCode, method: string): ObjectMethod | undefined {
  const found = program.functionsNamed(method).filter(({ source, function: fn }) => {
    const type = fn.type === undefined ? undefined : source.code.types[fn.type];
    return type?.bases.some((base) => /\bDurableObject\b/.test(base)) === true;
  });
  const [only, ...others] = found;
  if (only === undefined || others.length > 0) return undefined;
  const { source, function: fn } = only;
  const inside = source.within(fn).flatMap((inner) => source.callsIn(inner).map((call) => ({ inner, call })));
  const called = inside.flatMap(({ inner, call }) => calledFunction(program, source, inner, call.callee) ?? []);
  return [only, ...called].some((one) => STARTS_SPANS.test(one.source.textOf(one.function))) ? only : undefined;
}

/** What is handed over, or what it was made of, may have the context in it. */
function carries(node: NodeCode, { source, function: fn, call }: CallIn): boolean {
  if ([fn, ...source.around(fn)].some((one) => one.id !== 0 && CARRIED.test(source.textOf(one)))) return true;
  return call.args.some(({ value }) =>
    possibleValues(node.program, { source, function: fn, expression: value }).some((one) =>
      CARRIED.test(one.source.textOf(one.expression)),
    ),
  );
}

function findingOf({ source, call }: CallIn, method: string, object: ObjectMethod, setup: CallIn): Finding {
  return findingAt('JS-UNCOVERED-LIB', source, firstLine(source, call), {
    severity: 'warning',
    message: `otel-cf-workers covers \`fetch\` of a Durable Object and no other method: \`${method}\` carries no trace context, and the object begins new traces. Hand \`traceparent\` over with it.`,
    evidence: [evidenceAt(setup.source, setup.call, 'instrument of otel-cf-workers')],
    related: [relatedAt(object.source, firstLine(object.source, object.function), 'begins spans of its own')],
  });
}
