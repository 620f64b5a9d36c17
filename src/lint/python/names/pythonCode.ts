import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Expression } from '../../../syntax/code/expression';
import type { Evidence } from '../../evidence';
import { lastPart } from '../../code/names';
import type { FunctionPlace, Program } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import type { Destination } from '../../code/thirdParty';
import type { Piece } from '../../../syntax/code/piece';
import { PythonModules } from './modules';
import { PythonNames } from './names';

export { lastPart };

/** A call in its function, with what it names. */
export interface Site {
  readonly source: SourceCode;
  readonly function: CodeFunction;
  readonly call: Call;
  /** With imports followed: `httpx.AsyncClient`; '' where it begins with a variable or is no dotted name. */
  readonly name: string;
  /** The last part of what is called: `get` of `session.get`. */
  readonly method: string;
}

/** The Python code of a unit with what all its rules ask of it. */
export class PythonCode {
  readonly modules: PythonModules;
  readonly names: PythonNames;
  private readonly sites = new Map<SourceCode, readonly Site[]>();
  private readonly perFunction = new Map<CodeFunction, readonly Site[]>();
  private readonly targets = new Map<Expression, readonly FunctionPlace[]>();
  private readonly strictTargets = new Map<Expression, readonly FunctionPlace[]>();

  /**
   * @param roots the folders of the projects whose packages it may import.
   * @param addresses who answers at the addresses that its deployment sets, by the name of the variable.
   */
  constructor(
    readonly program: Program,
    roots: readonly string[] = [],
    readonly addresses: ReadonlyMap<string, Destination> = new Map(),
  ) {
    this.modules = new PythonModules(program.sources, roots);
    this.names = new PythonNames(program, this.modules);
  }

  /** All calls of a file, functions in it included, in the order of its functions. */
  sitesIn(source: SourceCode): readonly Site[] {
    let found = this.sites.get(source);
    if (found === undefined) {
      this.sites.set(source, (found = source.code.functions.flatMap((fn) => this.sitesOf(source, fn))));
    }
    return found;
  }

  /** The calls of one function, not of those inside it. */
  sitesOf(source: SourceCode, fn: CodeFunction): readonly Site[] {
    let found = this.perFunction.get(fn);
    if (found === undefined) {
      found = source.callsIn(fn).map((call) => ({
        source,
        function: fn,
        call,
        name: this.names.nameOf(source, fn, call.callee) ?? '',
        method: lastPart(call.callee),
      }));
      this.perFunction.set(fn, found);
    }
    return found;
  }

  /** {@link PythonNames.functionsOf}, remembered. */
  functionsOf(source: SourceCode, fn: CodeFunction, callee: Expression, strict = false): readonly FunctionPlace[] {
    const known = strict ? this.strictTargets : this.targets;
    let found = known.get(callee);
    if (found === undefined) known.set(callee, (found = this.names.functionsOf(source, fn, callee, strict)));
    return found;
  }
}

/** A place that shows something. */
export function evidenceAt(source: SourceCode, piece: Piece, text: string): Evidence {
  return { file: source.path, range: source.range(piece), text };
}

/** An argument by its name, or by its place where it is given by place. */
export function argumentOf(call: Call, name: string, position = -1): Expression | undefined {
  const named = call.args.find((argument) => argument.name === name);
  if (named !== undefined) return named.value;
  if (position < 0) return undefined;
  const given = call.args[position];
  const before = call.args.slice(0, position + 1);
  return given === undefined || before.some((one) => one.name !== undefined || one.spread) ? undefined : given.value;
}

/** A finding's place: from what is called to the end of its first line. */
export function placeOf({ source, call }: Pick<Site, 'source' | 'call'>): Piece {
  const line = source.code.text.indexOf('\n', call.start);
  return { start: call.start, end: line < 0 ? call.end : Math.min(call.end, line) };
}
