import { describeError } from '../../base/errors';
import { lowerBound } from '../layout/intervals';
import type { TraceIndex } from '../layout/traceIndex';
import { matchRows, type AttributeLookup, type Matches } from '../query/matchRows';
import { parseQuery } from '../query/parseQuery';

/** The filter box: its text, what it found, and what is wrong with it. */
export class SearchState {
  query = '';
  /** Undefined while nothing is asked for. */
  matches: Matches | undefined;
  /** One sentence under the box. */
  problem: string | undefined;
  searching = false;
  private run = 0;
  private readonly known = new Map<string, Promise<Uint32Array>>();

  /** @param lookup asks the host for rows by attribute. */
  constructor(
    private readonly index: TraceIndex,
    private readonly lookup: AttributeLookup,
    private readonly changed: () => void,
  ) {}

  /** Searches; a later call overtakes an earlier one. Resolves when this search is done or overtaken. */
  async search(query: string): Promise<void> {
    const run = ++this.run;
    this.query = query;
    const { conditions, problem } = parseQuery(query);
    this.problem = problem;
    if (conditions.length === 0) {
      this.matches = undefined;
      this.searching = false;
      this.changed();
      return;
    }
    this.searching = conditions.some((condition) => condition.kind === 'attribute');
    if (this.searching) this.changed();
    try {
      const matches = await matchRows(this.index, conditions, (key, value) => this.remembered(key, value));
      if (run === this.run) this.matches = matches;
    } catch (error) {
      if (run === this.run) {
        this.matches = undefined;
        this.problem = `Attributes could not be searched: ${describeError(error)}`;
      }
    }
    if (run !== this.run) return;
    this.searching = false;
    this.changed();
  }

  /** Takes rows that were found elsewhere for what is searched for, until something else is. */
  mark(rows: Uint32Array): void {
    this.run++;
    this.query = '';
    this.problem = undefined;
    this.searching = false;
    const known = rows.filter((row) => row < this.index.count);
    const marked = new Uint8Array(this.index.count);
    for (const row of known) marked[row] = 1;
    this.matches = { rows: known, marked };
    this.changed();
  }

  /** The match after (or before) `row`, round the ends; -1 if there is none. */
  neighbour(row: number, direction: 1 | -1): number {
    const rows = this.matches?.rows;
    if (rows === undefined || rows.length === 0) return -1;
    const at = lowerBound(rows, rows.length, row);
    const next = direction === 1 ? (rows[at] === row ? at + 1 : at) : at - 1;
    return rows[(next + rows.length) % rows.length]!;
  }

  /** 1 for the first match; 0 if `row` is none. */
  position(row: number): number {
    const rows = this.matches?.rows;
    if (rows === undefined) return 0;
    const at = lowerBound(rows, rows.length, row);
    return rows[at] === row ? at + 1 : 0;
  }

  /** Whether any of the rows `from` to `to` (exclusive) matches. */
  matchesIn(from: number, to: number): boolean {
    const rows = this.matches?.rows;
    if (rows === undefined) return false;
    const at = lowerBound(rows, rows.length, from);
    return at < rows.length && rows[at]! < to;
  }

  private remembered(key: string, value: string): Promise<Uint32Array> {
    const id = `${key}\n${value}`;
    let answer = this.known.get(id);
    if (answer === undefined) {
      answer = this.lookup(key, value);
      this.known.set(id, answer);
      answer.catch(() => this.known.delete(id));
    }
    return answer;
  }
}
