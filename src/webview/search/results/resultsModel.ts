import { Emitter } from '../../../base/event';
import type { TraceListItem } from '../../../protocol/backends';
import { fullBarOf, orderedResults, type ChartRegion, type SortKey } from './resultOrder';

/** While results stream in, their order is made anew no more often than this. */
const SETTLE_MS = 150;

/** As `setTimeout`. */
export type RunLater = (run: () => void, delayMs: number) => void;

/** Traces in a list: order, selection, and the part of them that is shown. Knows nothing of the DOM. */
export class ResultsModel {
  items: readonly TraceListItem[] = [];
  /** In order, and without what the region or the words leave out. */
  shown: readonly TraceListItem[] = [];
  /** The duration of a full bar. */
  fullBarNs = 1;
  sort: SortKey = 'newest';
  region: ChartRegion | undefined;
  /** Words that a trace must have; for lists that are not searched by a source. */
  words = '';
  selectedId: string | undefined;
  /** Pixels; kept here to be saved, changed by the list without an event. */
  scrollTop = 0;
  private readonly emitter = new Emitter<'rows' | 'selection'>();
  readonly onDidChange = this.emitter.event;
  private waiting = false;
  private lastOrder = -SETTLE_MS;

  /** @param later runs something after so many milliseconds. */
  constructor(private readonly later: RunLater) {}

  get selectedIndex(): number {
    const { selectedId } = this;
    return selectedId === undefined ? -1 : this.shown.findIndex(({ traceId }) => traceId === selectedId);
  }

  get selected(): TraceListItem | undefined {
    return this.shown[this.selectedIndex];
  }

  add(items: readonly TraceListItem[]): void {
    this.items = [...this.items, ...items];
    this.orderSoon();
  }

  replace(items: readonly TraceListItem[]): void {
    this.items = items;
    this.region = undefined;
    this.order();
  }

  clear(): void {
    this.scrollTop = 0;
    this.selectedId = undefined;
    this.replace([]);
  }

  /** Everything has come. */
  settle(): void {
    this.order();
  }

  sortBy(sort: SortKey): void {
    this.sort = sort;
    this.order();
  }

  setRegion(region: ChartRegion | undefined): void {
    this.region = region;
    this.order();
  }

  setWords(words: string): void {
    this.words = words;
    this.order();
  }

  select(traceId: string | undefined): void {
    if (traceId === this.selectedId) return;
    this.selectedId = traceId;
    this.emitter.fire('selection');
  }

  /** Selects the row that many rows away; from no selection the first or the last. */
  move(by: number): void {
    const { shown, selectedIndex } = this;
    if (shown.length === 0) return;
    const from = selectedIndex < 0 ? (by > 0 ? -1 : shown.length) : selectedIndex;
    this.select(shown[Math.min(shown.length - 1, Math.max(0, from + by))]!.traceId);
  }

  private orderSoon(): void {
    if (this.waiting) return;
    this.waiting = true;
    const run = (): void => {
      if (this.waiting) this.order();
    };
    this.later(run, Math.max(0, this.lastOrder + SETTLE_MS - performance.now()));
  }

  private order(): void {
    this.waiting = false;
    this.lastOrder = performance.now();
    this.shown = orderedResults(this.items, this.sort, this.region, this.words);
    this.fullBarNs = fullBarOf(this.items);
    this.emitter.fire('rows');
  }
}
