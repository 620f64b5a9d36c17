const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const MAX_KEY_BYTES = 256;

/** One value cut out of a stream. */
export interface JsonItem<Label> {
  /** The label of the list that it was in; empty for a value at the top, which comes without its items. */
  readonly label: Label | '';
  readonly bytes: Buffer;
}

/** A place on the way to lists that are cut. */
interface Place<Label> {
  readonly fields: Map<string, Place<Label>>;
  /** The items of the list at this place. */
  items: Place<Label> | undefined;
  /** Set where those items are cut out. */
  label: Label | undefined;
}

interface Level<Label> {
  readonly isList: boolean;
  /** Undefined where nothing below is of interest. */
  readonly place: Place<Label> | undefined;
  /** The last key read, for an object of interest. */
  key: string;
  awaitsKey: boolean;
}

/**
 * Cuts a stream of JSON into the items of the lists that are named, without holding more than one item at a time, however
 * large the whole. `data[].spans[]` names the lists of spans within the objects of the list `data`; a list at the top is
 * `[]`. Items come in the order in which they end: those of inner lists before the object around them, which then has
 * empty lists in their place, and at last the value at the top, labelled with an empty text. Several values may stand one
 * after another. Only objects and lists are items: a number or null in a list that is cut is left out.
 */
export class JsonItems<Label extends string> {
  private readonly root: Place<Label> = newPlace();
  private readonly levels: Level<Label>[] = [];
  /** Pieces of the items that are open, the innermost last, each with the level at which it began. */
  private readonly open: { label: Label | ''; level: number; pieces: Buffer[] }[] = [];
  private inText = false;
  private escaped = false;
  /** Bytes of the key that is being read. */
  private keyBytes: number[] | undefined;
  private seenValue = false;
  /** Whether nothing within the innermost level is of interest: its end is looked for, and no keys are read. */
  private isDull = false;
  /** The brackets that are open within such a level. */
  private readonly skipped: number[] = [];
  private heldBytes = 0;

  /** @param lists what to cut, and the label of its items. */
  constructor(lists: Readonly<Record<string, Label>>) {
    for (const [path, label] of Object.entries(lists)) this.addPath(path, label);
  }

  /** Whether the stream may end here; an empty one may. */
  get isComplete(): boolean {
    return this.levels.length === 0;
  }

  /** Whether a value has begun. */
  get hasBegun(): boolean {
    return this.seenValue;
  }

  /** Bytes of open items that are held: what the lists that are cut leave of the objects around them. */
  get retainedBytes(): number {
    return this.heldBytes;
  }

  /** How many objects are open around the place that was reached. */
  get depth(): number {
    return this.open.length;
  }

  /**
   * The objects around an item that has just been given, the outermost first, each as far as it has been read and closed
   * there: `{"resource":{},"scopeSpans":[]}`. What comes behind the list is not in it yet.
   */
  frames(): Buffer[] {
    return this.open.map(({ level, pieces }, i) => {
      const end = this.open[i + 1]?.level ?? this.levels.length;
      const brackets = this.levels.slice(level, end).map(({ isList }) => (isList ? CLOSE_LIST : CLOSE_OBJECT));
      return Buffer.concat([...pieces, Buffer.from(brackets.reverse())]);
    });
  }

