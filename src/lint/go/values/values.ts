import type { CodeFunction } from '../../../syntax/code/code';
import type { Expression } from '../../../syntax/code/expression';
import type { Statement } from '../../../syntax/code/statement';
import type { FunctionPlace } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import { statementsIn } from '../../code/walk';
import type { LiteralPlace, MemberAssignment } from '../goFile';
import type { CallPlace, GoUnit } from '../goUnit';
import type { GoType } from './goType';
import type { GoPackage } from './packages';
import { Providers } from './providers';
import { assignedIn, lookUp, type GoBinding } from './scope';

/** An expression where it stands, with what the parameters of its function are in the call that led there. */
export interface Value {
  readonly source: SourceCode;
  readonly function: CodeFunction;
  readonly expression: Expression;
  readonly frame?: Frame;
}

/** A call that was followed into its function. */
export interface Frame {
  readonly function: CodeFunction;
  readonly call: CallPlace;
  readonly outer?: Frame;
}

/** A call with the first of its arguments that go into the last parameter of a function. */
export interface RestArguments {
  readonly place: CallPlace;
  readonly from: number;
  readonly frame: Frame | undefined;
}

/** Where a value may come from; `open` when there may be more than what was found. */
export interface Origins {
  readonly values: readonly Value[];
  readonly open: boolean;
}

const NOTHING: Origins = { values: [], open: true };

/**
 * Follows values of Go backwards by one step: a variable to what is assigned to it, a field to what is put into it anywhere,
 * a parameter to the arguments, a call to what its function returns.
 */
export class Values {
  private readonly fields = new Map<string, Origins>();
  private readonly literals = new Map<string, readonly LiteralPlace[]>();
  private readonly assigned = new Map<string, readonly MemberAssignment[]>();

  private readonly providers: Providers;

  constructor(private readonly unit: GoUnit) {
    this.providers = new Providers(unit);
  }

  /** Whether an expression names a function of the workspace: `logCalls`, `meta.Unary`. */
  isFunction({ source, function: fn, expression }: Value): boolean {
    return this.unit.types.calleeOfName(source, fn, expression)?.kind === 'own';
  }

  /** What a name, member or call may stand for; undefined for an expression that is what it is. */
  origins(value: Value): Origins | undefined {
    const { expression } = value;
    switch (expression.kind) {
      case 'name':
        return this.ofName(value, expression.name);
      case 'member':
        return this.ofMember(value, expression.object, expression.name);
      case 'call':
        return this.ofCall(value);
      case 'cast':
        return { values: [{ ...value, expression: expression.value }], open: false };
      case 'unary':
        return /^[&*]$/.test(expression.operator)
          ? { values: [{ ...value, expression: expression.value }], open: false }
          : undefined;
      default:
        return undefined;
    }
  }

  /** Everything that is put into a field of a struct of the workspace. */
  fieldValues(type: GoType, field: string): Origins {
    const key = `${type.qualified}#${field}`;
    let found = this.fields.get(key);
    if (found === undefined) this.fields.set(key, (found = this.collectField(type, field)));
    return found;
  }

  /** Values assigned to members of a name: `client.Transport = rt`. */
  assignedMembers(name: string): readonly MemberAssignment[] {
    let found = this.assigned.get(name);
    if (found === undefined) {
      found = this.unit.files.flatMap((file) => file.assignedMembers(name));
      this.assigned.set(name, found);
    }
    return found;
  }

  /** The literals of a struct of the workspace. */
  private literalsOf(type: GoType): readonly LiteralPlace[] {
    const { qualified, name } = type;
    let found = this.literals.get(qualified);
    if (found === undefined) {
      const { types, files } = this.unit;
      const all = name === undefined ? [] : files.flatMap((file) => file.literalsOf(name));
      found = all.filter((one) => types.written(one.source, one.type)?.qualified === qualified);
      this.literals.set(qualified, found);
    }
    return found;
  }

