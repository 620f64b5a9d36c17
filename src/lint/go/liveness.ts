import type { CodeFunction } from '../../syntax/code/code';
import { ownerOf, type FunctionPlace } from '../code/program';
import type { SourceCode } from '../code/sourceCode';
import type { GoUnit } from './goUnit';
import { outermost } from './relevance';

/** Beyond so many functions the search is given up: what so much names is used. */
const MAX_FUNCTIONS = 60;

/**
 * Whether `main` may come to run a function, by the names that functions mention: one that nothing mentions but what is
 * dead itself is dead. Names alone tell too much rather than too little, so that what runs is never taken for dead.
 */
export function isLive(unit: GoUnit, place: FunctionPlace, seen: Seen = new Map()): boolean {
  const { source } = place;
  const fn = outermost(source, place.function);
  if (fn.id === 0 || /^(main|init)$/.test(fn.name) || seen.size > MAX_FUNCTIONS) return true;
  const known = seen.get(fn);
  if (known !== undefined) return known;
  seen.set(fn, false);
  const owner = ownerOf(source, fn);
  const found = isNamed(unit, fn, seen) && (owner === undefined || isMade(unit, fn, owner, seen));
  seen.set(fn, found);
  return found;
}

/** The functions that were come by; false also for those whose search is under way. */
type Seen = Map<CodeFunction, boolean>;

/** Whether a function that is live, or what stands outside of functions, names this one. */
function isNamed(unit: GoUnit, fn: CodeFunction, seen: Seen): boolean {
  const named = mentions(unit, new RegExp(`\\b${fn.name}\\b`, 'g')).filter(({ around }) => around !== fn);
  return named.some((one) => isOfLive(unit, one, seen));
}

/** Whether a value of the type is made where something is live; one that nothing is seen to make may come from anywhere. */
function isMade(unit: GoUnit, fn: CodeFunction, type: string, seen: Seen): boolean {
  const pattern = new RegExp(`\\b${type}\\{|\\bnew\\(${type}\\)`, 'g');
  const made = mentions(unit, pattern).filter(({ around }) => around !== fn);
  return made.length === 0 || made.some((one) => isOfLive(unit, one, seen));
}

function isOfLive(unit: GoUnit, { source, around }: Mention, seen: Seen): boolean {
  return around === undefined || isLive(unit, { source, function: around }, seen);
}

interface Mention {
  readonly source: SourceCode;
  /** The declared function around it. */
  readonly around: CodeFunction | undefined;
}

/** Where a name stands in code: not in comments before a line's code, nor where the function of the name is declared. */
function mentions(unit: GoUnit, pattern: RegExp): Mention[] {
  const once = new RegExp(pattern.source);
  return unit.code.program.sources.flatMap((source) => {
    if (!source.has(once)) return [];
    const { text } = source.code;
    return [...text.matchAll(pattern)].flatMap(({ index }) => {
      const before = text.slice(text.lastIndexOf('\n', index) + 1, index);
      if (/^\s*\/\/|^func\s+(\([^)]*\)\s*)?$/.test(before)) return [];
      return [{ source, around: declaredAround(source, index) }];
    });
  });
}

function declaredAround(source: SourceCode, at: number): CodeFunction | undefined {
  const found = source.code.functions.find((fn) => fn.id !== 0 && fn.start <= at && at < fn.end);
  return found && outermost(source, found);
}
