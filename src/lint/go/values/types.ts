import type { CodeFunction, CodeType } from '../../../syntax/code/code';
import type { Call, Expression } from '../../../syntax/code/expression';
import type { FunctionPlace, TypePlace } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import type { Callee } from './callee';
import { resultOf } from './knownResults';
import type { GoPackage, GoPackages, MethodOwner } from './packages';
import { importNamed, lookUp, type GoAssigned, type GoBinding } from './scope';
import { elementOf, GoType } from './goType';
import { returnsOf, signatureIn, type MethodSignature } from './interfaces';
import { Results, SharedResults } from './sharedResults';

const MAX_STEPS = 24;
const BUILT_IN = new Set([
  'make',
  'new',
  'len',
  'cap',
  'append',
  'copy',
  'close',
  'delete',
  'panic',
  'recover',
  'min',
  'max',
  'print',
  'println',
  'clear',
]);

/**
 * Types of expressions as far as declarations in the workspace and a table of others' functions give them. No inference
 * of generics; undefined wherever it is not sure.
 */
export class GoTypes {
  /** What holds for this process only. */
  private readonly own = new Results();
  /** What holds for other processes with the same packages. */
  private readonly shared: SharedResults;
  /** How often something was asked of which the answer may be another in another process, or at another time. */
  private specials = 0;
  private readonly implementing = new WeakMap<CodeType, Map<string, readonly FunctionPlace[]>>();

  constructor(readonly packages: GoPackages) {
    this.shared = new SharedResults(packages);
  }

  /** The type of an expression. */
  typeOf(source: SourceCode, fn: CodeFunction, expression: Expression, steps = 0): GoType | undefined {
    if (steps > MAX_STEPS) {
      this.specials++;
      return undefined;
    }
    const next = steps + 1;
    switch (expression.kind) {
      case 'name':
        return this.typeOfName(source, fn, expression.name, next);
      case 'member':
        return this.typeOfMember(source, fn, expression.object, expression.name, next);
      case 'call':
        return this.typesOfCall(source, fn, expression, next)[0];
      case 'object':
        return expression.type === undefined ? undefined : this.written(source, expression.type);
      case 'list':
        return expression.type === undefined ? undefined : this.written(source, expression.type);
      case 'unary': {
        const inner = this.typeOf(source, fn, expression.value, next);
        return expression.operator === '<-' ? elementOf(inner) : inner;
      }
      case 'cast':
        return this.written(source, expression.type);
      case 'index':
        return elementOf(this.typeOf(source, fn, expression.object, next)) ?? undefined;
      case 'text':
        return GoType.named('', 'string');
      default:
        return undefined;
    }
  }

  /** A type as it is written in a file. */
  written(source: SourceCode, text: string): GoType | undefined {
    return GoType.parse(text, (qualifier, name) => {
      if (qualifier === undefined) return this.ownTypeName(source, name);
      const imported = importNamed(source, qualifier);
      const from = imported?.kind === 'import' ? imported.from : this.packages.importCalled(source, qualifier);
      return from === undefined ? undefined : { from: this.packages.byImport(from)?.folder ?? from, name };
    });
  }

  /** What a call calls. */
  callee(source: SourceCode, fn: CodeFunction, call: Call, steps = 0): Callee {
    const shared = this.shared.of(source);
    const known = shared.callees.get(call);
    if (known !== undefined) return known;
    const own = this.own.callees.get(call);
    if (own !== undefined) {
      this.specials++;
      return own;
    }
    const before = this.specials;
    const found = this.resolveCallee(source, fn, call.callee, steps + 1);
    (before === this.specials ? shared : this.own).callees.set(call, found);
    return found;
  }

  /** The function a name or member stands for, not called: an interceptor given by its name. */
  calleeOfName(source: SourceCode, fn: CodeFunction, expression: Expression): Callee | undefined {
    return expression.kind === 'name' || expression.kind === 'member'
      ? this.resolveCallee(source, fn, expression, 1)
      : undefined;
  }

  /** The declaration of a type of the workspace. */
  declarationOf(type: GoType | undefined): TypePlace | undefined {
    if (type?.name === undefined) return undefined;
    return this.packages.inFolder(type.from)?.types.get(type.name);
  }

