import type { CodeFunction } from '../../syntax/code/code';
import type { ObjectLiteral } from '../../syntax/code/expression';
import { bindingOf } from '../code/bindings';
import type { Program } from '../code/program';
import type { SourceCode } from '../code/sourceCode';
import { exportedBy, type Exported, type Place } from './modules';

/** A function of the workspace in its file. */
export type KnownFunction = Extract<Exported, { kind: 'function' }>;

/** A class, which stands for its instances too. */
type KnownClass = Extract<Exported, { kind: 'class' }>;

/** What has methods: a class, or an object that is written out. */
type Owner = KnownClass | { readonly kind: 'object'; readonly place: Place; readonly literal: ObjectLiteral };

/** Variables, exports, fields and factories are followed this far to the class or object behind them. */
const MAX_STEPS = 6;

/** Base classes are followed this far. */
const MAX_BASES = 3;

/** The function behind `Headers.build()`, `helper.build()`, `new Helper().build()`, `this.helper.build()`. */
export function methodCalled(program: Program, at: Place): KnownFunction | undefined {
  const { expression } = at;
  if (expression.kind !== 'member') return undefined;
  const owner = ownerOf(program, { ...at, expression: expression.object }, 0);
  return owner && methodOf(program, owner, expression.name);
}

/** The function of the workspace that a name stands for. */
export function namedFunction(
  program: Program,
  source: SourceCode,
  fn: CodeFunction,
  name: string,
): KnownFunction | undefined {
  const binding = bindingOf(source, fn, name);
  if (binding?.kind === 'function') return { kind: 'function', source, function: binding.function };
  if (binding?.kind === 'variable') {
    const value = binding.assigned[0]?.value;
    return value?.kind === 'function'
      ? { kind: 'function', source, function: source.code.functions[value.function]! }
      : undefined;
  }
  if (binding?.kind !== 'import') return undefined;
  const exported = exportedBy(program, source, binding.from, binding.exported);
  if (exported?.kind === 'function') return exported;
  if (exported?.kind !== 'value') return undefined;
  // `export const charge = chargeCard;`
  const { source: at, function: top, expression } = exported.place;
  const known = expression.kind === 'name' ? bindingOf(at, top, expression.name) : undefined;
  return known?.kind === 'function' ? { kind: 'function', source: at, function: known.function } : undefined;
}

function ownerOf(program: Program, place: Place, steps: number): Owner | undefined {
  if (steps > MAX_STEPS) return undefined;
  const { expression } = place;
  const follow = (next: Place): Owner | undefined => ownerOf(program, next, steps + 1);
  switch (expression.kind) {
    case 'cast':
      return follow({ ...place, expression: expression.value });
    case 'object':
      return { kind: 'object', place, literal: expression };
    case 'name':
      return ownerNamed(program, place, expression.name, steps);
    case 'member': {
      const outer = follow({ ...place, expression: expression.object });
      return outer && ownerWithin(program, outer, expression.name, steps);
    }
    case 'call': {
      const { callee } = expression;
      if (expression.isNew === true) return follow({ ...place, expression: callee });
      return madeBy(program, { ...place, expression: callee }, steps);
    }
    default:
      return undefined;
  }
}

/** `helper().build()`, `Helper.instance().build()`: what the maker says that it returns. */
function madeBy(
  program: Program,
  { source, function: fn, expression: callee }: Place,
  steps: number,
): Owner | undefined {
  let maker: KnownFunction | undefined;
  if (callee.kind === 'name') maker = namedFunction(program, source, fn, callee.name);
  if (callee.kind === 'member') {
    const owner = ownerOf(program, { source, function: fn, expression: callee.object }, steps + 1);
    maker = owner && methodOf(program, owner, callee.name);
  }
  return maker && ofType(program, maker.source, maker.function.returns);
}

