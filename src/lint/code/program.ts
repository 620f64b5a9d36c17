import path from 'node:path';
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
  private readonly byPath = new Map<string, SourceCode>();

  constructor(readonly sources: readonly SourceCode[]) {
    for (const source of sources) {
      this.byPath.set(source.path, source);
      for (const fn of source.code.functions)
        if (fn.name !== '') push(this.functions, fn.name, { source, function: fn });
      for (const type of source.code.types) push(this.types, type.name, { source, type });
    }
  }

  /** A file by its absolute path. */
  at(file: string): SourceCode | undefined {
    return this.byPath.get(file);
  }

  /** All functions and methods of a name. */
  functionsNamed(name: string): readonly FunctionPlace[] {
    return this.functions.get(name) ?? [];
  }

  /** All classes of a name. */
  typesNamed(name: string): readonly TypePlace[] {
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
}

/** The name of the class or Go type that a function is a method of. */
export function ownerOf(source: SourceCode, fn: CodeFunction): string | undefined {
  return fn.type === undefined ? fn.owner : source.code.types[fn.type]?.name;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
