import { escapeRegExp } from '../base/texts/escapeRegExp';
import { WordScan } from '../base/texts/wordScan';
import { IGNORE_MARK } from './ignoring/ignoreComments';
import type { MaybeMentions, TextFilter } from './rule';

/** Something that matters only as an expression has it, and words that stand in all that the expression matches. */
export interface Mention {
  /** At least one of them does, in whatever case. */
  readonly words: readonly string[];
  readonly as: RegExp;
}

/**
 * Tells texts that mention something, in whatever case, from those that do not: by their bytes, as most of a workspace's
 * files mention nothing, and to make strings of them is half of the time that a whole run takes to look through them.
 */
export class Mentions implements TextFilter {
  private scan: WordScan | undefined;
  private all: RegExp | undefined;
  private readonly inAnyCase = new Map<number, RegExp>();

  constructor(
    private readonly words: readonly string[],
    private readonly further: readonly Mention[],
  ) {}

  /** What only some of the text mentions is for {@link test} to tell. */
  inBytes(bytes: Uint8Array): 'yes' | 'no' | MaybeMentions {
    this.scan ??= new WordScan(this.words, [...this.further.map(({ words }) => words), [IGNORE_MARK]]);
    const found = this.scan.find(bytes);
    return found === 'enough' ? 'yes' : found === 0 ? 'no' : { found };
  }

  test(text: string, byBytes?: 'yes' | MaybeMentions): boolean {
    if (byBytes === 'yes') return true;
    if (byBytes === undefined) {
      this.all ??= anyOf([...this.words.map(escapeRegExp), ...this.further.map(({ as }) => as.source)]);
      return this.all.test(text);
    }
    // One by one, as each is found by its letters where all together are tried at each place.
    return this.further.some((_, i) => (byBytes.found & (1 << i)) !== 0 && this.pattern(i).test(text));
  }

  private pattern(i: number): RegExp {
    let pattern = this.inAnyCase.get(i);
    if (pattern === undefined) this.inAnyCase.set(i, (pattern = anyOf([this.further[i]!.as.source])));
    return pattern;
  }
}

function anyOf(sources: readonly string[]): RegExp {
  return new RegExp(sources.join('|'), 'i');
}