  /** Field of a struct of the workspace, its own or promoted from what it embeds. */
  fieldType(type: GoType | undefined, name: string, steps = 0): GoType | undefined {
    const place = this.declarationOf(type);
    if (place === undefined || steps > MAX_STEPS) return undefined;
    const field = place.type.fields.find((one) => one.name === name);
    if (field?.type !== undefined) return this.written(place.source, field.type);
    for (const base of place.type.bases) {
      const embedded = this.written(place.source, base);
      if (embedded?.name === name) return embedded;
      const found = this.fieldType(embedded, name, steps + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The methods a call of `name` on a type may run: its own, promoted ones, or those of an interface's implementations. */
  methods(type: GoType | undefined, name: string, steps = 0): readonly FunctionPlace[] {
    const place = this.declarationOf(type);
    if (place === undefined || type === undefined || steps > MAX_STEPS) return [];
    const own = this.packages.inFolder(type.from)?.methods.get(`${type.name}.${name}`);
    if (own !== undefined) return [own];
    if (place.type.kind === 'interface') return this.implementations(place.type, name);
    for (const base of place.type.bases) {
      const found = this.methods(this.written(place.source, base), name, steps + 1);
      if (found.length > 0) return found;
    }
    return [];
  }

  /** How an interface of the workspace, or one that it embeds, declares a method. */
  signatureOf(type: GoType | undefined, name: string, steps = 0): MethodSignature | undefined {
    const place = this.declarationOf(type);
    if (place === undefined || steps > MAX_STEPS) return undefined;
    const own = signatureIn(place.source, place.type, name);
    if (own !== undefined) return own;
    for (const base of place.type.bases) {
      const found = this.signatureOf(this.written(place.source, base), name, steps + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private implementations(type: CodeType, name: string): readonly FunctionPlace[] {
    this.specials++;
    let byName = this.implementing.get(type);
    if (byName === undefined) this.implementing.set(type, (byName = new Map<string, readonly FunctionPlace[]>()));
    let found = byName.get(name);
    if (found === undefined) byName.set(name, (found = this.findImplementations(type, name)));
    return found;
  }

  private findImplementations(type: CodeType, name: string): FunctionPlace[] {
    const wanted = type.fields.map((field) => field.name);
    const owners = this.packages.ownersOfMethod(name);
    const has = (owner: MethodOwner): number =>
      wanted.filter((each) => owner.pack.methods.has(`${owner.type}.${each}`)).length;
    const whole = owners.filter((owner) => has(owner) === wanted.length || this.embeds(owner, type));
    if (whole.length > 0) return whole.map(({ method }) => method);
    // Where files are missing, some of the methods are: a type with most of them, by the same signatures, is meant.
    const most = owners.filter(
      (owner) => has(owner) >= 2 && has(owner) * 2 >= wanted.length && this.isDeclaredSo(owner, type, name),
    );
    return most.length === 1 ? [most[0]!.method] : [];
  }

  /** Whether a method takes and gives what an interface says, as far as its types are of others' packages. */
  private isDeclaredSo({ method }: MethodOwner, type: CodeType, name: string): boolean {
    const declared = type.fields.find((field) => field.name === name)?.type ?? '';
    const parts = splitResults(/^func(\([^]*)$/.exec(declared)?.[1] ?? '');
    const { parameters } = method.function;
    if (parts.length !== parameters.length) return false;
    return parts.every((part, i) => {
      const wanted = part.replace(/^(\.\.\.|\*|\[\])+/, '');
      return (
        !/^(\w*context|time|http)\.\w+$/.test(wanted) || wanted === parameters[i]!.type?.replace(/^(\*|\[\])+/, '')
      );
    });
  }

  /** A struct that embeds an interface has all of its methods, those among them that it declares anew. */
  private embeds({ pack, type }: MethodOwner, embedded: CodeType): boolean {
    const place = pack.types.get(type);
    if (place === undefined || place.type.kind === 'interface') return false;
    return place.type.bases.some((base) => this.declarationOf(this.written(place.source, base))?.type === embedded);
  }

  private ownTypeName(source: SourceCode, name: string): { from: string; name: string } | undefined {
    const own = this.packages.of(source);
    return own.types.has(name) ? { from: own.folder, name } : { from: '', name };
  }

  private typeOfName(source: SourceCode, fn: CodeFunction, name: string, steps: number): GoType | undefined {
    const binding = lookUp(this.packages, source, fn, name);
    if (binding === undefined) return undefined;
    if (binding.kind !== 'variable') return this.typeOfBinding(source, binding, steps);
    const shared = this.shared.of(source).variablesOf(binding.function);
    if (shared.has(name)) return shared.get(name);
    const own = this.own.variablesOf(binding.function);
    if (own.has(name)) {
      this.specials++;
      return own.get(name);
    }
    const before = this.specials;
    // A variable may be made out of itself: `query = query.Where(…)`.
    own.set(name, undefined);
    const found = this.typeOfBinding(source, binding, steps);
    (before === this.specials ? shared : own).set(name, found);
    return found;
  }

  private typeOfBinding(source: SourceCode, binding: GoBinding, steps: number): GoType | undefined {
    switch (binding.kind) {
      case 'parameter': {
        const { type, rest } = binding.parameter;
        return type === undefined ? undefined : this.written(source, rest ? `[]${type}` : type);
      }
      case 'receiver': {
        const { owner } = binding.function;
        return owner === undefined ? undefined : this.written(source, owner);
      }
      case 'variable':
        return this.typeOfAssigned(source, binding.assigned, steps);
      case 'global':
        return this.typeOfGlobal(binding, steps);
      default:
        return undefined;
    }
  }

  private typeOfGlobal(binding: GoBinding & { kind: 'global' }, steps: number): GoType | undefined {
    const { source, function: fn, statement, index } = binding.place;
    if (statement.type !== undefined) return this.written(source, statement.type);
    const parallel = statement.values.length === statement.targets.length;
    const value = statement.values[parallel ? index : 0];
    if (value === undefined) return undefined;
    return parallel ? this.typeOf(source, fn, value, steps) : this.resultAt(source, fn, value, index, steps);
  }

  private typeOfAssigned(source: SourceCode, assigned: readonly GoAssigned[], steps: number): GoType | undefined {
    for (const one of assigned) {
      if (one.type !== undefined) return this.written(source, one.type);
      if (one.value === undefined) continue;
      const type =
        one.ranged === undefined
          ? this.resultAt(source, one.function, one.value, one.position, steps)
          : this.ranged(this.typeOf(source, one.function, one.value, steps), one.ranged);
      if (type !== undefined) return type;
    }
    return undefined;
  }

  private ranged(type: GoType | undefined, which: number): GoType | undefined {
    if (type?.shape === 'chan') return elementOf(type);
    return which === 1 ? elementOf(type) : undefined;
  }

  private resultAt(
    source: SourceCode,
    fn: CodeFunction,
    value: Expression,
    position: number,
    steps: number,
  ): GoType | undefined {
    if (value.kind === 'call') return this.typesOfCall(source, fn, value, steps)[position];
    return position === 0 ? this.typeOf(source, fn, value, steps) : undefined;
  }

  private typeOfMember(
    source: SourceCode,
    fn: CodeFunction,
    object: Expression,
    name: string,
    steps: number,
  ): GoType | undefined {
    if (object.kind === 'name') {
      const binding = lookUp(this.packages, source, fn, object.name);
      if (binding?.kind === 'import') {
        const own = this.packages.byImport(binding.from);
        const global = own?.globals.get(name);
        if (global !== undefined) return this.typeOfGlobal({ kind: 'global', place: global }, steps);
        return own === undefined ? resultOf(`${binding.from}.${name}`)[0] : undefined;
      }
    }
    const type = this.typeOf(source, fn, object, steps);
    return this.fieldType(type, name) ?? (type && resultOf(`${type.qualified}.${name}`)[0]);
  }

  private typesOfCall(
    source: SourceCode,
    fn: CodeFunction,
    call: Call,
    steps: number,
  ): readonly (GoType | undefined)[] {
    if (call.callee.kind === 'name' && BUILT_IN.has(call.callee.name)) {
      const [first] = call.args;
      if (first === undefined) return [];
      if (call.callee.name === 'append') return [this.typeOf(source, fn, first.value, steps)];
      return /^(new|make)$/.test(call.callee.name) ? [this.written(source, source.textOf(first.value))] : [];
    }
    const callee = this.callee(source, fn, call, steps);
    switch (callee.kind) {
      case 'external':
        return resultOf(callee.name);
      case 'externalMethod':
        return resultOf(`${callee.type}.${callee.name}`);
      case 'conversion':
        return [callee.type];
      case 'own': {
        const [place] = callee.places;
        return place === undefined ? [] : this.results(place);
      }
      case 'closure':
        return this.results({ source, function: callee.function });
      default:
        return this.declaredResults(source, fn, call, steps);
    }
  }

  /** What an interface's method gives as it is declared, where none of the files implements it. */
  private declaredResults(
    source: SourceCode,
    fn: CodeFunction,
    { callee }: Call,
    steps: number,
  ): (GoType | undefined)[] {
    if (callee.kind !== 'member') return [];
    const signature = this.signatureOf(this.typeOf(source, fn, callee.object, steps), callee.name);
    if (signature === undefined) return [];
    return splitResults(returnsOf(signature)).map((text) => this.written(signature.source, text));
  }

  /** The types of a function's results. */
  results({ source, function: fn }: FunctionPlace): readonly (GoType | undefined)[] {
    return splitResults(fn.returns ?? '').map((text) => this.written(source, text));
  }

  private resolveCallee(source: SourceCode, fn: CodeFunction, callee: Expression, steps: number): Callee {
    if (steps > MAX_STEPS) {
      this.specials++;
      return { kind: 'unknown', name: '' };
    }
    if (callee.kind === 'index') return this.resolveCallee(source, fn, callee.object, steps);
    if (callee.kind === 'function') return { kind: 'closure', function: source.code.functions[callee.function]! };
    if (callee.kind === 'name') return this.calleeNamed(source, fn, callee.name);
    if (callee.kind !== 'member') return { kind: 'unknown', name: '' };
    const { object, name } = callee;
    if (object.kind === 'name') {
      const binding = lookUp(this.packages, source, fn, object.name);
      if (binding?.kind === 'import') return this.calleeOf(this.packages.byImport(binding.from), binding.from, name);
    }
    const type = this.typeOf(source, fn, object, steps);
    if (type?.name === undefined) return { kind: 'unknown', name };
    const places = this.methods(type, name);
    if (places.length > 0) return { kind: 'own', places };
    const outside = this.outsideType(type, 0);
    return outside === undefined
      ? { kind: 'unknown', name }
      : { kind: 'externalMethod', type: outside.qualified, name };
  }

  /** The type itself when it is others', or the one others' type that a type of the workspace embeds or is declared as. */
  private outsideType(type: GoType, steps: number): GoType | undefined {
    const place = this.declarationOf(type);
    if (place === undefined) return this.packages.inFolder(type.from) === undefined ? type : undefined;
    if (steps > MAX_STEPS || place.type.bases.length !== 1) return undefined;
    const base = this.written(place.source, place.type.bases[0]!);
    return base && this.outsideType(base, steps + 1);
  }

  private calleeNamed(source: SourceCode, fn: CodeFunction, name: string): Callee {
    const binding = lookUp(this.packages, source, fn, name);
    if (binding?.kind === 'function') return { kind: 'own', places: [binding.place] };
    if (binding?.kind === 'variable') {
      for (const { value } of binding.assigned)
        if (value?.kind === 'function') return { kind: 'closure', function: source.code.functions[value.function]! };
      return { kind: 'unknown', name };
    }
    if (binding === undefined) {
      const type = this.written(source, name);
      if (type !== undefined && this.declarationOf(type) !== undefined) return { kind: 'conversion', type };
      if (/^(string|int\d*|uint\d*|float\d+|byte|rune|bool|error|any)$/.test(name))
        return { kind: 'conversion', type: GoType.named('', name) };
      const dot = source.code.imports.find((one) => one.all);
      if (dot !== undefined) return this.calleeOf(this.packages.byImport(dot.from), dot.from, name);
    }
    return { kind: 'unknown', name };
  }

  private calleeOf(own: GoPackage | undefined, from: string, name: string): Callee {
    if (own === undefined) return { kind: 'external', name: `${from}.${name}` };
    const place = own.functions.get(name);
    if (place !== undefined) return { kind: 'own', places: [place] };
    if (own.types.has(name)) return { kind: 'conversion', type: GoType.named(own.folder, name) };
    return { kind: 'unknown', name };
  }
}

/** `(a, b)` and `(x A, err error)` as their types. */
export function splitResults(returns: string): string[] {
  const text = returns.trim();
  if (text === '') return [];
  if (!text.startsWith('(')) return [text];
  const parts: string[] = [];
  let depth = 0;
  let start = 1;
  for (let i = 1; i < text.length; i++) {
    const unit = text[i]!;
    if ('([{'.includes(unit)) depth++;
    else if (')]}'.includes(unit)) depth--;
    if (depth < 0 || (depth === 0 && unit === ',')) {
      if (text.slice(start, i).trim() !== '') parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
    if (depth < 0) break;
  }
  const named =
    parts.every((part) => /^\w+\s+\S|^\w+$/.test(part)) &&
    parts.some((part) => /^\w+\s+[^\s]/.test(part) && !/^(func|chan|map|struct|interface)\b/.test(part));
  if (!named) return parts;
  // `(a, b int)`: a name without a type has the next one's.
  const types = parts.map((part) => /^\w+\s+([^]+)$/.exec(part)?.[1]);
  for (let i = types.length - 1; i >= 0; i--) types[i] ??= types[i + 1];
  return types.map((type) => type ?? '');
}
