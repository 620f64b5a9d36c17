import type { CodeFunction } from '../../../syntax/code/code';
import type { Expression } from '../../../syntax/code/expression';
import { assignmentsIn } from '../../code/bindings';
import type { FunctionPlace } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import { fieldNamed, typeAround, variableName, type CallPlace } from '../declarations';
import type { JavaCode } from '../javaCode';
import { implementationsOf } from '../spans/tracedWork';
import { plainType } from '../typeNames';
import { declaredType } from '../variables';

/** A variable, its value, a method reference. */
const MAX_STEPS = 3;

/**
 * What a thread or executor is given to run, as far as the workspace shows it: a lambda, `this::send`, `service::send`, an
 * anonymous or named `Runnable`, or a variable that holds one.
 */
export function taskOf(code: JavaCode, place: CallPlace, given: Expression, steps = 0): readonly FunctionPlace[] {
  const { source, function: fn } = place;
  const { functions } = source.code;
  switch (given.kind) {
    case 'function':
      return [{ source, function: functions[given.function]! }];
    case 'cast':
      return taskOf(code, place, given.value, steps);
    case 'call':
      return given.isNew ? madeTask(code, place, given, steps) : [];
    case 'member':
      return referenced(code, source, fn, given);
    case 'name': {
      if (steps >= MAX_STEPS) return [];
      for (const scope of [fn, ...source.around(fn)]) {
        const assigned = scope.id === 0 ? undefined : assignmentsIn(scope).get(given.name);
        if (assigned === undefined) continue;
        return assigned.flatMap(({ value }) =>
          value === undefined ? [] : taskOf(code, { ...place, function: scope }, value, steps + 1),
        );
      }
      const value = fieldNamed(source, given, given.name)?.value;
      return value === undefined ? [] : taskOf(code, { ...place, function: functions[0]! }, value, steps + 1);
    }
    default:
      return [];
  }
}

/** `new Runnable() { public void run() {…} }`, `new SendTask(order)`, and `new Named(() -> send(order))` around another. */
function madeTask(
  code: JavaCode,
  place: CallPlace,
  made: Extract<Expression, { kind: 'call' }>,
  steps: number,
): readonly FunctionPlace[] {
  const { source } = place;
  const runs = /^(run|call|get|compute)$/;
  if (made.body !== undefined)
    return source.code.functions
      .filter((one) => one.type === made.body && runs.test(one.name))
      .map((one) => ({ source, function: one }));
  const type = plainType(source.textOf(made.callee)).replace(/^.*\./, '');
  const wrapped = made.args.map(({ value }) => value).filter(({ kind }) => kind === 'function');
  return [
    ...['run', 'call', 'get'].flatMap((name) => code.program.methodsOf(type, name)),
    ...(steps >= MAX_STEPS ? [] : wrapped.flatMap((value) => taskOf(code, place, value, steps + 1))),
  ];
}

/** `this::send` is a method of the class around it, `service::send` one of the variable's class. */
function referenced(
  code: JavaCode,
  source: SourceCode,
  fn: CodeFunction,
  given: Extract<Expression, { kind: 'member' }>,
): readonly FunctionPlace[] {
  const { object, name } = given;
  const isOwn = object.kind === 'name' && (object.name === 'this' || object.name === 'super');
  const written = variableName(object) === undefined ? undefined : declaredType(source, fn, object);
  const type = isOwn
    ? typeAround(source, given)?.name
    : ((written === undefined ? undefined : plainType(written).replace(/^.*\./, '')) ??
      (object.kind === 'name' ? object.name : undefined));
  return type === undefined ? [] : implementationsOf(code, type, name);
}
