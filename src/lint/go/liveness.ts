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
export function isLive(unit: GoUnit, place: FunctionPlace): boolean {
  return new Liveness(unit).reaches(place);
}

/** One search from a function up to what runs it. */
class Liveness {
  private readonly live = new Set<CodeFunction>();
  private readonly naming = new Map<CodeFunction, readonly Mention[]>();
  private readonly making = new Map<CodeFunction, readonly Mention[]>();

  constructor(private readonly unit: GoUnit) {}

  /** Functions may mention each other in a circle: gone through again for as long as something more is seen to be live. */
  reaches(place: FunctionPlace): boolean {
    for (let before = -1; before < this.live.size;) {
      before = this.live.size;
      if (this.visit(place, new Set())) return true;
    }
    return false;
  }

  private visit(place: FunctionPlace, seen: Set<CodeFunction>): boolean {
    const { source } = place;
    const fn = outermost(source, place.function);
    if (fn.id === 0 || /^(main|init)$/.test(fn.name) || this.live.has(fn) || seen.size > MAX_FUNCTIONS) return true;
    if (seen.has(fn)) return false;
    seen.add(fn);
    const isRun = ({ source: at, around }: Mention): boolean =>
      around === undefined || this.visit({ source: at, function: around }, seen);
    if (!this.namedBy(fn).some(isRun)) return false;
    const owner = ownerOf(source, fn);
    // What nothing is seen to make may come from anywhere.
    const made = owner === undefined ? [] : this.madeBy(fn, owner);
    if (made.length > 0 && !made.some(isRun)) return false;
    this.live.add(fn);
    return true;
  }

  /** Where a function is named, but for itself. */
  private namedBy(fn: CodeFunction): readonly Mention[] {
    return this.others(this.naming, fn, `\\b${fn.name}\\b`);
  }

  /** Where values are made of the type whose method a function is. */
  private madeBy(fn: CodeFunction, type: string): readonly Mention[] {
    return this.others(this.making, fn, `\\b${type}\\{|\\bnew\\(${type}\\)`);
  }

  private others(known: Map<CodeFunction, readonly Mention[]>, fn: CodeFunction, pattern: string): readonly Mention[] {
    let found = known.get(fn);
    if (found === undefined) {
      found = mentions(this.unit, new RegExp(pattern, 'g')).filter(({ around }) => around !== fn);
      known.set(fn, found);
    }
    return found;
  }
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
