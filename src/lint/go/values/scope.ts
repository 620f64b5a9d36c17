import { pushTo } from '../../../base/tables/pushTo';
import type { CodeFunction, Parameter } from '../../../syntax/code/code';
import type { Expression } from '../../../syntax/code/expression';
import type { Statement } from '../../../syntax/code/statement';
import type { FunctionPlace } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import { statementsIn } from '../../code/walk';
import type { GlobalPlace, GoPackages } from './packages';

/** What a name stands for. */
export type GoBinding =
  | {
      readonly kind: 'parameter';
      readonly function: CodeFunction;
      readonly parameter: Parameter;
      readonly index: number;
    }
  | { readonly kind: 'receiver'; readonly function: CodeFunction }
  | { readonly kind: 'variable'; readonly function: CodeFunction; readonly assigned: readonly GoAssigned[] }
  | { readonly kind: 'global'; readonly place: GlobalPlace }
  | { readonly kind: 'function'; readonly place: FunctionPlace }
  | { readonly kind: 'import'; readonly from: string };

/** A value given to a variable, with the function in which that happens: a closure may assign to outer variables. */
export interface GoAssigned {
  /** Undefined for a declaration without a value. */
  readonly value: Expression | undefined;
  /** Which result of a call with several. */
  readonly position: number;
  /** The `i`th of what `range` gives: 0 the key, 1 the item. */
  readonly ranged?: number;
  readonly type?: string;
  readonly function: CodeFunction;
  readonly at: number;
  readonly declares: boolean;
}

const assignments = new WeakMap<CodeFunction, ReadonlyMap<string, readonly GoAssigned[]>>();

/** What a function itself assigns to plain names, without the closures in it. */
export function assignedIn(fn: CodeFunction): ReadonlyMap<string, readonly GoAssigned[]> {
  let found = assignments.get(fn);
  if (found === undefined) assignments.set(fn, (found = collect(fn)));
  return found;
}

/** What a name means in a function: Go's scopes, with all blocks of a function taken as one. */
export function lookUp(
  packages: GoPackages,
  source: SourceCode,
  fn: CodeFunction,
  name: string,
): GoBinding | undefined {
  for (const scope of [fn, ...source.around(fn)]) {
    if (scope.id === 0) break;
    if (
      assignedIn(scope)
        .get(name)
        ?.some((one) => one.declares)
    )
      return { kind: 'variable', function: scope, assigned: allAssigned(source, scope, name) };
    const index = scope.parameters.findIndex((parameter) => parameter.name === name);
    if (index >= 0) return { kind: 'parameter', function: scope, parameter: scope.parameters[index]!, index };
    if (scope.self === name) return { kind: 'receiver', function: scope };
  }
  const own = packages.of(source);
  const global = own.globals.get(name);
  if (global !== undefined) return { kind: 'global', place: global };
  const place = own.functions.get(name);
  if (place !== undefined) return { kind: 'function', place };
  const imported = importNamed(source, name);
  if (imported !== undefined) return imported;
  const from = packages.importCalled(source, name);
  return from === undefined ? undefined : { kind: 'import', from };
}

/** The import a name stands for; of packages whose names are guessed the one that is named so exactly. */
export function importNamed(source: SourceCode, name: string): GoBinding | undefined {
  for (const { from, names } of source.code.imports) if (Object.hasOwn(names, name)) return { kind: 'import', from };
  return undefined;
}

/** The assignments in a function and in the closures that do not declare a variable of that name themselves. */
function allAssigned(source: SourceCode, scope: CodeFunction, name: string): GoAssigned[] {
  const found: GoAssigned[] = [];
  for (const fn of source.within(scope)) {
    const own = assignedIn(fn).get(name) ?? [];
    if (fn !== scope && (own.some((one) => one.declares) || fn.parameters.some((one) => one.name === name))) continue;
    found.push(...own);
  }
  return found.sort((a, b) => a.at - b.at);
}

function collect(fn: CodeFunction): ReadonlyMap<string, readonly GoAssigned[]> {
  const found = new Map<string, GoAssigned[]>();
  const add = (target: Expression, one: GoAssigned): void => {
    if (target.kind !== 'name' || target.name === '_') return;
    pushTo(found, target.name, one);
  };
  for (const statement of statementsIn(fn.body)) {
    const bound = boundBy(statement, fn);
    for (const [target, one] of bound) add(target, one);
  }
  return found;
}

function boundBy(statement: Statement, fn: CodeFunction): (readonly [Expression, GoAssigned])[] {
  const at = statement.start;
  if (statement.kind === 'loop' && statement.over !== undefined) {
    const value = statement.over;
    return statement.targets.map((target, i) => [
      target,
      { value, position: 0, ranged: i, function: fn, at, declares: true },
    ]);
  }
  if (statement.kind !== 'assign') return [];
  const { targets, values, declares } = statement;
  const parallel = values.length === targets.length;
  const type = statement.type === undefined ? {} : { type: statement.type };
  return targets.map((target, i) => [
    target,
    { value: parallel ? values[i] : values[0], position: parallel ? 0 : i, ...type, function: fn, at, declares },
  ]);
}