  /** The arguments a function of the workspace gets for one of its parameters, from all calls that are surely of it. */
  argumentsOf({ source, function: fn }: FunctionPlace, index: number): Origins {
    const values: Value[] = [];
    for (const place of this.unit.callsNamed(fn.name)) {
      const callee = this.unit.callee(place);
      if (callee.kind !== 'own' || !callee.places.some((one) => one.source === source && one.function === fn)) continue;
      const argument = place.call.args[index];
      if (argument) values.push({ source: place.source, function: place.function, expression: argument.value });
    }
    if (values.length === 0 && this.providers.isCalled(fn)) {
      const type = fn.parameters[index]?.type;
      return this.provided(type === undefined ? undefined : this.unit.types.written(source, type));
    }
    return { values, open: values.length === 0 };
  }

  /**
   * The calls that give a parameter `opts ...Option` its values, with the first argument of them: the one that the value was
   * followed through, or all that are surely of the function. Undefined for another value, and where no call is seen.
   */
  callsOfRest({ source, function: fn, expression, frame }: Value): readonly RestArguments[] | undefined {
    const binding = expression.kind === 'name' ? lookUp(this.unit.packages, source, fn, expression.name) : undefined;
    if (binding?.kind !== 'parameter' || !binding.parameter.rest) return undefined;
    for (let at = frame; at !== undefined; at = at.outer)
      if (at.function === binding.function) return [{ place: at.call, from: binding.index, frame: at.outer }];
    const found: RestArguments[] = [];
    for (const place of this.unit.callsNamed(binding.function.name)) {
      const callee = this.unit.callee(place);
      if (callee.kind === 'own' && callee.places.some((one) => one.function === binding.function))
        found.push({ place, from: binding.index, frame: undefined });
    }
    return found.length === 0 ? undefined : found;
  }

  /** What a function puts in place of its own parameter, whatever it was given. */
  reassignedTo(value: Value): readonly Value[] {
    const { source, function: fn, expression } = value;
    const binding = expression.kind === 'name' ? lookUp(this.unit.packages, source, fn, expression.name) : undefined;
    if (binding?.kind !== 'parameter' || expression.kind !== 'name') return [];
    return reassigned(source, binding.function, expression.name).map((one) => ({ ...value, ...one }));
  }

  /** What a container of fx, dig or wire gives for a type. */
  private provided(type: GoType | undefined): Origins {
    const found = type === undefined ? [] : this.providers.of(type);
    const values = found.flatMap(({ place, position }) => returnsOf(place, undefined, position));
    return { values, open: values.length === 0 };
  }

  private ofName(value: Value, name: string): Origins | undefined {
    const { source, function: fn, frame } = value;
    const binding = lookUp(this.unit.packages, source, fn, name);
    if (binding === undefined) return undefined;
    if (binding.kind === 'variable') {
      const values: Value[] = [];
      let open = false;
      for (const { value: expression, ranged, position, function: from } of binding.assigned) {
        if (expression === undefined) continue;
        const assigned = { source, function: from, expression, ...(frame ? { frame } : {}) };
        const isFurther = position > 0 && expression.kind === 'call';
        const further = isFurther && ranged === undefined ? this.ofCall(assigned, position) : undefined;
        if (further === undefined || further.open) open ||= isFurther || ranged !== undefined;
        if (further !== undefined) values.push(...further.values);
        else if (!isFurther && ranged === undefined) values.push(assigned);
      }
      return { values, open };
    }
    if (binding.kind === 'parameter') {
      const given = this.ofParameter(value, binding);
      if (given.values.length === 0 && given.open) return given;
      // `options = append(options, …)`: what is given, and what the function puts in its place.
      const replaced = this.reassignedTo(value);
      return replaced.length === 0 ? given : { ...given, values: [...given.values, ...replaced] };
    }
    if (binding.kind !== 'global') return NOTHING;
    return this.ofGlobal(binding.place.source, name);
  }

