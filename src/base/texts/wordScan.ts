/** What {@link WordScan} found: a word that is enough, others only, or none. */
export type FoundWords = 'enough' | 'others' | 'none';

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

  /**
   * @param enough words after which nothing else matters.
   * @param others words that are told where none of those is found. Both in ASCII.
   */
  constructor(enough: readonly string[], others: readonly string[]) {
    const states = new WordStates();
    for (const word of enough) states.add(word.toLowerCase(), 2);
    for (const word of others) states.add(word.toLowerCase(), 1);
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
  }

  find(bytes: Uint8Array): FoundWords {
    const { letters, rows, others, enough } = this;
    let found: FoundWords = 'none';
    for (let i = 0, at = 0; i < bytes.length; i++) {
      at = rows[at + letters[bytes[i]!]!]!;
      if (at < others) continue;
      if (at >= enough) return 'enough';
      found = 'others';
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

  add(word: string, kind: number): void {
    let at = 0;
    for (const letter of word) {
      let number = this.letters.get(letter);
      if (number === undefined) this.letters.set(letter, (number = this.letters.size + 1));
      let child = this.children[at]!.get(number);
      if (child === undefined) {
        child = this.children.push(new Map()) - 1;
        this.kinds.push(0);
        this.children[at]!.set(number, child);
      }
      at = child;
    }
    this.kinds[at] = Math.max(this.kinds[at]!, kind);
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
      for (const [letter, child] of this.children[at]!) {
        shorter[child] = at > 0 ? next[without + letter]! : 0;
        next[row + letter] = child;
        pending.push(child);
      }
    }
    return next;
  }
}
