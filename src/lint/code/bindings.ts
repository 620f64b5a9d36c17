import { pushTo } from '../../base/tables/pushTo';
import type { Code, CodeFunction, Parameter } from '../../syntax/code/code';
import type { Expression } from '../../syntax/code/expression';
import type { Assign } from '../../syntax/code/statement';
import type { SourceCode } from './sourceCode';
import { statementsIn } from './walk';

/** What a name stands for where it is used. */
export type Binding =
  | { readonly kind: 'parameter'; readonly function: CodeFunction; readonly parameter: Parameter }
  /** All that is assigned to it in the function that declares it, in order; a `with` or loop target has its value too. */
  | { readonly kind: 'variable'; readonly function: CodeFunction; readonly assigned: readonly Assigned[] }
  | { readonly kind: 'function'; readonly function: CodeFunction }
  | { readonly kind: 'import'; readonly from: string; readonly exported: string };

/** One assignment to a variable. */
export interface Assigned {
  /** The value, or what is destructured, gone through or entered. Undefined for a declaration without one. */
  readonly value: Expression | undefined;
  /** Which of the values of a call with several results: `a, err := f()`. */
  readonly position: number;
  readonly how: 'value' | 'item' | 'entered' | 'part';
  /** As written, where the declaration says it. */
  readonly type?: string;
  /** Offset of the statement. */
  readonly at: number;
}

/** What a name means in a function: its own, then of the functions around it, then an import's. */
export function bindingOf(source: SourceCode, fn: CodeFunction, name: string): Binding | undefined {
  for (const scope of [fn, ...source.around(fn)]) {
    const found = ownBinding(source, scope, name);
    if (found !== undefined) return found;
  }
  return importOf(source, name);
}

function ownBinding(source: SourceCode, fn: CodeFunction, name: string): Binding | undefined {
  const assigned = assignmentsIn(fn).get(name);
  const parameter = fn.parameters.find(
    (given) => given.name === name || (given.bound !== undefined && Object.hasOwn(given.bound, name)),
  );
  if (parameter !== undefined) return { kind: 'parameter', function: fn, parameter };
  if (assigned !== undefined) return { kind: 'variable', function: fn, assigned };
  const named = plainFunctions(source.code)
    .get(name)
    ?.find((other) => other.parent === fn.id);
  return named && { kind: 'function', function: named };
}

const plain = new WeakMap<Code, ReadonlyMap<string, readonly CodeFunction[]>>();

/** The functions of a file that are no methods, by name: a name is looked up again and again, in each function around. */
function plainFunctions(code: Code): ReadonlyMap<string, readonly CodeFunction[]> {
  const before = plain.get(code);
  if (before !== undefined) return before;
  const found = new Map<string, CodeFunction[]>();
  for (const fn of code.functions) {
    if (fn.type !== undefined || fn.owner !== undefined) continue;
    pushTo(found, fn.name, fn);
  }
  plain.set(code, found);
  return found;
}

function importOf(source: SourceCode, name: string): Binding | undefined {
  for (const { from, names } of source.code.imports) {
    if (Object.hasOwn(names, name)) return { kind: 'import', from, exported: names[name]! };
  }
  return undefined;
}

const known = new WeakMap<CodeFunction, ReadonlyMap<string, readonly Assigned[]>>();

/** The variables a function assigns to, by name. */
export function assignmentsIn(fn: CodeFunction): ReadonlyMap<string, readonly Assigned[]> {
  let found = known.get(fn);
  if (found === undefined) known.set(fn, (found = collect(fn)));
  return found;
}

function collect(fn: CodeFunction): ReadonlyMap<string, readonly Assigned[]> {
  const found = new Map<string, Assigned[]>();
  const add = (target: Expression, assigned: Assigned): void => {
    for (const name of namesOf(target)) {
      const list = found.get(name);
      const one = target.kind === 'name' ? assigned : ({ ...assigned, how: 'part' } as const);
      if (list) list.push(one);
      else found.set(name, [one]);
    }
  };
  for (const statement of statementsIn(fn.body)) {
    const at = statement.start;
    if (statement.kind === 'assign') {
      statement.targets.forEach((target, i) => add(target, assignedBy(statement, i)));
    } else if (statement.kind === 'loop') {
      statement.targets.forEach((target, position) =>
        add(target, { value: statement.over, position, how: 'item', at }),
      );
    } else if (statement.kind === 'with') {
      for (const { value, target } of statement.items)
        if (target) add(target, { value, position: 0, how: 'entered', at });
    }
  }
  return found;
}

function assignedBy(statement: Assign, i: number): Assigned {
  const parallel = statement.values.length === statement.targets.length;
  return {
    value: parallel ? statement.values[i] : statement.values[0],
    position: parallel ? 0 : i,
    how: 'value',
    ...(statement.type === undefined ? {} : { type: statement.type }),
    at: statement.start,
  };
}

/** The names a target binds; none for a member or an index, which are changes of something else. */
function namesOf(target: Expression): string[] {
  if (target.kind === 'name') return [target.name];
  if (target.kind === 'assignment') return namesOf(target.target);
  if (target.kind === 'object') return target.entries.flatMap(({ value }) => namesOf(value));
  if (target.kind === 'list') return target.items.flatMap(({ value }) => namesOf(value));
  return [];
}
