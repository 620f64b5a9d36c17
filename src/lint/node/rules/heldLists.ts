import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Expression } from '../../../syntax/code/expression';
import type { Piece } from '../../../syntax/code/piece';
import type { Loop } from '../../../syntax/code/statement';
import { bindingOf } from '../../code/bindings';
import type { SourceCode } from '../../code/sourceCode';
import { expressionsOf, headsOf, statementsIn } from '../../code/walk';

/** A list that lives longer than a call: of the file, or a field. */
export interface HeldList {
  /** `waiting`, `this.waiting`. */
  readonly name: string;
  /** Its class, where it is a field. */
  readonly type: number | undefined;
  /** Where it comes into being, with its type as written. */
  readonly declared: Piece & { readonly type?: string };
  readonly puts: readonly Put[];
}

/** Something is put in. */
export interface Put {
  readonly function: CodeFunction;
  readonly call: Call;
}

/** Where a list is emptied. */
export interface Drain {
  readonly function: CodeFunction;
  /** `waiting.splice(0)`, `waiting.shift()`, or the loop over it. */
  readonly at: Piece;
  /** The loop that goes through what was taken out, where it does so item by item. */
  readonly loop?: Loop;
  /** How often it speaks of the list. */
  readonly mentions: number;
}

/** The lists of a file that begin empty and that functions put things into. */
export function heldLists(source: SourceCode): HeldList[] {
  return [...listsOfFile(source), ...listsOfFields(source)]
    .map((list) => ({ ...list, puts: putsInto(source, list) }))
    .filter(({ puts }) => puts.length > 0);
}

type Declared = Omit<HeldList, 'puts'>;

function listsOfFile(source: SourceCode): Declared[] {
  const found: Declared[] = [];
  for (const statement of source.code.functions[0]!.body) {
    if (statement.kind !== 'assign' || !statement.declares) continue;
    const [target] = statement.targets;
    const [value] = statement.values;
    if (target?.kind !== 'name' || value === undefined || !isEmptyList(value)) continue;
    const { start, end, type } = statement;
    found.push({
      name: target.name,
      type: undefined,
      declared: { start, end, ...(type === undefined ? {} : { type }) },
    });
  }
  return found;
}

function listsOfFields(source: SourceCode): Declared[] {
  return source.code.types.flatMap((owner) =>
    owner.fields
      .filter(({ value }) => value !== undefined && isEmptyList(value))
      .map(({ name, start, end, type }) => ({
        name: `this.${name}`,
        type: owner.id,
        declared: { start, end, ...(type === undefined ? {} : { type }) },
      })),
  );
}

function isEmptyList(value: Expression): boolean {
  if (value.kind === 'cast') return isEmptyList(value.value);
  if (value.kind === 'list') return value.items.length === 0;
  return value.kind === 'call' && value.isNew === true && value.args.length === 0 && isName(value.callee, 'Array');
}

function putsInto(source: SourceCode, list: Declared): Put[] {
  return source.code.functions.flatMap((fn) =>
    source
      .callsIn(fn)
      .filter(({ callee, args }) => args.length === 1 && isMethod(source, fn, list, callee, /^(push|unshift)$/))
      .filter(() => fn.id !== 0)
      .map((call) => ({ function: fn, call })),
  );
}

/** Where functions take everything out of a list. */
export function drainsOf(source: SourceCode, list: HeldList): Drain[] {
  const found: Drain[] = [];
  for (const fn of source.code.functions) {
    if (fn.id === 0) continue;
    const taken = source.callsIn(fn).find(({ callee }) => isMethod(source, fn, list, callee, /^(splice|shift|pop)$/));
    const loop = loopOver(source, fn, list, taken);
    if (taken !== undefined) found.push({ function: fn, at: taken, mentions: 1, ...(loop ? { loop } : {}) });
    else if (loop !== undefined && isReset(source, fn, list))
      found.push({ function: fn, at: { start: loop.start, end: loop.end }, mentions: 2, loop });
  }
  return found;
}

/** `for (const x of list.splice(0))`, `for (const x of list)`; of what a variable holds only where nothing else reads it. */
function loopOver(source: SourceCode, fn: CodeFunction, list: HeldList, taken: Call | undefined): Loop | undefined {
  for (const statement of statementsIn(fn.body)) {
    if (statement.kind !== 'loop' || statement.over === undefined) continue;
    const { over } = statement;
    if (over === taken || isList(source, fn, list, over)) return statement;
    if (over.kind !== 'name' || taken === undefined) continue;
    const binding = bindingOf(source, fn, over.name);
    const holds = binding?.kind === 'variable' && binding.assigned.some(({ value }) => value === taken);
    const uses = source.textOf(fn).split(new RegExp(`\\b${over.name.replace(/\$/g, '\\$')}\\b`)).length - 1;
    if (holds && uses === 2) return statement;
  }
  return undefined;
}

/** `list = []`, `list.length = 0`. */
function isReset(source: SourceCode, fn: CodeFunction, list: HeldList): boolean {
  for (const statement of statementsIn(fn.body)) {
    if (statement.kind !== 'assign') continue;
    const [target] = statement.targets;
    if (target === undefined) continue;
    if (isList(source, fn, list, target)) return statement.values.some(isEmptyList);
    if (target.kind === 'member' && target.name === 'length' && isList(source, fn, list, target.object)) return true;
  }
  return false;
}

/** How often a file speaks of a list, its declaration left out. */
export function usesOf(source: SourceCode, list: HeldList): number {
  let count = 0;
  for (const fn of source.code.functions) {
    for (const statement of statementsIn(fn.body)) {
      for (const head of headsOf(statement)) {
        if (statement.start === list.declared.start) continue;
        for (const part of expressionsOf(head)) if (isList(source, fn, list, part)) count++;
      }
    }
  }
  return count;
}

function isMethod(source: SourceCode, fn: CodeFunction, list: Declared, callee: Expression, names: RegExp): boolean {
  return callee.kind === 'member' && names.test(callee.name) && isList(source, fn, list, callee.object);
}

function isList(source: SourceCode, fn: CodeFunction, list: Declared, expression: Expression): boolean {
  if (list.type === undefined) {
    if (!isName(expression, list.name)) return false;
    const binding = bindingOf(source, fn, list.name);
    return binding?.kind === 'variable' && binding.function.id === 0;
  }
  if (expression.kind !== 'member' || !isName(expression.object, 'this')) return false;
  return `this.${expression.name}` === list.name && source.typeOf(fn)?.id === list.type;
}

function isName(expression: Expression, name: string): boolean {
  return expression.kind === 'name' && expression.name === name;
}
