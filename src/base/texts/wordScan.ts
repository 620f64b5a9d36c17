/** So many groups of words can be told apart by the bits of a number. */
const MOST_GROUPS = 31;

/**
 * Looks for many words at once in the bytes of a text, in whatever case: one look at each byte, however many words there
 * are, where an expression of as many alternatives tries several of them at each, and needs a string. The way of Aho and
 * Corasick: the states are the beginnings of words, and what follows each state is written down.
 */
export class WordScan {
  /** Letters of the words by byte; all other bytes are 0. */
  private readonly letters = new Uint8Array(256);
  /** A row for each state: where each letter leads, as the place where that row begins. */
  private readonly rows: Uint16Array | Uint32Array;
  /** Where the rows begin that are reached at the end of other words, and of those that are enough. */
  private readonly others: number;
  private readonly enough: number;
  /** By row: the groups whose words end there. */
  private readonly groups: Int32Array;
  /** How long a row is. */
  private readonly width: number;

  /**
   * @param enough words after which nothing else matters.
   * @param others groups of words that are told where none of those is found. Both in ASCII.
   */
  constructor(enough: readonly string[], others: readonly (readonly string[])[]) {
    if (others.length > MOST_GROUPS) throw new Error(`More than ${MOST_GROUPS} groups of words.`);
    const states = new WordStates();
    for (const word of enough) states.add(word.toLowerCase(), { isEnough: true, groups: 0 });
    others.forEach((group, i) => {
      for (const word of group) states.add(word.toLowerCase(), { isEnough: false, groups: 1 << i });
    });
    const width = states.letters.size + 1;
    for (const [letter, number] of states.letters) {
      this.letters[letter.charCodeAt(0)] = number;
      this.letters[letter.toUpperCase().charCodeAt(0)] = number;
    }
    const next = states.followed(width);
    // The states without a word come first, so that one comparison tells them.
    const order = [0, 1, 2].flatMap((kind) => states.ofKind(kind));
    const places = new Uint32Array(order.length);
    order.forEach((state, i) => (places[state] = i * width));
    const Rows = next.length < 2 ** 16 ? Uint16Array : Uint32Array;
    this.rows = new Rows(next.length);
    order.forEach((state, i) => {
      for (let letter = 0; letter < width; letter++)
        this.rows[i * width + letter] = places[next[state * width + letter]!]!;
    });
    this.others = states.ofKind(0).length * width;
    this.enough = this.others + states.ofKind(1).length * width;
    this.groups = Int32Array.from(order, (state) => states.groups[state]!);
    this.width = width;
  }

  /** @returns the groups of which a word is found, a bit each, 0 for none; or that a word is which is enough. */
  find(bytes: Uint8Array): number | 'enough' {
    const { letters, rows, others, enough, groups, width } = this;
    let found = 0;
    for (let i = 0, at = 0; i < bytes.length; i++) {
      at = rows[at + letters[bytes[i]!]!]!;
      if (at < others) continue;
      if (at >= enough) return 'enough';
      found |= groups[at / width]!;
    }
    return found;
  }
}

/** The beginnings of words, numbered, the empty one first. */
class WordStates {
  readonly letters = new Map<string, number>();
  private readonly children = [new Map<number, number>()];
  /** What ends in a state: nothing, another word, a word that is enough. */
  private readonly kinds = [0];
  /** The groups whose words end in a state, a bit each. */
  readonly groups = [0];

  add(word: string, { isEnough, groups }: { readonly isEnough: boolean; readonly groups: number }): void {
    let at = 0;
    for (const letter of word) {
      let number = this.letters.get(letter);
      if (number === undefined) this.letters.set(letter, (number = this.letters.size + 1));
      let child = this.children[at]!.get(number);
      if (child === undefined) {
        child = this.children.push(new Map()) - 1;
        this.kinds.push(0);
        this.groups.push(0);
        this.children[at]!.set(number, child);
      }
      at = child;
    }
    this.kinds[at] = Math.max(this.kinds[at]!, isEnough ? 2 : 1);
    this.groups[at]! |= groups;
  }

  ofKind(kind: number): number[] {
    return [...this.kinds.keys()].filter((state) => this.kinds[state] === kind);
  }

  /** Which state follows each by each letter: the longest beginning of a word that the text then ends in. */
  followed(width: number): Uint32Array {
    const next = new Uint32Array(this.children.length * width);
    const shorter = new Uint32Array(this.children.length);
    const pending = [0];
    for (const at of pending) {
      const row = at * width;
      const without = shorter[at]! * width;
      if (at > 0) next.copyWithin(row, without, without + width);
      this.kinds[at] = Math.max(this.kinds[at]!, this.kinds[shorter[at]!]!);
      this.groups[at]! |= this.groups[shorter[at]!]!;
      for (const [letter, child] of this.children[at]!) {
        shorter[child] = at > 0 ? next[without + letter]! : 0;
        next[row + letter] = child;
        pending.push(child);
      }
    }
    return next;
  }
}
