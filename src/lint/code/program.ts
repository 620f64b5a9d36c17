import path from 'node:path';
import { pushTo } from '../../base/tables/pushTo';
import type { CodeFunction, CodeType } from '../../syntax/code/code';
import type { SourceCode } from './sourceCode';

/** A function in its file. */
export interface FunctionPlace {
  readonly source: SourceCode;
  readonly function: CodeFunction;
}

/** A class in its file. */
export interface TypePlace {
  readonly source: SourceCode;
  readonly type: CodeType;
}

/** The files of one process that were read, with what can be found across them. */
export class Program {
  private readonly functions = new Map<string, FunctionPlace[]>();
  private readonly types = new Map<string, TypePlace[]>();
  private readonly byPath: ReadonlyMap<string, SourceCode>;
  /** Files whose functions and types are not in the maps yet. */
  private readonly pending: Set<SourceCode>;
  /** Names that no file is pending for, and whose places are in the order of the files. */
  private readonly known = new Set<string>();
  /** All files went into the maps at once, so that all places are in their order. */
  private isInOrder = false;

  /**
   * @param files what all programs of the same files have in common, in whatever order: packages that need each other in a
   * ring have the files of all. What is found in the code alone can be kept by it.
   */
  constructor(
    readonly sources: readonly SourceCode[],
    readonly files: object = {},
  ) {
    this.byPath = new Map(sources.map((source) => [source.path, source]));
    this.pending = new Set(sources);
  }

  /** A file by its absolute path. */
  at(file: string): SourceCode | undefined {
    return this.byPath.get(file);
  }

  /** All functions and methods of a name. */
  functionsNamed(name: string): readonly FunctionPlace[] {
    this.indexFilesWith(name);
    return this.functions.get(name) ?? [];
  }

  /** All classes of a name. */
  typesNamed(name: string): readonly TypePlace[] {
    this.indexFilesWith(name);
    return this.types.get(name) ?? [];
  }

  /** The methods of a class by its name, also those declared in other files (Go, partial classes). */
  methodsOf(type: string, name: string): readonly FunctionPlace[] {
    return this.functionsNamed(name).filter(({ source, function: fn }) => ownerOf(source, fn) === type);
  }

  /** The files of a folder. */
  inFolder(folder: string): readonly SourceCode[] {
    return this.sources.filter((source) => path.dirname(source.path) === folder);
  }

  /** What a file declares stands in its text: the others need not be parsed to know that they have nothing of a name. */
  private indexFilesWith(name: string): void {
    if (this.isInOrder || this.known.has(name)) return;
    const isFirst = this.pending.size === this.sources.length;
    for (const source of this.pending) if (source.isParsed || source.code.text.includes(name)) this.index(source);
    this.known.add(name);
    this.isInOrder = isFirst && this.pending.size === 0;
    if (this.isInOrder) return;
    const order = (place: FunctionPlace | TypePlace): number => this.sources.indexOf(place.source);
    this.functions.get(name)?.sort((a, b) => order(a) - order(b));
    this.types.get(name)?.sort((a, b) => order(a) - order(b));
  }

  private index(source: SourceCode): void {
    const { functions, types } = source.code;
    this.pending.delete(source);
    for (const fn of functions) if (fn.name !== '') pushTo(this.functions, fn.name, { source, function: fn });
    for (const type of types) pushTo(this.types, type.name, { source, type });
  }
}

/** The name of the class or Go type that a function is a method of. */
export function ownerOf(source: SourceCode, fn: CodeFunction): string | undefined {
  return fn.type === undefined ? fn.owner : source.code.types[fn.type]?.name;
}
