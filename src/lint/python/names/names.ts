import type { CodeFunction } from '../../../syntax/code/code';
import type { Expression } from '../../../syntax/code/expression';
import { assignmentsIn, type Assigned } from '../../code/bindings';
import { dotted } from '../../code/names';
import type { FunctionPlace, Program } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import { statementsIn } from '../../code/walk';
import type { PythonModules } from './modules';
import { methodsOfObject } from './objectMethods';

/** Where a value is found, with the scope its names mean something in. */
export interface ValuePlace {
  readonly source: SourceCode;
  readonly function: CodeFunction;
  readonly value: Expression;
  readonly how: Assigned['how'];
}

/** Methods of everything: that a class of the project has one of the name says nothing. */
const COMMON_METHODS =
  /^(get|post|put|patch|delete|head|options|request|send|run|start|stop|close|open|read|write|execute|commit|rollback|add|append|update|pop|items|keys|values|join|submit|map|publish|produce|consume|poll|flush|connect|info|debug|warning|error|exception|format|split|strip|encode|decode|copy|clear|set|call|process|handle|load|dump|dumps|loads|query|filter|all|first|create|save|__call__)$/;

/** What names in Python files mean: imports, variables, attributes, the functions that calls go to. */
export class PythonNames {
  private readonly imports = new WeakMap<SourceCode, ReadonlyMap<string, string>>();

  constructor(
    readonly program: Program,
    readonly modules: PythonModules,
  ) {}

  /**
   * What `a.b.c` names, with imports followed: `httpx.AsyncClient`, `opentelemetry.trace.get_tracer`, `..tracing.setup`.
   * As written where nothing imports it; undefined where it begins with a variable or is no dotted name.
   */
  nameOf(source: SourceCode, fn: CodeFunction, expression: Expression): string | undefined {
    const written = dotted(expression);
    if (written === undefined) return undefined;
    const dot = written.indexOf('.');
    const root = dot < 0 ? written : written.slice(0, dot);
    const imported = this.importsOf(source).get(root);
    if (this.isLocal(source, fn, root, imported !== undefined)) return undefined;
    return imported === undefined ? written : imported + written.slice(root.length);
  }

  /** Local name → what it is imported as. */
  importsOf(source: SourceCode): ReadonlyMap<string, string> {
    let found = this.imports.get(source);
    if (found === undefined) {
      const names = new Map<string, string>();
      for (const { from, names: given } of source.code.imports) {
        const separator = from.endsWith('.') ? '' : '.';
        for (const [local, exported] of Object.entries(given)) {
          if (!names.has(local)) names.set(local, exported === '*' ? from : `${from}${separator}${exported}`);
        }
      }
      this.imports.set(source, (found = names));
    }
    return found;
  }

  /** The values a name or an attribute of `self` gets anywhere it can be seen; empty for what is not followed. */
  valuesOf(source: SourceCode, fn: CodeFunction, expression: Expression): readonly ValuePlace[] {
    if (expression.kind === 'name') return this.valuesOfName(source, fn, expression.name);
    if (expression.kind !== 'member' || expression.object.kind !== 'name') return [];
    const owner = expression.object.name;
    if (owner === 'self' || owner === 'cls') return this.valuesOfAttribute(source, fn, expression.name);
    const module = this.importsOf(source).get(owner);
    const file = module === undefined ? undefined : this.modules.find(source, module);
    return file === undefined ? [] : this.valuesOfName(file, file.code.functions[0]!, expression.name);
  }

  /**
   * The functions a call may go to: local, imported, of the own class, of a module, of the class that an object is of, or
   * the only methods of its name.
   *
   * @param strict leave out those that only the name speaks for, unless there is one and the name is no everyday one.
   */
  functionsOf(source: SourceCode, fn: CodeFunction, callee: Expression, strict = false): readonly FunctionPlace[] {
    if (callee.kind === 'name') return this.functionsNamed(source, fn, callee.name);
    if (callee.kind !== 'member') return [];
    const { object, name } = callee;
    if (object.kind === 'name' && (object.name === 'self' || object.name === 'cls')) {
      const own = this.methodsAround(source, fn, name);
      if (own.length > 0) return own;
    }
    const qualified = this.nameOf(source, fn, callee);
    const found = qualified === undefined ? [] : this.functionsAt(source, qualified);
    if (found.length > 0) return found;
    const ofObject = methodsOfObject(this, { source, function: fn }, object, name);
    if (ofObject.length > 0) return ofObject;
    const methods = this.program.functionsNamed(name).filter((place) => place.function.type !== undefined);
    if (strict) return methods.length === 1 && !COMMON_METHODS.test(name) ? methods : [];
    return methods.length <= 2 ? methods : [];
  }

  /** The functions of a name that imports spell out in full, through files that only pass it on. */
  functionsAt(source: SourceCode, qualified: string, depth = 0): readonly FunctionPlace[] {
    const dot = qualified.lastIndexOf('.');
    const name = qualified.slice(dot + 1);
    const module = dot < 0 ? '' : qualified.slice(0, dot + (/^\.+$/.test(qualified.slice(0, dot + 1)) ? 1 : 0));
    const file = module === '' ? undefined : this.modules.find(source, module);
    if (file !== undefined) {
      const own = file.code.functions.filter((one) => one.parent === 0 && one.name === name && one.type === undefined);
      if (own.length > 0) return own.map((one) => ({ source: file, function: one }));
      const type = file.code.types.find((one) => one.name === name);
      if (type !== undefined) return this.initOf(file, type.id);
      const passedOn = this.importsOf(file).get(name);
      if (passedOn !== undefined && depth < 3) return this.functionsAt(file, passedOn, depth + 1);
      return [];
    }
    const owner = module.slice(module.lastIndexOf('.') + 1);
    return /^[A-Z]/.test(owner) ? this.program.methodsOf(owner, name) : [];
  }

