import type { CodeFunction, CodeType } from '../../../syntax/code/code';
import type { Expression } from '../../../syntax/code/expression';
import type { Statement } from '../../../syntax/code/statement';
import type { FunctionPlace, Program, TypePlace } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import { statementsIn } from '../../code/walk';

/** How far an object is followed: attribute, parameter, variable. */
const MAX_STEPS = 4;
/** How many classes up a method is looked for. */
const MAX_BASES = 4;

/** Types of what holds several, or makes or takes them. */
const OF_MANY =
  /\b(list|dict|set|tuple|type|deque|(Default|Ordered)?Dict|List|Set|Tuple|Type|Callable|\w*Iter\w*|Sequence|Mapping)\[/;

/** A value in the function that it is written in. */
interface Written extends FunctionPlace {
  readonly value: Expression;
  readonly how: string;
}

/** What is asked of names to tell which class an object is of. */
export interface ResolvesNames {
  readonly program: Program;
  nameOf(source: SourceCode, fn: CodeFunction, expression: Expression): string | undefined;
  valuesOf(source: SourceCode, fn: CodeFunction, expression: Expression): readonly Written[];
}

/**
 * The method that a call on an object goes to, where the object is of one class of the project: it was made here, or a
 * parameter or field is declared with it. `self._orders.place(order)` under `self._orders = OrderService()`.
 */
export function methodsOfObject(
  names: ResolvesNames,
  place: FunctionPlace,
  object: Expression,
  method: string,
): readonly FunctionPlace[] {
  const [found, ...others] = typesOf(names, place, object, 0);
  if (found === undefined || others.some(({ type }) => type !== found.type)) return [];
  return methodIn(names.program, found, method);
}

function typesOf(names: ResolvesNames, place: FunctionPlace, object: Expression, steps: number): readonly TypePlace[] {
  if (steps >= MAX_STEPS) return [];
  const follow = (value: Expression): readonly TypePlace[] => typesOf(names, place, value, steps + 1);
  switch (object.kind) {
    case 'call': {
      const made = names.nameOf(place.source, place.function, object.callee);
      return made === undefined ? [] : ownType(names.program, made);
    }
    case 'unary':
      return object.operator === 'await' ? follow(object.value) : [];
    case 'binary':
      return [...follow(object.left), ...follow(object.right)];
    case 'conditional':
      return object.values.flatMap(follow);
    case 'name':
    case 'member': {
      const values = names.valuesOf(place.source, place.function, object).filter(({ how }) => how === 'value');
      const found = values.flatMap((one) => (one.value === object ? [] : typesOf(names, one, one.value, steps + 1)));
      return found.length > 0 ? found : declared(names.program, place, object);
    }
    default:
      return [];
  }
}

/** What the type of a parameter, a field or an attribute names: `Optional[OrderService]`, `"OrderService"`. */
function declared(program: Program, { source, function: fn }: FunctionPlace, object: Expression): readonly TypePlace[] {
  if (object.kind === 'name') {
    for (const scope of [fn, ...source.around(fn)]) {
      const parameter = scope.parameters.find(({ name }) => name === object.name);
      if (parameter !== undefined) return namedIn(program, parameter.type);
    }
    return [];
  }
  if (object.kind !== 'member' || object.object.kind !== 'name' || object.object.name !== fn.self) return [];
  const type = source.typeOf(fn);
  const field = type?.fields.find(({ name }) => name === object.name);
  return namedIn(program, field?.type ?? (type && attributeType(source, type, object.name)));
}

/** `self.orders: OrderService = …` in a method. */
function attributeType(source: SourceCode, type: CodeType, name: string): string | undefined {
  for (const method of source.code.functions) {
    if (method.type !== type.id) continue;
    for (const statement of statementsIn(method.body)) {
      const [target] = statement.kind === 'assign' && statement.type !== undefined ? statement.targets : [];
      if (statement.kind === 'assign' && target?.kind === 'member' && target.name === name) return statement.type;
    }
  }
  return undefined;
}

/** The one class of the project among the words of a type; what is in a list or dictionary is not the object itself. */
function namedIn(program: Program, written: string | undefined): readonly TypePlace[] {
  if (written === undefined || OF_MANY.test(written)) return [];
  const words = new Set(written.match(/[A-Za-z_]\w*/g) ?? []);
  const found = [...words].filter((word) => /^_?[A-Z]/.test(word)).flatMap((word) => ownType(program, word));
  return found.length === 1 ? found : [];
}

function ownType(program: Program, qualified: string): readonly TypePlace[] {
  const name = qualified.slice(qualified.lastIndexOf('.') + 1);
  const found = /^_?[A-Z]/.test(name) ? program.typesNamed(name) : [];
  return found.length === 1 ? found : [];
}

/** A class's method, its bases' where it has none, or the only one of those that extend it where its own does nothing. */
function methodIn(program: Program, { source, type }: TypePlace, name: string, level = 0): readonly FunctionPlace[] {
  const own = source.code.functions.filter((fn) => fn.type === type.id && fn.name === name);
  if (own.length > 0 && !own.every(({ body }) => doesNothing(body))) return own.map((fn) => ({ source, function: fn }));
  if (own.length > 0) {
    const heirs = own.flatMap((fn) => overridesOf(program, { source, function: fn }));
    return heirs.length === 1 ? heirs : [];
  }
  if (level >= MAX_BASES) return [];
  for (const base of type.bases) {
    const [above] = ownType(program, nameOfBase(base));
    const found = above === undefined ? [] : methodIn(program, above, name, level + 1);
    if (found.length > 0) return found;
  }
  return [];
}

/** What classes do in place of a method of one that they extend, where that does nothing itself: `@abstractmethod`. */
export function overridesOf(program: Program, { source, function: fn }: FunctionPlace): readonly FunctionPlace[] {
  const type = source.typeOf(fn);
  if (type === undefined || !doesNothing(fn.body)) return [];
  return program.functionsNamed(fn.name).filter((one) => {
    const bases = one.source.typeOf(one.function)?.bases ?? [];
    return one.function !== fn && bases.some((base) => nameOfBase(base) === type.name);
  });
}

function nameOfBase(written: string): string {
  return written.replace(/\[.*/s, '').split('.').at(-1) ?? '';
}

/** Only a description, `...`, `pass`, or `raise NotImplementedError`. */
function doesNothing(body: readonly Statement[]): boolean {
  return body.every((one) => {
    if (one.kind === 'expression') return /^(text|literal|other|name)$/.test(one.value.kind);
    return one.kind === 'throw' || (one.kind === 'otherStatement' && one.parts.length === 0);
  });
}
