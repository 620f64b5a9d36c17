import type { Memento } from 'vscode';

const KEY = 'spanlight.search.recent';
const MOST = 20;
/** Longer ones are not worth remembering. */
const LONGEST = 2_000;

/** The queries that were searched for last, in this workspace. */
export class RecentQueries {
  constructor(private readonly state: Memento) {}

  /** The latest first. */
  all(): readonly string[] {
    const kept = this.state.get<unknown>(KEY);
    return Array.isArray(kept) ? kept.filter((query) => typeof query === 'string') : [];
  }

  /** Puts a query first. */
  async add(query: string): Promise<void> {
    const text = query.trim();
    if (text === '' || text.length > LONGEST) return;
    await this.state.update(KEY, [text, ...this.all().filter((other) => other !== text)].slice(0, MOST));
  }
}
