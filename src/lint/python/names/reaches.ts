import type { CodeFunction } from '../../../syntax/code/code';
import type { FunctionPlace } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import { calledBack } from './calledBack';
import { overridesOf } from './objectMethods';
import type { PythonCode } from './pythonCode';

/** Whether functions do something: themselves, in functions inside them, or in what they call, a few levels deep. */
export class Reaches {
  private readonly known = new Map<string, boolean>();

  /**
   * @param does whether the statements of one function do it, without those of functions inside it.
   * @param strict follow only calls whose target is certain.
   */
  constructor(
    private readonly code: PythonCode,
    readonly does: (source: SourceCode, fn: CodeFunction) => boolean,
    private readonly strict = false,
  ) {}

  /** @param levels how many calls deep it is looked. */
  in(place: FunctionPlace, levels = 2): boolean {
    const { source, function: fn } = place;
    const key = `${source.path}#${fn.id}/${levels}`;
    const before = this.known.get(key);
    if (before !== undefined) return before;
    // Functions that call each other: not found on the way round.
    this.known.set(key, false);
    const found = this.look(place, levels);
    this.known.set(key, found);
    return found;
  }

  /** Whether a call's target does it, what classes do in its place, or what the code was given to call. */
  through(source: SourceCode, fn: CodeFunction, callee: Parameters<PythonCode['functionsOf']>[2], levels = 2): boolean {
    const targets = this.code.functionsOf(source, fn, callee, this.strict);
    const called = targets.length > 0 ? targets : calledBack(this.code, { source, function: fn }, callee);
    return called.some(
      (place) => this.in(place, levels) || overridesOf(this.code.program, place).some((one) => this.in(one, levels)),
    );
  }

  private look({ source, function: fn }: FunctionPlace, levels: number): boolean {
    if (source.within(fn).some((inner) => this.does(source, inner))) return true;
    if (levels === 0) return false;
    return source
      .within(fn)
      .some((inner) => source.callsIn(inner).some((call) => this.through(source, inner, call.callee, levels - 1)));
  }
}