  private functionsNamed(source: SourceCode, fn: CodeFunction, name: string): readonly FunctionPlace[] {
    for (const scope of [fn, ...source.around(fn)]) {
      const own = source.code.functions.filter(
        (one) => one.parent === scope.id && one.name === name && one.type === undefined,
      );
      if (own.length > 0) return own.map((one) => ({ source, function: one }));
    }
    const type = source.code.types.find((one) => one.name === name);
    if (type !== undefined) return this.initOf(source, type.id);
    const imported = this.importsOf(source).get(name);
    return imported === undefined ? [] : this.functionsAt(source, imported);
  }

  private initOf(source: SourceCode, type: number): readonly FunctionPlace[] {
    const init = source.code.functions.filter((one) => one.type === type && one.name === '__init__');
    return init.map((one) => ({ source, function: one }));
  }

  /** Methods of the class around a function, or of a class of this name that it extends. */
  private methodsAround(source: SourceCode, fn: CodeFunction, name: string): readonly FunctionPlace[] {
    let type = source.typeOf(fn);
    for (let level = 0; type !== undefined && level < 4; level++) {
      const owner = type;
      const own = this.program
        .methodsOf(owner.name, name)
        .filter((place) => place.source === source || this.program.typesNamed(owner.name).length === 1);
      if (own.length > 0) return own;
      const base = type.bases[0]?.split('.').at(-1)?.replace(/\[.*/s, '');
      type = base === undefined ? undefined : this.program.typesNamed(base)[0]?.type;
    }
    return [];
  }

  private valuesOfName(source: SourceCode, fn: CodeFunction, name: string): readonly ValuePlace[] {
    for (const scope of [fn, ...source.around(fn)]) {
      const assigned = assignmentsIn(scope).get(name);
      if (assigned !== undefined) {
        const places = this.places(source, scope, assigned);
        return scope.id === 0 ? [...places, ...this.globals(source, name)] : places;
      }
      if (scope.parameters.some((parameter) => parameter.name === name)) return [];
    }
    const imported = this.importsOf(source).get(name);
    if (imported === undefined) return [];
    const dot = imported.lastIndexOf('.');
    const file = dot <= 0 ? undefined : this.modules.find(source, imported.slice(0, dot) || '.');
    return file === undefined ? [] : this.valuesOfName(file, file.code.functions[0]!, imported.slice(dot + 1));
  }

  private places(source: SourceCode, fn: CodeFunction, assigned: readonly Assigned[]): ValuePlace[] {
    return assigned.flatMap(({ value, how }) => (value === undefined ? [] : [{ source, function: fn, value, how }]));
  }

  /** What functions that say `global name` assign to it. */
  private globals(source: SourceCode, name: string): readonly ValuePlace[] {
    return source.code.functions.flatMap((fn) => {
      if (fn.id === 0 || !declaresGlobal(fn, name)) return [];
      return this.places(source, fn, assignmentsIn(fn).get(name) ?? []);
    });
  }

  private valuesOfAttribute(source: SourceCode, fn: CodeFunction, name: string): readonly ValuePlace[] {
    const type = source.typeOf(fn);
    if (type === undefined) return [];
    const found: ValuePlace[] = [];
    const field = type.fields.find((one) => one.name === name);
    const top = source.code.functions[0]!;
    if (field?.value !== undefined) found.push({ source, function: top, value: field.value, how: 'value' });
    for (const method of source.code.functions) {
      if (method.type !== type.id) continue;
      for (const statement of statementsIn(method.body)) {
        if (statement.kind !== 'assign') continue;
        statement.targets.forEach((target, i) => {
          if (target.kind !== 'member' || target.name !== name || target.object.kind !== 'name') return;
          if (target.object.name !== method.self) return;
          const value = statement.values[i] ?? statement.values[0];
          if (value !== undefined) found.push({ source, function: method, value, how: 'value' });
        });
      }
    }
    return found;
  }

  private isLocal(source: SourceCode, fn: CodeFunction, name: string, imported: boolean): boolean {
    for (const scope of [fn, ...source.around(fn)]) {
      if (scope.parameters.some((parameter) => parameter.name === name)) return name !== 'self' && name !== 'cls';
      const assigned = assignmentsIn(scope).get(name);
      if (assigned === undefined) continue;
      // `httpx = None` where the import failed.
      if (imported && assigned.every(({ value }) => value?.kind === 'literal')) continue;
      return true;
    }
    return false;
  }
}

function declaresGlobal(fn: CodeFunction, name: string): boolean {
  for (const statement of statementsIn(fn.body)) {
    if (statement.kind !== 'otherStatement') continue;
    if (statement.parts.some((part) => part.kind === 'name' && part.name === name)) return true;
  }
  return false;
}
