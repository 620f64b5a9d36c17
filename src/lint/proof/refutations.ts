import { Emitter } from '../../base/event';
import type { Finding } from '../../model/finding';
import type { Refutation } from '../../model/refutation';

/** More are of code that is long gone; the oldest go first. */
const MOST = 500;

/** What traces took back, kept for times when they are not at hand: in another window, after a restart. */
export class Refutations {
  private readonly changed = new Emitter<readonly Refutation[]>();
  private readonly known = new Map<string, Refutation>();

  /** Others are remembered now. */
  readonly onDidChange = this.changed.event;

  constructor(initial: readonly Refutation[] = []) {
    for (const one of initial.slice(-MOST)) this.known.set(keyOf(one), one);
  }

  get all(): readonly Refutation[] {
    return [...this.known.values()];
  }

  /** What was remembered of a finding. @param code the line it stands at. */
  recall(finding: Finding, code: string): Refutation | undefined {
    return this.known.get(keyOf(signOf(finding, code)));
  }

  /** Remembers that traces refute it, from the first time on. */
  remember(finding: Finding, code: string, words: string, since: Date): void {
    const sign = signOf(finding, code);
    const key = keyOf(sign);
    if (this.known.has(key)) return;
    this.known.set(key, { ...sign, words, since: since.toISOString() });
    if (this.known.size > MOST) this.known.delete(this.known.keys().next().value!);
    this.changed.fire(this.all);
  }

  /** Traces prove it now, whatever they said before. */
  drop(finding: Finding, code: string): void {
    if (this.known.delete(keyOf(signOf(finding, code)))) this.changed.fire(this.all);
  }

  /** Forgets all. @returns how many there were. */
  clear(): number {
    const count = this.known.size;
    this.known.clear();
    if (count > 0) this.changed.fire([]);
    return count;
  }
}

type Sign = Pick<Refutation, 'rule' | 'file' | 'code' | 'said'>;

function signOf({ rule, file, message }: Finding, code: string): Sign {
  return { rule, file, code: code.trim(), said: message.replace(/:\d+/g, '') };
}

function keyOf({ rule, file, code, said }: Sign): string {
  return [rule, file, code, said].join('\0');
}
