import { escapeRegExp } from '../base/texts/escapeRegExp';
import { WordScan } from '../base/texts/wordScan';
import { IGNORE_MARK } from './ignoring/ignoreComments';
import type { TextFilter } from './rule';

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
  private uncertain: RegExp | undefined;

  constructor(
    private readonly words: readonly string[],
    private readonly further: readonly Mention[],
  ) {}

  /** `maybe` also for a comment that silences rules, of which people are told wherever it is. */
  inBytes(bytes: Uint8Array): 'yes' | 'maybe' | 'no' {
    this.scan ??= new WordScan(this.words, [IGNORE_MARK, ...this.further.flatMap(({ words }) => words)]);
    const found = this.scan.find(bytes);
    return found === 'enough' ? 'yes' : found === 'others' ? 'maybe' : 'no';
  }

  test(text: string, byBytes?: 'yes' | 'maybe'): boolean {
    if (byBytes === 'yes') return true;
    if (byBytes === 'maybe') {
      this.uncertain ??= anyOf(this.further.map(({ as }) => as.source));
      return this.uncertain.test(text);
    }
    this.all ??= anyOf([...this.words.map(escapeRegExp), ...this.further.map(({ as }) => as.source)]);
    return this.all.test(text);
  }
}

function anyOf(sources: readonly string[]): RegExp {
  return new RegExp(sources.join('|'), 'i');
}
