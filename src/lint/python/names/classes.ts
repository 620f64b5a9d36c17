import type { CodeFunction } from '../../../syntax/code/code';
import type { Expression } from '../../../syntax/code/expression';
import type { SourceCode } from '../../code/sourceCode';
import { statementsIn } from '../../code/walk';
import { keptByKey } from './keptByKey';
import type { PythonCode } from './pythonCode';

/** How far values are followed: attribute, factory, variable, constructor. */
const MAX_STEPS = 5;

/**
 * What a value is made by: the qualified names of the constructors, factories and annotated types it can come from, such
 * as `confluent_kafka.Producer` or `aiohttp.ClientSession`. Empty where nothing at hand says.
 */
export function classesOf(
  code: PythonCode,
  source: SourceCode,
  fn: CodeFunction,
  expression: Expression,
  steps = 0,
): readonly string[] {
  if (steps >= MAX_STEPS) return [];
  const follow = (value: Expression): readonly string[] => classesOf(code, source, fn, value, steps + 1);
  switch (expression.kind) {
    case 'call':
      return ofCall(code, source, fn, expression, steps);
    case 'conditional':
      return expression.values.flatMap(follow);
    case 'binary':
      return [...follow(expression.left), ...follow(expression.right)];
    case 'unary':
      return expression.operator === 'await' ? follow(expression.value) : [];
    case 'assignment':
      return follow(expression.value);
    case 'index': {
      const [key] = expression.indexes;
      const name = key?.kind === 'text' ? key.value : undefined;
      const kept = name === undefined ? [] : keptByKey(source, name);
      return kept.flatMap((one) => classesOf(code, source, one.function, one.value, steps + 1));
    }
    case 'name':
    case 'member':
      return ofName(code, source, fn, expression, steps);
    default:
      return [];
  }
}

function ofCall(
  code: PythonCode,
  source: SourceCode,
  fn: CodeFunction,
  call: Extract<Expression, { kind: 'call' }>,
  steps: number,
): readonly string[] {
  const name = code.names.nameOf(source, fn, call.callee);
  const targets = code.functionsOf(source, fn, call.callee, true);
  const factories = targets.filter((place) => place.function.name !== '__init__');
  if (factories.length > 0) {
    return factories.flatMap(({ source: file, function: factory }) => [
      ...typesIn(code, file, factory.returns),
      ...returnsOf(factory).flatMap((value) => classesOf(code, file, factory, value, steps + 1)),
    ]);
  }
  return name === undefined ? [] : [name];
}

function ofName(
  code: PythonCode,
  source: SourceCode,
  fn: CodeFunction,
  expression: Expression,
  steps: number,
): readonly string[] {
  const values = code.names.valuesOf(source, fn, expression).filter(({ how }) => how === 'value' || how === 'entered');
  const found = values.flatMap((place) => classesOf(code, place.source, place.function, place.value, steps + 1));
  if (found.length > 0) return found;
  return annotated(code, source, fn, expression);
}

/** The type that a parameter, a variable or a field is declared with. */
function annotated(code: PythonCode, source: SourceCode, fn: CodeFunction, expression: Expression): readonly string[] {
  if (expression.kind === 'name') {
    for (const scope of [fn, ...source.around(fn)]) {
      const parameter = scope.parameters.find(({ name }) => name === expression.name);
      if (parameter !== undefined) return typesIn(code, source, parameter.type);
    }
    return [];
  }
  if (expression.kind !== 'member' || expression.object.kind !== 'name' || expression.object.name !== 'self') return [];
  const type = source.typeOf(fn);
  const field = type?.fields.find(({ name }) => name === expression.name);
  if (field?.type !== undefined) return typesIn(code, source, field.type);
  return type === undefined ? [] : givenToInit(code, source, type.id, expression.name);
}

/** `self.x = x` or `self.x: T = …` in a method of the class. */
function givenToInit(code: PythonCode, source: SourceCode, type: number, name: string): readonly string[] {
  for (const method of source.code.functions) {
    if (method.type !== type) continue;
    for (const statement of statementsIn(method.body)) {
      if (statement.kind !== 'assign') continue;
      const target = statement.targets[0];
      if (target?.kind !== 'member' || target.name !== name || source.textOf(target.object) !== method.self) continue;
      if (statement.type !== undefined) return typesIn(code, source, statement.type);
      const value = statement.values[0];
      const parameter = method.parameters.find((one) => value?.kind === 'name' && one.name === value.name);
      if (parameter?.type !== undefined) return typesIn(code, source, parameter.type);
    }
  }
  return [];
}

/** The qualified names in `Optional["kafka.KafkaProducer"]` or `Producer | None`. */
function typesIn(code: PythonCode, source: SourceCode, written: string | undefined): readonly string[] {
  if (written === undefined) return [];
  const imports = code.names.importsOf(source);
  return (written.match(/[A-Za-z_][\w.]*/g) ?? []).flatMap((name) => {
    if (/^(Optional|Union|Annotated|None|Final|ClassVar|Type|type|typing)$/.test(name)) return [];
    const root = name.split('.')[0]!;
    const imported = imports.get(root);
    return [imported === undefined ? name : imported + name.slice(root.length)];
  });
}

/** Whether a class of the project has the name that a qualified one ends with. */
export function isOwnClass({ program }: PythonCode, name: string): boolean {
  return program.typesNamed(name.slice(name.lastIndexOf('.') + 1)).length > 0;
}

/** What a function returns. */
export function returnsOf(fn: CodeFunction): readonly Expression[] {
  return [...statementsIn(fn.body)].flatMap((statement) => (statement.kind === 'return' ? statement.values : []));
}
