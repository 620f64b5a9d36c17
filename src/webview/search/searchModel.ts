import { Emitter } from '../../base/event';
import type { TraceListItem } from '../../protocol/backends';
import type { QueryCheck } from '../../protocol/queries';
import type { SearchedSource, SearchOutcome, SearchRequest } from '../../protocol/searchView';
import { ResultsModel, type RunLater } from './results/resultsModel';
import { rangeTimes, type RangeChoice } from './timeRange';

export const LIMITS = [50, 200, 1000, 5000, 10_000] as const;

/** What a search is made of besides its words. */
export interface SearchOptions {
  /** Undefined: what suits the source, {@link SearchModel.range}. */
  readonly range: RangeChoice | undefined;
  readonly limit: number;
  /** Old and new names of attributes count as the same. */
  readonly anySemconv: boolean;
}

export type SearchPhase =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running' }
  | { readonly kind: 'ended'; readonly outcome: SearchOutcome };

const NO_CHECK: QueryCheck = { problems: [], notes: [] };

/** The search page: what is asked, what was found, and how it is shown. Knows nothing of the DOM. */
export class SearchModel {
  query = '';
  options: SearchOptions = { range: undefined, limit: 200, anySemconv: true };
  /** Of the query as it stands in the field. */
  check: QueryCheck = NO_CHECK;
  phase: SearchPhase = { kind: 'idle' };
  /** The search that the results belong to. */
  asked: SearchRequest | undefined;
  source: SearchedSource | undefined;
  recent: readonly string[] = [];
  readonly results: ResultsModel;
  private readonly emitter = new Emitter<void>();
  /** Something else than the results changed. */
  readonly onDidChange = this.emitter.event;
  private run = 0;

  /** @param later runs something after so many milliseconds. */
  constructor(later: RunLater) {
    this.results = new ResultsModel(later);
  }

  get range(): RangeChoice {
    const { range } = this.options;
    const isEmbedded = this.source?.isEmbedded !== false;
    if (range !== undefined && (range.key !== 'any' || isEmbedded)) return range;
    return { key: isEmbedded ? 'any' : '1h', from: '', to: '' };
  }

  get running(): boolean {
    return this.phase.kind === 'running';
  }

  setQuery(query: string): void {
    this.query = query;
    // What was wrong may be so no longer: no line under words that are being mended.
    if (this.check !== NO_CHECK) this.check = NO_CHECK;
    this.emitter.fire();
  }

  setCheck(check: QueryCheck): void {
    this.check = check;
    this.emitter.fire();
  }

  setOptions(change: Partial<SearchOptions>): void {
    this.options = { ...this.options, ...change };
    this.emitter.fire();
  }

  setSource(source: SearchedSource | undefined): void {
    // What another source found does not answer for this one.
    if (source !== undefined && this.source !== undefined && source.name !== this.source.name) this.forget();
    this.source = source;
    this.emitter.fire();
  }

  setRecent(queries: readonly string[]): void {
    this.recent = queries;
    this.emitter.fire();
  }

  /** Begins a search with what is in the page now. */
  begin(nowMs: number, withHidden = false): SearchRequest {
    const { limit, anySemconv } = this.options;
    const query = this.query.trim() === '' ? '' : this.query;
    this.run = Math.max(this.run + 1, nowMs);
    this.asked = { run: this.run, query, ...rangeTimes(this.range, nowMs), limit, anySemconv, withHidden };
    this.phase = { kind: 'running' };
    this.results.clear();
    this.emitter.fire();
    return this.asked;
  }

  /** Takes results; those of an earlier search are late and left out. */
  add(run: number, items: readonly TraceListItem[]): void {
    if (run === this.asked?.run) this.results.add(items);
  }

  finish(run: number, outcome: SearchOutcome): void {
    if (run !== this.asked?.run) return;
    this.phase = { kind: 'ended', outcome };
    if (outcome.kind === 'done' && outcome.problems.length > 0 && this.query === this.asked.query) {
      this.check = { problems: outcome.problems, notes: [] };
    }
    this.results.settle();
    this.emitter.fire();
  }

  /** Shows a search that was made before the page came. */
  restore(request: SearchRequest, items: readonly TraceListItem[], outcome: SearchOutcome | undefined): void {
    this.asked = request;
    this.run = request.run;
    this.phase = outcome === undefined ? { kind: 'running' } : { kind: 'ended', outcome };
    this.results.replace(items);
    this.emitter.fire();
  }

  private forget(): void {
    this.asked = undefined;
    this.phase = { kind: 'idle' };
    this.check = NO_CHECK;
    this.results.clear();
  }
}
