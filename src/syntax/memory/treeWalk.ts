import type { Node } from 'web-tree-sitter';
import { parserMemory, type ParserMemory } from '../parserRuntime';
import { LanguageTables } from './languageTables';

/** Where things are in the runtime's memory, in bytes, as `SubtreeHeapData` and `SubtreeInlineData` of its sources lay them out. */
const SUBTREE_BYTES = 8;
const PADDING = 4;
const SIZE = 16;
const CHILD_COUNT = 36;
const SYMBOL = 40;
const FLAGS = 44;
const VISIBLE_CHILD_COUNT = 48;
const PRODUCTION = 66;
/** Of `TSTree`, which begins with the root. */
const LANGUAGE = 8;

const VISIBLE = 1;
const EXTRA = 4;
/** In place of an address, whose last bit is never set. */
const IS_INLINE = 1;

/** What is gone through: the children of a node, or of one that the grammar hides and whose children stand in its place. */
interface Level {
  isHidden: boolean;
  /** Address of the next child, and of the end. */
  next: number;
  end: number;
  /** Where the last child ended, in bytes of UTF-16; of the first, where it begins. */
  at: number;
  isFirst: boolean;
  /** How many children came that are none of the extras that may stand anywhere, such as comments. */
  structural: number;
  production: number;
  /** Of a hidden node: its field, which those of its children have that have none of their own. */
  field: number;
}

/**
 * Goes through a tree as a cursor does, past all that the grammar hides, but in the parser's memory: five calls into
 * WebAssembly for each node were two thirds of the time that it took to read a tree. How trees lie there is not part of
 * the parser's interface, but fixed with the version that is in the package; a test holds what is read against cursors.
 *
 * Begins at the root. Holds while nothing is parsed, edited or deleted.
 */
export class TreeWalk {
  private readonly memory: ParserMemory;
  private readonly tables: LanguageTables;
  private readonly levels: Level[] = [];
  private depth = 0;

  /** The number of its type, as a language counts them; 65535 for what the parser could not make out. */
  typeId: number;
  /** UTF-16 offsets. */
  start: number;
  end: number;
  /** Address of what is behind the node; 0 for a leaf that has none. */
  private subtree: number;
  private structural = -1;

  constructor(root: Node) {
    this.memory = parserMemory();
    const { words } = this.memory;
    this.tables = LanguageTables.at(this.memory, words[(root.id + LANGUAGE) >> 2]!);
    const subtree = words[root.id >> 2]!;
    this.subtree = (subtree & IS_INLINE) === 0 ? subtree : 0;
    this.typeId = root.typeId;
    this.start = root.startIndex;
    this.end = root.endIndex;
  }

  /** Its field in the node around it, as a language counts them; 0 for none. */
  get fieldId(): number {
    if (this.structural < 0) return 0;
    const { production, field } = this.levels[this.depth - 1]!;
    return this.tables.fieldOf(production, this.structural) || field;
  }

  /** Whether anything is in it; maybe only what the grammar hides. */
  get hasChildren(): boolean {
    return this.subtree !== 0 && this.memory.words[(this.subtree + CHILD_COUNT) >> 2] !== 0;
  }

  /** What {@link next} gives from now on are the children of the node. */
  enter(): void {
    this.open(this.subtree, this.start << 1, false, 0);
  }

  /** To the next child of the node that was entered last; false after the last one, and then that node is left. */
  next(): boolean {
    const { words, halves } = this.memory;
    while (this.depth > 0) {
      const level = this.levels[this.depth - 1]!;
      if (level.next === level.end) {
        this.depth--;
        if (level.isHidden) continue;
        return false;
      }
      const place = level.next >> 2;
      level.next += SUBTREE_BYTES;
      const first = words[place]!;
      const isInline = (first & IS_INLINE) !== 0;
      const second = isInline ? words[place + 1]! : 0;
      const flags = isInline ? first >> 1 : halves[(first + FLAGS) >> 1]!;
      const padding = isInline ? (second >> 16) & 0xff : words[(first + PADDING) >> 2]!;
      const size = isInline ? second >>> 24 : words[(first + SIZE) >> 2]!;
      const start = level.isFirst ? level.at : level.at + padding;
      level.isFirst = false;
      level.at = start + size;
      const structural = (flags & EXTRA) !== 0 ? -1 : level.structural++;
      const alias = structural < 0 ? 0 : this.tables.aliasOf(level.production, structural);
      if ((flags & VISIBLE) !== 0 || alias !== 0) {
        const symbol = isInline ? (first >> 8) & 0xff : halves[(first + SYMBOL) >> 1]!;
        this.typeId = this.tables.typeOf(alias || symbol);
        this.start = start >> 1;
        this.end = (start + size) >> 1;
        this.subtree = isInline ? 0 : first;
        this.structural = structural;
        return true;
      }
      if (isInline || words[(first + CHILD_COUNT) >> 2] === 0 || words[(first + VISIBLE_CHILD_COUNT) >> 2] === 0)
        continue;
      const field = structural < 0 ? 0 : this.tables.fieldOf(level.production, structural) || level.field;
      this.open(first, start, true, field);
    }
    return false;
  }

  /** @param at where it begins, in bytes. */
  private open(subtree: number, at: number, isHidden: boolean, field: number): void {
    const { words, halves } = this.memory;
    const count = subtree === 0 ? 0 : words[(subtree + CHILD_COUNT) >> 2]!;
    const level = (this.levels[this.depth++] ??= newLevel());
    level.isHidden = isHidden;
    // Children lie before the node that they are in.
    level.next = subtree - count * SUBTREE_BYTES;
    level.end = subtree;
    level.at = at;
    level.isFirst = true;
    level.structural = 0;
    level.production = count === 0 ? 0 : halves[(subtree + PRODUCTION) >> 1]!;
    level.field = field;
  }
}

function newLevel(): Level {
  return { isHidden: false, next: 0, end: 0, at: 0, isFirst: true, structural: 0, production: 0, field: 0 };
}
