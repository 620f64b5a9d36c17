import type { CodeFunction } from '../../syntax/code/code';
import type { Entry, Expression, ObjectLiteral } from '../../syntax/code/expression';
import { bindingOf } from '../code/bindings';
import type { Program } from '../code/program';
import type { SourceCode } from '../code/sourceCode';
import { statementsIn } from '../code/walk';
import { callsOf } from './calls';
import { methodCalled, namedFunction, type KnownFunction } from './methods';
import { exportedBy, type Place } from './modules';

/** Names and helpers are followed this far. */
const MAX_STEPS = 12;

/**
 * What an expression can be, with variables, imports, casts, conditions and helper functions of the workspace followed.
 * What cannot be followed stays as it is; several values are alternatives.
 */
export function possibleValues(program: Program, place: Place, steps = 0): Place[] {
  if (steps > MAX_STEPS) return [place];
  const { expression } = place;
  const follow = (next: Place): Place[] => possibleValues(program, next, steps + 1);
  const within = (inner: Expression): Place[] => follow({ ...place, expression: inner });
  switch (expression.kind) {
    case 'cast':
      return within(expression.value);
    case 'unary':
      return expression.operator === 'await' ? within(expression.value) : [place];
    case 'conditional':
      return expression.values.flatMap(within);
    case 'binary':
      if (expression.operator === '||' || expression.operator === '??')
        return [...within(expression.left), ...within(expression.right)];
      return expression.operator === '&&' ? within(expression.right) : [place];
    case 'name':
      return nameValues(program, place, expression.name, steps);
    case 'member':
      return memberValues(program, place, steps);
    case 'call': {
      const called = expression.isNew
        ? undefined
        : calledFunction(program, place.source, place.function, expression.callee);
      const returned = called ? returnsOf(called.source, called.function) : [];
      return returned.length > 0 ? returned.flatMap(follow) : [place];
    }
    default:
      return [place];
  }
}

function nameValues(program: Program, place: Place, name: string, steps: number): Place[] {
  const { source } = place;
  const binding = bindingOf(source, place.function, name);
  if (binding?.kind === 'variable') {
    const given = binding.assigned.filter(({ value }) => value !== undefined);
    if (given.length === 0 || given.some(({ how }) => how !== 'value')) return [place];
    return given.flatMap(({ value }) =>
      possibleValues(program, { source, function: binding.function, expression: value! }, steps + 1),
    );
  }
  if (binding?.kind === 'parameter') return argumentsFor(program, place, binding.function, name, steps);
  if (binding?.kind !== 'import') return [place];
  const exported = exportedBy(program, source, binding.from, binding.exported);
  return exported?.kind === 'value' ? possibleValues(program, exported.place, steps + 1) : [place];
}

/** What the callers in the workspace give for a parameter, and its default; the parameter itself where none is seen. */
function argumentsFor(program: Program, place: Place, fn: CodeFunction, name: string, steps: number): Place[] {
  const at = fn.parameters.findIndex((parameter) => parameter.name === name);
  const bound = fn.parameters.findIndex((parameter) => Object.hasOwn(parameter.bound ?? {}, name));
  const index = at >= 0 ? at : bound;
  const parameter = fn.parameters[index];
  if (parameter === undefined) return [place];
  const property = parameter.bound?.[name];
  const given = (fn.name === '' ? [] : callsOf(program, fn.name)).flatMap(
    ({ source, function: caller, call }): Place[] => {
      const argument = call.args[index];
      if (argument === undefined) return [];
      const [value] = possibleValues(program, { source, function: caller, expression: argument.value }, steps + 4);
      if (value === undefined || property === undefined) return value ? [value] : [];
      const entry = value.expression.kind === 'object' ? entryOf(value.expression, property) : undefined;
      return entry ? [{ ...value, expression: entry.value }] : [];
    },
  );
  const fallback = parameter.default ? [{ ...place, function: fn, expression: parameter.default }] : [];
  return given.length + fallback.length > 0 ? [...given, ...fallback] : [place];
}

function memberValues(program: Program, place: Place, steps: number): Place[] {
  const { expression, source } = place;
  if (expression.kind !== 'member') return [place];
  const { object, name } = expression;
  if (object.kind === 'name' && object.name === 'this') return fieldValues(program, place, name, steps);
  const binding = object.kind === 'name' ? bindingOf(source, place.function, object.name) : undefined;
  if (binding?.kind === 'import') {
    const exported = exportedBy(program, source, binding.from, name);
    if (exported?.kind === 'value') return possibleValues(program, exported.place, steps + 1);
  }
  const found = possibleValues(program, { ...place, expression: object }, steps + 1).flatMap((owner): Place[] => {
    const entry = owner.expression.kind === 'object' ? entryOf(owner.expression, name) : undefined;
    return entry ? possibleValues(program, { ...owner, expression: entry.value }, steps + 1) : [];
  });
  return found.length > 0 ? found : [place];
}

/** `this.x`: the field's value, and what methods of the class assign to it. */
function fieldValues(program: Program, place: Place, name: string, steps: number): Place[] {
  const { source } = place;
  const type = source.typeOf(place.function);
  if (type === undefined) return [place];
  const field = type.fields.find((one) => one.name === name)?.value;
  const found: Place[] = field ? [{ source, function: source.code.functions[type.function]!, expression: field }] : [];
  for (const fn of source.code.functions) {
    if (fn.type !== type.id) continue;
    for (const statement of statementsIn(fn.body)) {
      const target = statement.kind === 'assign' ? statement.targets[0] : undefined;
      if (target?.kind !== 'member' || target.name !== name || statement.kind !== 'assign') continue;
      if (target.object.kind === 'name' && target.object.name === 'this' && statement.values[0])
        found.push({ source, function: fn, expression: statement.values[0] });
    }
  }
  return found.length === 0 ? [place] : found.flatMap((one) => possibleValues(program, one, steps + 1));
}

/**
 * The function of the workspace that a callee names: in the file, through an import, a method of a class, of its instances
 * or of an object that is written out.
 */
export function calledFunction(
  program: Program,
  source: SourceCode,
  fn: CodeFunction,
  callee: Expression,
): KnownFunction | undefined {
  if (callee.kind === 'function')
    return { kind: 'function', source, function: source.code.functions[callee.function]! };
  if (callee.kind === 'name') return namedFunction(program, source, fn, callee.name);
  if (callee.kind !== 'member') return undefined;
  const { object, name } = callee;
  const binding = object.kind === 'name' ? bindingOf(source, fn, object.name) : undefined;
  if (binding?.kind === 'import') {
    const exported = exportedBy(program, source, binding.from, name);
    if (exported?.kind === 'function') return exported;
  }
  return methodCalled(program, { source, function: fn, expression: callee });
}

/** What a function returns, its own returns only. */
export function returnsOf(source: SourceCode, fn: CodeFunction): Place[] {
  const found: Place[] = [];
  for (const statement of statementsIn(fn.body)) {
    if (statement.kind === 'return' && statement.values[0])
      found.push({ source, function: fn, expression: statement.values[0] });
  }
  return found;
}

/** The entry of an object by its key; the last one counts. */
export function entryOf(object: ObjectLiteral, key: string): Entry | undefined {
  return object.entries.findLast((entry) => entry.key === key);
}