function ownerNamed(program: Program, { source, function: fn }: Place, name: string, steps: number): Owner | undefined {
  if (name === 'this') {
    const type = source.typeOf(fn);
    return type && { kind: 'class', source, type };
  }
  const binding = bindingOf(source, fn, name);
  switch (binding?.kind) {
    case 'variable': {
      const [only, ...others] = binding.assigned;
      if (only === undefined || others.length > 0 || only.how !== 'value') return undefined;
      if (only.value === undefined) return ofType(program, source, only.type);
      const at = { source, function: binding.function, expression: only.value };
      return ownerOf(program, at, steps + 1) ?? ofType(program, source, only.type);
    }
    case 'parameter':
      return binding.parameter.name === name ? ofType(program, source, binding.parameter.type) : undefined;
    case 'import':
      return ownerExported(program, exportedBy(program, source, binding.from, binding.exported), steps);
    case 'function':
      return undefined;
    default: {
      const type = source.code.types.find((one) => one.name === name && one.kind === 'class');
      return type && { kind: 'class', source, type };
    }
  }
}

function ownerExported(program: Program, exported: Exported | undefined, steps: number): Owner | undefined {
  if (exported?.kind === 'class') return exported;
  return exported?.kind === 'value' ? ownerOf(program, exported.place, steps + 1) : undefined;
}

/** What a field of a class or an entry of an object holds. */
function ownerWithin(program: Program, outer: Owner, name: string, steps: number): Owner | undefined {
  if (outer.kind === 'object') {
    const value = entryValue(outer.literal, name);
    return value && ownerOf(program, { ...outer.place, expression: value }, steps + 1);
  }
  const { source, type } = outer;
  const field = type.fields.find((one) => one.name === name);
  if (field === undefined) return undefined;
  const at = source.code.functions[type.function]!;
  const value = field.value && ownerOf(program, { source, function: at, expression: field.value }, steps + 1);
  return value ?? ofType(program, source, field.type);
}

/** The class that a type names in a file: the one it imports, or the only one of the workspace that is called so. */
function ofType(program: Program, source: SourceCode, written: string | undefined): KnownClass | undefined {
  if (written === undefined || !/^[A-Z]\w*$/.test(written)) return undefined;
  const binding = bindingOf(source, source.code.functions[0]!, written);
  if (binding?.kind === 'import') {
    const exported = exportedBy(program, source, binding.from, binding.exported);
    if (exported?.kind === 'class') return exported;
    // `Tracer` of a library is no class of the workspace that is called so.
    if (/^(?:@?\w)/.test(binding.from)) return undefined;
  }
  const [only, ...others] = program.typesNamed(written);
  return only && others.length === 0 ? { kind: 'class', source: only.source, type: only.type } : undefined;
}

function methodOf(program: Program, owner: Owner, name: string, bases = 0): KnownFunction | undefined {
  if (owner.kind === 'object') {
    const value = entryValue(owner.literal, name);
    const { source, function: fn } = owner.place;
    if (value?.kind === 'name') return namedFunction(program, source, fn, value.name);
    return value?.kind === 'function'
      ? { kind: 'function', source, function: source.code.functions[value.function]! }
      : undefined;
  }
  const { source, type } = owner;
  const found = source.code.functions.find((one) => one.type === type.id && one.name === name);
  if (found) return { kind: 'function', source, function: found };
  const [base] = type.bases;
  if (base === undefined || bases >= MAX_BASES || !/^[A-Z]\w*$/.test(base)) return undefined;
  const top = source.code.functions[0]!;
  const above = ownerNamed(
    program,
    { source, function: top, expression: { kind: 'name', name: base, ...type.nameAt } },
    base,
    0,
  );
  return above?.kind === 'class' && above.type !== type ? methodOf(program, above, name, bases + 1) : undefined;
}

function entryValue({ entries }: ObjectLiteral, name: string): ObjectLiteral['entries'][number]['value'] | undefined {
  return entries.findLast(({ key }) => key === name)?.value;
}
