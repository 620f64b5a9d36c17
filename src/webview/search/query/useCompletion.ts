import { useEffect, useMemo, useReducer } from 'preact/hooks';
import type { QueryCompletion } from '../../../protocol/queries';
import type { Choice } from './completionList';

/** Asks what can stand at a place. */
export type Completer = (query: string, offset: number) => Promise<QueryCompletion>;

/** Keys come faster than answers are worth asking for. */
const TYPING_MS = 80;
/** Behind these something else can be completed at once. */
const GOES_ON = /[\s.:=(]$/;

interface OpenList {
  readonly from: number;
  readonly to: number;
  readonly items: readonly Choice[];
  readonly problem: string | undefined;
}

/** The list of completions as the field uses it. */
export class Completion {
  list: OpenList | undefined;
  /** The entry that Enter takes; -1: none, Enter searches. */
  active = -1;
  /** The latest of its parent's. */
  complete: Completer = () => Promise.resolve({ from: 0, to: 0, items: [] });
  recent: readonly string[] = [];
  replace: (query: string, offset: number) => void = () => undefined;
  private asked = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly changed: () => void) {}

  /** Asks for completions once typing rests. */
  ask(query: string, offset: number): void {
    clearTimeout(this.timer);
    const number = ++this.asked;
    if (query.trim() === '' && this.offerRecent(query)) return;
    this.timer = setTimeout(() => void this.fetch(query, offset, number), TYPING_MS);
  }

  close(): void {
    clearTimeout(this.timer);
    this.asked++;
    if (this.list === undefined) return;
    this.list = undefined;
    this.changed();
  }

  /** Opens what was searched before, if nothing is typed. @returns whether there is something. */
  offerRecent(query: string): boolean {
    if (query.trim() !== '' || this.recent.length === 0) return false;
    const items = this.recent.map((text): Choice => ({ label: text, insert: text, kind: 'recent' }));
    this.open({ from: 0, to: query.length, items, problem: undefined });
    return true;
  }

  /** Takes an entry. */
  accept(index: number, query: string): void {
    const { list } = this;
    const item = list?.items[index];
    if (list === undefined || item === undefined) return;
    const offset = list.from + item.insert.length;
    const text = query.slice(0, list.from) + item.insert + query.slice(list.to);
    this.close();
    this.replace(text, offset);
    if (item.kind !== 'recent' && GOES_ON.test(item.insert)) this.ask(text, offset);
  }

  /** @returns whether the key was for the list. */
  onKey(event: KeyboardEvent, query: string, offset: number): boolean {
    if (event.key === ' ' && event.ctrlKey) {
      this.fetchNow(query, offset);
      return true;
    }
    if (this.list === undefined) {
      if (event.key !== 'ArrowDown' || query.includes('\n')) return false;
      this.fetchNow(query, offset);
      return true;
    }
    const { items } = this.list;
    switch (event.key) {
      case 'ArrowDown':
        this.activate(this.active + 1 >= items.length ? 0 : this.active + 1);
        return true;
      case 'ArrowUp':
        this.activate(this.active <= 0 ? items.length - 1 : this.active - 1);
        return true;
      case 'Enter':
        if (this.active < 0) return false;
        this.accept(this.active, query);
        return true;
      case 'Tab':
        if (event.shiftKey || (this.active < 0 && this.list.items[0]?.kind === 'recent')) return false;
        this.accept(Math.max(0, this.active), query);
        return true;
      case 'Escape':
        this.close();
        return true;
      default:
        return false;
    }
  }

  private fetchNow(query: string, offset: number): void {
    clearTimeout(this.timer);
    const number = ++this.asked;
    if (!this.offerRecent(query)) void this.fetch(query, offset, number);
  }

  private async fetch(query: string, offset: number, number: number): Promise<void> {
    let answer: QueryCompletion;
    try {
      answer = await this.complete(query, offset);
    } catch {
      // Without an engine there is nothing to offer; the search itself says so.
      return;
    }
    if (number !== this.asked) return;
    const { from, to, items, problem } = answer;
    // What stands there already needs no list.
    const done = items.length === 1 && query.slice(from, to) === items[0]!.insert.trim();
    if ((items.length === 0 && problem === undefined) || done) this.close();
    else this.open({ from, to, items, problem });
  }

  private activate(index: number): void {
    this.active = this.list === undefined || this.list.items.length === 0 ? -1 : index;
    this.changed();
  }

  private open(list: OpenList): void {
    // What was chosen before this answer came stays chosen.
    const chosen = this.list?.items[this.active]?.label;
    this.active = chosen === undefined ? -1 : list.items.findIndex(({ label }) => label === chosen);
    this.list = list;
    this.changed();
  }
}

/** @param replace puts a text with an accepted completion into the field, and the caret behind that. */
export function useCompletion(
  complete: Completer,
  recent: readonly string[],
  replace: (query: string, offset: number) => void,
): Completion {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const completion = useMemo(() => new Completion(() => redraw(undefined)), []);
  Object.assign(completion, { complete, recent, replace });
  useEffect(() => () => completion.close(), []);
  return completion;
}