  /**
   * The items that end within this chunk.
   * @throws SyntaxError for what is no JSON; most faults within items are found only when they are parsed.
   */
  *push(chunk: Buffer): Generator<JsonItem<Label>> {
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      if (this.isDull) {
        at = this.skip(chunk, at);
        if (at === chunk.length) break;
      }
      const byte = chunk[at]!;
      if (this.inText) {
        at = this.readText(chunk, at);
        if (this.isBetweenItems) from = at + 1;
        continue;
      }
      if (byte === QUOTE) this.beginText();
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) from = this.enter(chunk, from, at, byte === OPEN_LIST);
      else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        const item = this.leave(chunk, from, at, byte === CLOSE_LIST);
        if (item !== undefined) {
          from = at + 1;
          yield item;
        }
      } else if (byte === COMMA || byte === COLON) this.separate(byte);
      else if (this.levels.length === 0 && byte > 0x20) throw stray(chunk, at);
      if (this.isBetweenItems && byte !== OPEN_LIST) from = at + 1;
    }
    this.hold(chunk.subarray(from));
  }

  private hold(piece: Buffer): void {
    const item = this.open.at(-1);
    if (item === undefined || piece.length === 0) return;
    item.pieces.push(piece);
    this.heldBytes += piece.length;
  }

  /** Within a list that is cut, outside of its items: nothing there is kept. */
  private get isBetweenItems(): boolean {
    const level = this.levels.at(-1);
    return level !== undefined && level.isList && level.place?.label !== undefined;
  }

  private addPath(path: string, label: Label): void {
    if (!path.endsWith('[]')) throw new RangeError(`${path} names no items of a list`);
    let place = this.root;
    for (const step of path.slice(0, -2).match(/[^.[\]]+|\[\]/g) ?? []) {
      if (step === '[]') place = place.items ??= newPlace();
      else {
        const next = place.fields.get(step) ?? newPlace<Label>();
        place.fields.set(step, next);
        place = next;
      }
    }
    place.items ??= newPlace();
    place.label = label;
  }

  /** The position from which bytes are kept. */
  private enter(chunk: Buffer, from: number, at: number, isList: boolean): number {
    const outer = this.levels.at(-1);
    const place = this.placeBelow(outer);
    const isItem = outer === undefined || this.isBetweenItems;
    let start = from;
    if (isItem) {
      start = at;
      this.open.push({ label: outer?.place?.label ?? '', level: this.levels.length, pieces: [] });
      this.seenValue = true;
    }
    this.levels.push({ isList, place, key: '', awaitsKey: !isList });
    this.isDull = place === undefined || (place.items === undefined && place.fields.size === 0);
    if (!this.isBetweenItems) return start;
    // The bracket itself stays with the object around.
    this.hold(chunk.subarray(start, at + 1));
    return at + 1;
  }

  private placeBelow(outer: Level<Label> | undefined): Place<Label> | undefined {
    if (outer === undefined) return this.root;
    return outer.isList ? outer.place?.items : outer.place?.fields.get(outer.key);
  }

  private leave(chunk: Buffer, from: number, at: number, isList: boolean): JsonItem<Label> | undefined {
    const level = this.levels.pop();
    this.isDull = false;
    if (level?.isList !== isList) throw stray(chunk, at);
    const item = this.open.at(-1)!;
    if (item.level !== this.levels.length) return undefined;
    this.open.pop();
    for (const { length } of item.pieces) this.heldBytes -= length;
    const last = chunk.subarray(from, at + 1);
    return { label: item.label, bytes: item.pieces.length === 0 ? last : Buffer.concat([...item.pieces, last]) };
  }

  /** The position of the bracket that ends a dull level, or the end of the chunk. Most bytes of a trace pass here. */
  private skip(chunk: Buffer, from: number): number {
    const { skipped } = this;
    for (let at = from; at < chunk.length; at++) {
      if (this.inText) {
        at = this.skipText(chunk, at);
        if (at === chunk.length) break;
      }
      const byte = chunk[at]!;
      if (byte === QUOTE) this.inText = !this.inText;
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) skipped.push(byte);
      else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        const opening = skipped.pop();
        if (opening === undefined) return at;
        if ((opening === OPEN_LIST) !== (byte === CLOSE_LIST)) throw stray(chunk, at);
      }
    }
    return chunk.length;
  }

  /** The position of the quote that ends the text, or the end of the chunk. */
  private skipText(chunk: Buffer, from: number): number {
    const { length } = chunk;
    let at = this.escaped ? from + 1 : from;
    while (at < length) {
      const byte = chunk[at]!;
      if (byte === QUOTE) break;
      at += byte === BACKSLASH ? 2 : 1;
    }
    this.escaped = at > length;
    return Math.min(at, length);
  }

  private separate(byte: number): void {
    const level = this.levels.at(-1);
    if (level === undefined) return;
    level.awaitsKey = byte === COMMA && !level.isList;
  }

  private beginText(): void {
    const level = this.levels.at(-1);
    this.inText = true;
    this.keyBytes = level?.awaitsKey === true && level.place !== undefined ? [] : undefined;
    if (level !== undefined) level.awaitsKey = false;
  }

  /** The position of the last byte of the text, or of the chunk. */
  private readText(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (this.escaped) this.escaped = false;
      else if (byte === BACKSLASH) this.escaped = true;
      else if (byte === QUOTE) {
        this.inText = false;
        if (this.keyBytes !== undefined) this.levels.at(-1)!.key = Buffer.from(this.keyBytes).toString('utf8');
        this.keyBytes = undefined;
        return at;
      }
      if (this.keyBytes !== undefined && this.keyBytes.length < MAX_KEY_BYTES) this.keyBytes.push(byte);
    }
    return chunk.length;
  }
}

function newPlace<Label>(): Place<Label> {
  return { fields: new Map<string, Place<Label>>(), items: undefined, label: undefined };
}

function stray(chunk: Buffer, at: number): SyntaxError {
  const near = chunk
    .subarray(at, at + 20)
    .toString('latin1')
    .replace(/\s+/g, ' ');
  return new SyntaxError(`unexpected "${near}"`);
}
