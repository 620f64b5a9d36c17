import { pushTo } from '../../base/tables/pushTo';
import type { CodeFunction, CodeType, Field } from '../../syntax/code/code';
import type { Argument, Call, Expression } from '../../syntax/code/expression';
import type { Piece } from '../../syntax/code/piece';
import { lastPart as lastName } from '../code/names';
import { ownerOf, type FunctionPlace, type Program } from '../code/program';
import type { SourceCode } from '../code/sourceCode';
import { callsIn } from '../code/walk';
import type { Evidence } from '../evidence';
import type { UnitCode } from '../rule';

export { lastName };

/** A call with where it stands. */
export interface Site {
  readonly source: SourceCode;
  readonly function: CodeFunction;
  readonly call: Call;
  /** The last part of what is called: `ProduceAsync`, of `new Headers()` `Headers`. */
  readonly name: string;
}

/** The code of a C# process, with its calls by name. */
export class DotnetCode {
  readonly program: Program;
  private readonly byName = new Map<string, Site[]>();
  private readonly ofFunction = new Map<CodeFunction, readonly Site[]>();

  constructor(readonly code: UnitCode) {
    this.program = code.program;
    for (const source of code.program.sources) {
      for (const fn of source.code.functions) this.add(source, fn);
      this.addFields(source);
    }
  }

  /** All calls of a name. */
  named(name: string): readonly Site[] {
    return this.byName.get(name) ?? [];
  }

  /** All calls whose name matches. */
  *matching(pattern: RegExp): Generator<Site> {
    for (const [name, sites] of this.byName) if (pattern.test(name)) yield* sites;
  }

  /** The calls of a function and of the lambdas and local functions in it. */
  sitesWithin({ source, function: fn }: FunctionPlace): readonly Site[] {
    return source.within(fn).flatMap((inner) => this.ofFunction.get(inner) ?? []);
  }

  /** The method, local function or top level around a lambda; itself when it is none. */
  outermost({ source, function: fn }: FunctionPlace): FunctionPlace {
    let found = fn;
    for (const one of source.around(fn)) if (one.id !== 0) found = one;
    return { source, function: found };
  }

  /** The class a function is in. */
  typeAround({ source, function: fn }: FunctionPlace): CodeType | undefined {
    return source.typeOf(fn);
  }

  /** A field, property or primary constructor's parameter of a class, also of its other parts and its bases. */
  fieldOf(type: CodeType | undefined, name: string, levels = 2): Field | undefined {
    if (type === undefined) return undefined;
    const parts = this.program.typesNamed(type.name).map((place) => place.type);
    for (const part of parts.length > 0 ? parts : [type]) {
      const found = part.fields.find((field) => field.name === name);
      if (found) return found;
    }
    if (levels === 0) return undefined;
    for (const base of type.bases)
      for (const place of this.program.typesNamed(plainType(base))) {
        const found = this.fieldOf(place.type, name, levels - 1);
        if (found) return found;
      }
    return undefined;
  }

  /** The calls of a method by its name: through its class, an interface or an extension. */
  callersOf({ source, function: fn }: FunctionPlace): readonly Site[] {
    const name = fn.modifiers.includes('constructor') ? (ownerOf(source, fn) ?? '') : fn.name;
    return name === '' ? [] : this.named(name).filter((site) => site.function !== fn);
  }

  private add(source: SourceCode, fn: CodeFunction): void {
    this.addAll(
      source.callsIn(fn).map((call) => siteOf(source, fn, call)),
      fn,
    );
  }

  /** What fields are made with belongs to the top level of the file, in whose body the class stands already. */
  private addFields(source: SourceCode): void {
    for (const type of source.code.types) {
      if (type.function === 0) continue;
      const fn = source.code.functions[type.function]!;
      const values = type.fields.flatMap(({ value }) => value ?? []);
      const known = new Set((this.ofFunction.get(fn) ?? []).map(({ call }) => call));
      const calls = values.flatMap((value) => [
        ...callsIn([{ kind: 'expression', value, start: value.start, end: value.end }]),
      ]);
      this.addAll(
        calls.filter((call) => !known.has(call)).map((call) => siteOf(source, fn, call)),
        fn,
      );
    }
  }

  private addAll(sites: readonly Site[], fn: CodeFunction): void {
    this.ofFunction.set(fn, [...(this.ofFunction.get(fn) ?? []), ...sites]);
    for (const site of sites) {
      pushTo(this.byName, site.name, site);
    }
  }
}

function siteOf(source: SourceCode, fn: CodeFunction, call: Call): Site {
  return { source, function: fn, call, name: lastName(call.callee) };
}

/** What a method is called on. */
export function receiverOf({ callee }: Call): Expression | undefined {
  return callee.kind === 'member' ? callee.object : undefined;
}

/** The argument of a name, or at a position among those without names before it. */
export function argumentOf(call: Call, index: number, name: string): Argument | undefined {
  const named = call.args.find((given) => given.name === name);
  const at = index < 0 ? undefined : call.args[index];
  return named ?? (at?.name === undefined ? at : undefined);
}

/** `IProducer` of `Confluent.Kafka.IProducer<string, byte[]>?`. */
export function plainType(written: string): string {
  const bare = written
    .replace(/[<[(][^]*$/, '')
    .replace(/\?$/, '')
    .trim();
  return bare.slice(bare.lastIndexOf('.') + 1);
}

/** From the start of a call to the end of the first line of its name. */
export function placeOf({ source, call }: Pick<Site, 'source' | 'call'>): Piece {
  const { callee } = call;
  const start = callee.kind === 'member' ? callee.nameAt.start : callee.start;
  const line = source.code.text.indexOf('\n', start);
  const end = line < 0 ? call.end : Math.min(call.end, line);
  return { start: Math.max(lineStart(source, start), Math.min(callee.start, start)), end };
}

function lineStart(source: SourceCode, at: number): number {
  const start = source.code.text.lastIndexOf('\n', at - 1) + 1;
  return start + /^\s*/.exec(source.code.text.slice(start, at))![0].length;
}

/** The text of a piece without comments. */
export function textWithoutComments(source: SourceCode, piece: Piece): string {
  return source
    .textOf(piece)
    .replace(/("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*[^]*?\*\//g, (_, text?: string) => text ?? ' ');
}

/** A place in the code as evidence. */
export function evidenceAt(source: SourceCode, piece: Piece, text: string): Evidence {
  return { file: source.path, range: source.range(piece), text };
}
