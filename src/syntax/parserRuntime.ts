import { endianness } from 'node:os';
import { Parser } from 'web-tree-sitter';

/** The options that the runtime is started with: it makes its module of them, with the views of its memory. */
interface RuntimeModule {
  readonly locateFile: () => string;
  /** Others each time the memory grows. */
  readonly HEAP32?: Int32Array;
  readonly HEAPU16?: Uint16Array;
  readonly HEAPU32?: Uint32Array;
  getValue?: (address: number, type?: string) => number;
  setValue?: (address: number, value: number, type?: string) => void;
}

/** The memory of the parser's runtime as numbers of four and of two bytes, until it grows. */
export interface ParserMemory {
  readonly words: Uint32Array;
  readonly halves: Uint16Array;
}

/** The options that came first: the runtime is there once in a process. */
let started: RuntimeModule | undefined;

/** Where trees lie now. Throws before the runtime is started. */
export function parserMemory(): ParserMemory {
  const { HEAPU32: words, HEAPU16: halves } = started ?? {};
  if (words === undefined || halves === undefined) throw new Error('the parser is not started');
  return { words, halves };
}

/**
 * Starts the parser's runtime. Every step through a tree passes eight numbers through the runtime's memory, and its ways
 * there find out anew, by the letters of its name, what kind of number each is: a third of the time that it takes to read
 * a tree. For the one kind that trees are made of there is a short way.
 *
 * @param file its WebAssembly. Throws where that is missing or broken.
 */
export async function startRuntime(file: string): Promise<void> {
  const runtime: RuntimeModule = { locateFile: () => file };
  await Parser.init(runtime);
  const { getValue, setValue } = runtime;
  if (runtime.HEAPU32 !== undefined) started = runtime;
  // There are none in options that came second: the module is made once in a process.
  if (getValue === undefined || setValue === undefined || runtime.HEAP32 === undefined || endianness() !== 'LE') return;
  runtime.getValue = (address, type) => (type === 'i32' ? runtime.HEAP32![address >> 2]! : getValue(address, type));
  runtime.setValue = (address, value, type) => {
    if (type === 'i32') runtime.HEAP32![address >> 2] = value;
    else setValue(address, value, type);
  };
}
