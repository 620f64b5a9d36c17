import type { Expression } from '../../../syntax/code/expression';
import type { FunctionPlace } from '../../code/program';
import { statementsIn } from '../../code/walk';
import { givenToHelper } from './givenToHelpers';
import { givenFor } from './givenValues';
import type { ValuePlace } from './names';
import type { PythonCode } from './pythonCode';

/** How far what is called is followed: a variable, a parameter, an attribute, another parameter. */
const MAX_STEPS = 5;

/** Methods by which a collection of functions takes one more. */
const ADDS = /^(append|add|insert|setdefault)$/;

/**
 * The functions that code calls without naming them: what it was given to call. `handler` in `async def consume(self, handler)`,
 * `self._handler` of a class that is made with one, and those that are registered by key: `self._handlers[topic] = handler`.
 */
export function calledBack(code: PythonCode, place: FunctionPlace, callee: Expression): readonly FunctionPlace[] {
  let known = found.get(code);
  if (known === undefined) found.set(code, (known = new WeakMap<Expression, readonly FunctionPlace[]>()));
  let functions = known.get(callee);
  if (functions === undefined) {
    functions = functionsOf(code, { ...place, value: callee, how: 'value' }, 0, true);
    known.set(callee, functions);
  }
  return functions;
}

/** What was found before: several rules ask for the same calls. */
const found = new WeakMap<PythonCode, WeakMap<Expression, readonly FunctionPlace[]>>();

function functionsOf(code: PythonCode, place: ValuePlace, steps: number, isCallee = false): readonly FunctionPlace[] {
  const { source, function: fn, value } = place;
  if (steps > MAX_STEPS) return [];
  const follow = (next: ValuePlace): readonly FunctionPlace[] => functionsOf(code, next, steps + 1);
  if (value.kind === 'function') return [{ source, function: source.code.functions[value.function]! }];
  if (value.kind === 'conditional') return value.values.flatMap((one) => follow({ ...place, value: one }));
  if (value.kind === 'binary') return [value.left, value.right].flatMap((one) => follow({ ...place, value: one }));
  const kept = keptIn(value);
  if (kept !== undefined) return registered(code, place, kept).flatMap(follow);
  if (value.kind !== 'name' && value.kind !== 'member') return [];
  if (!isCallee) {
    const named = code.functionsOf(source, fn, value, true);
    if (named.length > 0) return named;
  }
  if (value.kind === 'name') {
    const owner = [fn, ...source.around(fn)].find(({ parameters }) =>
      parameters.some(({ name }) => name === value.name),
    );
    if (owner !== undefined) return givenTo(code, { source, function: owner }, value.name).flatMap(follow);
    const values = code.names.valuesOf(source, fn, value);
    // What wraps a handler may carry the context: `wrapped = partial(traced, handler) if on else handler`.
    if (values.some((one) => one.how === 'value' && one.value.kind === 'call' && keptIn(one.value) === undefined))
      return [];
    return values.flatMap((one) => {
      // `for handler in self._handlers[topic]`
      const all = one.how === 'item' ? registered(code, one, one.value) : [];
      return [...all.flatMap(follow), ...follow(one)];
    });
  }
  return isOfSelf(place, value) ? code.names.valuesOf(source, fn, value).flatMap(follow) : [];
}

function givenTo(code: PythonCode, helper: FunctionPlace, name: string): readonly ValuePlace[] {
  const given = givenFor(code, helper.source, helper.function, name);
  return given.length > 0 ? given : givenToHelper(code, helper, name);
}

/** `self._handlers` of `self._handlers[topic]`, `self._handlers.get(topic)`, `self._handlers.setdefault(topic, [])`. */
function keptIn(value: Expression): Expression | undefined {
  if (value.kind === 'index') return value.object;
  const isGet =
    value.kind === 'call' && value.callee.kind === 'member' && /^(get|pop|setdefault)$/.test(value.callee.name);
  return isGet && value.callee.kind === 'member' ? value.callee.object : undefined;
}

/** What is kept in a collection of the class or the file: where it is made, by key, and added to it. */
function registered(code: PythonCode, { source, function: fn }: FunctionPlace, collection: Expression): ValuePlace[] {
  const inner = keptIn(collection) ?? collection;
  if (inner.kind !== 'name' && inner.kind !== 'member') return [];
  const isSame = (one: Expression): boolean => {
    const root = keptIn(one) ?? one;
    return root.kind === inner.kind && 'name' in root && root.name === inner.name;
  };
  const type = inner.kind === 'member' ? source.typeOf(fn) : undefined;
  if (inner.kind === 'member' && (type === undefined || !isOfSelf({ source, function: fn }, inner))) return [];
  const made = code.names
    .valuesOf(source, fn, inner)
    .flatMap((one) => (one.value.kind === 'object' ? one.value.entries.map(({ value }) => ({ ...one, value })) : []));
  const added = source.code.functions.flatMap((method): ValuePlace[] => {
    if (type !== undefined && method.type !== type.id) return [];
    const stored = [...statementsIn(method.body)].flatMap((one) => {
      const target = one.kind === 'assign' ? one.targets[0] : undefined;
      const isKept = target?.kind === 'index' && isSame(target.object);
      return isKept && one.kind === 'assign' ? one.values.slice(0, 1) : [];
    });
    const put = source.callsIn(method).flatMap(({ callee, args }) => {
      const isAdded = callee.kind === 'member' && ADDS.test(callee.name) && isSame(callee.object);
      return isAdded ? args.slice(-1).map(({ value }) => value) : [];
    });
    return [...stored, ...put].map((value) => ({ source, function: method, value, how: 'value' }));
  });
  return [...made, ...added];
}

function isOfSelf({ function: fn }: FunctionPlace, value: Extract<Expression, { kind: 'member' }>): boolean {
  return value.object.kind === 'name' && (value.object.name === 'self' || value.object.name === fn.self);
}
