import type { ParserMemory } from '../parserRuntime';

/** Where things are in `TSLanguage` of the runtime's sources, in bytes. */
const FIELD_COUNT = 32;
const MOST_ALIASES = 36;
const FIELD_SLICES = 64;
const FIELD_ENTRIES = 68;
const PUBLIC_SYMBOLS = 76;
const ALIASES = 84;

const ERROR = 0xffff;

/** What a grammar says of the children of a node, which depends on the production that the node was made by. */
export class LanguageTables {
  private readonly hasFields: boolean;
  private readonly mostAliases: number;
  /** Where the tables begin, counted in numbers of their size. */
  private readonly fieldSlices: number;
  private readonly fieldEntries: number;
  private readonly publicSymbols: number;
  private readonly aliases: number;

  private constructor(
    private readonly memory: ParserMemory,
    language: number,
  ) {
    const { words, halves } = memory;
    const address = (table: number): number => words[(language + table) >> 2]!;
    this.hasFields = address(FIELD_COUNT) > 0;
    this.mostAliases = halves[(language + MOST_ALIASES) >> 1]!;
    this.fieldSlices = address(FIELD_SLICES) >> 1;
    this.fieldEntries = address(FIELD_ENTRIES) >> 2;
    this.publicSymbols = address(PUBLIC_SYMBOLS) >> 1;
    this.aliases = address(ALIASES) >> 1;
  }

  /** @param language its address. */
  static at(memory: ParserMemory, language: number): LanguageTables {
    return new LanguageTables(memory, language);
  }

  /** Several symbols of a grammar may be one type. */
  typeOf(symbol: number): number {
    return symbol === ERROR ? ERROR : this.memory.halves[this.publicSymbols + symbol]!;
  }

  /** The symbol that a child has in place of its own, or 0. */
  aliasOf(production: number, child: number): number {
    return production === 0 ? 0 : this.memory.halves[this.aliases + production * this.mostAliases + child]!;
  }

  /** The field of a child, not of those inside it, or 0. */
  fieldOf(production: number, child: number): number {
    if (!this.hasFields) return 0;
    const { words, halves } = this.memory;
    const slice = this.fieldSlices + 2 * production;
    const first = this.fieldEntries + halves[slice]!;
    const end = first + halves[slice + 1]!;
    for (let at = first; at < end; at++) {
      // The number of the field, of the child, and whether it is one inside the child.
      const entry = words[at]!;
      if (entry >>> 16 === child) return entry & 0xffff;
    }
    return 0;
  }
}