  /** The arguments for a parameter: of the call the value was followed through, or of all calls. */
  private ofParameter({ source, frame }: Value, binding: GoBinding & { readonly kind: 'parameter' }): Origins {
    const { rest } = binding.parameter;
    for (let at = frame; at !== undefined; at = at.outer) {
      if (at.function !== binding.function) continue;
      const argument = at.call.call.args[binding.index];
      if (argument === undefined) return rest ? { values: [], open: false } : NOTHING;
      if (rest && argument.spread !== true) return NOTHING;
      const outer = at.outer ? { frame: at.outer } : {};
      const { source: from, function: caller } = at.call;
      return { values: [{ source: from, function: caller, expression: argument.value, ...outer }], open: false };
    }
    return rest || binding.function.modifiers.includes('lambda')
      ? NOTHING
      : this.argumentsOf({ source, function: binding.function }, binding.index);
  }

  private ofGlobal(source: SourceCode, name: string): Origins {
    const pack = this.unit.packages.of(source);
    let known = globals.get(pack);
    if (known === undefined) globals.set(pack, (known = new Map<string, Origins>()));
    let found = known.get(name);
    if (found === undefined) known.set(name, (found = collectGlobal(pack, name)));
    return found;
  }

  private ofMember(value: Value, object: Expression, name: string): Origins | undefined {
    const { source, function: fn } = value;
    if (object.kind === 'name') {
      const binding = lookUp(this.unit.packages, source, fn, object.name);
      if (binding?.kind === 'import') {
        const global = this.unit.packages.byImport(binding.from)?.globals.get(name);
        return global && this.ofGlobal(global.source, name);
      }
    }
    const type = this.unit.types.typeOf(source, fn, object);
    if (type === undefined || this.unit.types.declarationOf(type) === undefined) return NOTHING;
    return this.fieldValues(type, name);
  }

  /** @param position which of the results. */
  private ofCall(value: Value, position = 0): Origins | undefined {
    const { source, function: fn, expression, frame } = value;
    if (expression.kind !== 'call') return undefined;
    const place = { source, function: fn, call: expression };
    const callee = this.unit.callee(place);
    if (callee.kind === 'external' || callee.kind === 'externalMethod') return undefined;
    if (callee.kind === 'unknown') return NOTHING;
    if (callee.kind === 'conversion' && position > 0) return undefined;
    if (callee.kind === 'conversion')
      return expression.args[0] && { values: [{ ...value, expression: expression.args[0].value }], open: false };
    const places = callee.kind === 'own' ? callee.places : [{ source, function: callee.function }];
    const values = places.flatMap((one) =>
      returnsOf(one, { function: one.function, call: place, ...(frame ? { outer: frame } : {}) }, position),
    );
    return { values, open: values.length === 0 || places.length > 3 };
  }

  /** What an option puts in that nobody gives to the constructor: `func WithHTTPClient(c *http.Client) Option`. */
  private isUnusedOption({ source, function: fn, expression }: Value): boolean {
    const binding = expression.kind === 'name' ? lookUp(this.unit.packages, source, fn, expression.name) : undefined;
    if (binding?.kind !== 'parameter' || binding.function === fn || !/^(With|Use)[A-Z]/.test(binding.function.name))
      return false;
    const { packages } = this.unit;
    const isGiven = this.unit.callsNamed(binding.function.name).some((place) => {
      const callee = this.unit.callee(place);
      return callee.kind !== 'own' || callee.places.some((one) => one.function === binding.function);
    });
    if (isGiven) return false;
    // Only who sees the constructor called sees that no option is given.
    const constructors = source.code.functions.filter(({ name }) => /^New([A-Z]|$)/.test(name));
    return constructors.some((one) =>
      this.unit.callsNamed(one.name).some((place) => {
        const callee = this.unit.callee(place);
        const isOutside = packages.of(place.source) !== packages.of(source);
        return isOutside && callee.kind === 'own' && callee.places.some(({ function: made }) => made === one);
      }),
    );
  }

