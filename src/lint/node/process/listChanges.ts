import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Expression } from '../../../syntax/code/expression';
import { assignmentsIn } from '../../code/bindings';
import { dotted, lastPart } from '../../code/names';
import type { Program } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import { expressionsIn, statementsIn } from '../../code/walk';
import type { Place } from '../modules';
import { calledFunction } from '../values';

/** What becomes of a list or of options after they are written. */
export interface Changes {
  /** What is put in, each by itself. */
  readonly added: readonly Place[];
  /** What may put in anything, as written: `extend(list)` of a package. */
  readonly unseen: readonly string[];
}

/** How a value is held: by a variable's name, or as the member of something. */
interface Holder {
  readonly how: 'name' | 'member';
  readonly name: string;
}

/** Functions that are given the list are gone into this far. */
const MAX_FUNCTIONS = 3;

/** What reads what it is given and changes nothing. */
const READERS =
  /^(?:console|logger|log|JSON|diag)\.|^Object\.(?:freeze|keys|values|entries|seal)$|^Array\.(?:isArray|from)$|^(?:String|Boolean|Set)$/;
const SETS_UP = /^(?:NodeSDK|registerInstrumentations|\w*TracerProvider)$/;

/** What is put into a list: `list.push(…)`, `list[0] = …`, also in functions that are given it. */
export function listChanges(program: Program, list: Place): Changes {
  const added: Place[] = [];
  const unseen: string[] = [];
  for (const holder of holdersOf(list)) gather(program, list.source, holder, { added, unseen }, 0);
  return { added, unseen };
}

/** What is assigned to an entry of options: `options.instrumentations = …`. */
export function entryChanges(program: Program, options: Place, key: string): Changes {
  const added: Place[] = [];
  const unseen: string[] = [];
  const { source } = options;
  for (const holder of holdersOf(options)) {
    for (const fn of source.code.functions) {
      for (const { target, value } of assignedIn(fn)) {
        if (target.kind !== 'member' || target.name !== key || !isHeld(target.object, holder)) continue;
        added.push({ source, function: fn, expression: value });
      }
      for (const call of source.callsIn(fn)) if (isGiven(call, holder)) noteUnseen(program, source, fn, call, unseen);
    }
  }
  return { added, unseen };
}

function noteUnseen(program: Program, source: SourceCode, fn: CodeFunction, call: Call, unseen: string[]): void {
  if (isReader(call) || calledFunction(program, source, fn, call.callee) !== undefined) return;
  unseen.push(asWritten(source, call));
}

function holdersOf({ source, function: fn, expression }: Place): Holder[] {
  const found: Holder[] = [];
  for (const [name, assigned] of assignmentsIn(fn))
    if (assigned.some(({ value }) => value !== undefined && uncast(value) === expression))
      found.push({ how: 'name', name });
  for (const { target, value } of assignedIn(fn))
    if (target.kind === 'member' && uncast(value) === expression) found.push({ how: 'member', name: target.name });
  for (const { fields } of source.code.types)
    for (const { name, value } of fields)
      if (value !== undefined && uncast(value) === expression) found.push({ how: 'member', name });
  for (const object of expressionsIn(fn.body)) {
    if (object.kind !== 'object') continue;
    for (const { key, value } of object.entries)
      if (key !== undefined && uncast(value) === expression) found.push({ how: 'member', name: key });
  }
  return found;
}

function uncast(value: Expression): Expression {
  return value.kind === 'cast' ? uncast(value.value) : value;
}

function* assignedIn(fn: CodeFunction): Generator<{ readonly target: Expression; readonly value: Expression }> {
  for (const statement of statementsIn(fn.body)) {
    if (statement.kind !== 'assign') continue;
    for (const [i, target] of statement.targets.entries()) {
      const value = statement.values[i];
      if (value !== undefined) yield { target, value };
    }
  }
}

interface Gathered {
  readonly added: Place[];
  readonly unseen: string[];
}

function gather(program: Program, source: SourceCode, holder: Holder, to: Gathered, depth: number): void {
  for (const fn of source.code.functions) gatherIn(program, { source, function: fn }, holder, to, depth);
}

type Site = Omit<Place, 'expression'>;

function gatherIn(program: Program, site: Site, holder: Holder, to: Gathered, depth: number): void {
  const { source, function: fn } = site;
  for (const { target, value } of assignedIn(fn))
    if (target.kind === 'index' && isHeld(target.object, holder)) to.added.push({ ...site, expression: value });
  for (const call of source.callsIn(fn)) {
    for (const value of putBy(call, holder)) to.added.push({ ...site, expression: value });
    for (const [i, { value, spread }] of call.args.entries()) {
      if (spread === true || !isHeld(value, holder) || isReader(call) || isListMethod(call)) continue;
      const called = calledFunction(program, source, fn, call.callee);
      if (called === undefined || depth >= MAX_FUNCTIONS) {
        to.unseen.push(asWritten(source, call));
        continue;
      }
      const name = called.function.parameters[i]?.name;
      const inside = { source: called.source, function: called.function };
      if (name !== undefined) gatherIn(program, inside, { how: 'name', name }, to, depth + 1);
    }
  }
}

const PUTS = /^(?:push|unshift|splice)$/;

/** What a call puts into the list it is made on. */
function putBy(call: Call, holder: Holder): Expression[] {
  const { callee } = call;
  if (callee.kind !== 'member' || !PUTS.test(callee.name) || !isHeld(callee.object, holder)) return [];
  // Of `splice` the first two say where.
  return call.args.slice(callee.name === 'splice' ? 2 : 0).map(({ value }) => value);
}

/** `other.push(list)`, `other.concat(list)`: what is done to another list. */
function isListMethod({ callee }: Call): boolean {
  return callee.kind === 'member' && /^(?:push|unshift|splice|concat|includes)$/.test(callee.name);
}

function isHeld(expression: Expression, { how, name }: Holder): boolean {
  return expression.kind === how && expression.name === name;
}

function isGiven(call: Call, holder: Holder): boolean {
  return call.args.some(({ value, spread }) => spread !== true && isHeld(value, holder));
}

function isReader(call: Call): boolean {
  return READERS.test(dotted(call.callee) ?? '') || SETS_UP.test(lastPart(call.callee));
}

function asWritten(source: SourceCode, call: Call): string {
  return `\`${source.textOf(call).split('\n')[0]!.slice(0, 60)}\``;
}