  private collectField(type: GoType, field: string): Origins {
    const values: Value[] = [];
    let open = false;
    const fieldNames = this.unit.types.declarationOf(type)?.type.fields.map((one) => one.name) ?? [];
    for (const { source, function: fn, expression: literal } of this.literalsOf(type)) {
      literal.entries.forEach((entry, i) => {
        const isPositional = entry.key === undefined && entry.keyValue === undefined;
        if (entry.key === field || (isPositional && fieldNames[i] === field))
          values.push({ source, function: fn, expression: entry.value });
      });
    }
    for (const { value, target } of this.assignedMembers(field)) {
      const holder = this.unit.types.typeOf(value.source, value.function, target.object);
      if (holder !== undefined && holder.qualified !== type.qualified) continue;
      if (this.isUnusedOption(value)) continue;
      if (holder === undefined) open = true;
      else values.push(value);
    }
    if (values.length === 0 && !open) {
      const declared = this.unit.types.declarationOf(type);
      // `struct{ fx.In; Client *http.Client }`
      if (declared?.type.bases.some((base) => /^(fx|dig)\.In$/.test(base)) === true)
        return this.provided(this.unit.types.fieldType(type, field));
    }
    return { values, open: open || values.length === 0 };
  }
}

/** What is put into the variables of packages: it stands in the package itself, whatever process it is in. */
const globals = new WeakMap<GoPackage, Map<string, Origins>>();

function collectGlobal(pack: GoPackage, name: string): Origins {
  const global = pack.globals.get(name);
  const values: Value[] = [];
  for (const file of pack.sources) {
    for (const fn of file.code.functions) {
      for (const statement of statementsIn(fn.body)) {
        if (statement.kind !== 'assign' || (statement.operator === ':=' && fn.id !== 0)) continue;
        if (fn.id === 0 && file !== global?.source) continue;
        statement.targets.forEach((target, i) => {
          if (target.kind !== 'name' || target.name !== name) return;
          const parallel = statement.values.length === statement.targets.length;
          const expression = statement.values[parallel ? i : 0];
          if (expression && (parallel || i === 0)) values.push({ source: file, function: fn, expression });
        });
      }
    }
  }
  return { values, open: values.length === 0 };
}

/** What a function assigns to its own parameter. */
function reassigned(source: SourceCode, fn: CodeFunction, name: string): Pick<Value, 'function' | 'expression'>[] {
  return source.within(fn).flatMap((inner) => {
    const assigned = assignedIn(inner).get(name) ?? [];
    if (inner !== fn && assigned.some((one) => one.declares)) return [];
    return assigned.flatMap(({ value, position }) =>
      value === undefined || position > 0 ? [] : [{ function: inner, expression: value }],
    );
  });
}

/** What a function returns as one of its results; of named results what is assigned to the first. */
function returnsOf({ source, function: fn }: FunctionPlace, by: Frame | undefined, position: number): Value[] {
  const values: Value[] = [];
  const frame = by === undefined ? {} : { frame: by };
  for (const statement of statementsIn(fn.body)) {
    if (statement.kind !== 'return') continue;
    const given = statement.values[position];
    if (given !== undefined && !isNil(given)) values.push({ source, function: fn, expression: given, ...frame });
  }
  if (position > 0 || values.length > 0 || !hasReturn(fn.body)) return values;
  const name = /^\(\s*(\w+)\s+[^,)]/.exec(fn.returns ?? '')?.[1];
  return name === undefined
    ? values
    : [{ source, function: fn, expression: { kind: 'name', name, start: fn.start, end: fn.start }, ...frame }];
}

function hasReturn(body: readonly Statement[]): boolean {
  for (const statement of statementsIn(body)) if (statement.kind === 'return') return true;
  return false;
}

/** `nil`. */
export function isNil(expression: Expression): boolean {
  return expression.kind === 'literal' && expression.text === 'nil';
}
