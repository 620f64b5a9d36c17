import { Emitter } from '../../base/event';
import type { TraceView } from '../../protocol/traceView';
import { clampWindow, panBy, windowAround, zoomAt } from '../layout/timeScale';
import type { TimeWindow } from '../layout/intervals';
import { STATUS_ERROR, TraceIndex } from '../layout/traceIndex';
import { lineShowing, visibleRows, withAncestors, type VisibleRows } from '../layout/visibleRows';
import type { AttributeLookup } from '../query/matchRows';
import { FoldingState } from './foldingState';
import { SearchState } from './searchState';

/** What changed: the lines, the selection, the seen time, the search, or how things are shown. */
export type Change = 'rows' | 'selection' | 'window' | 'search' | 'options';

export interface DetailOptions {
  readonly open: boolean;
  readonly tab: string;
  readonly side: 'bottom' | 'right';
  /** Share of the page, 0 to 1. */
  readonly size: number;
}

/** One trace on show: what is folded, found, selected and zoomed to. Knows nothing of the DOM. */
export class TraceSession {
  readonly index: TraceIndex;
  readonly folding: FoldingState;
  readonly search: SearchState;
  rows: VisibleRows;
  window: TimeWindow;
  /** Row of the trace, -1 for none. */
  selected = -1;
  /** Whether the header of the group that begins at `selected` is meant. */
  selectedGroup = false;
  filterOnly = false;
  criticalPath = true;
  detail: DetailOptions = { open: false, tab: 'overview', side: 'bottom', size: 0.4 };
  /** Share of the width that the tree takes. */
  divider = 0.38;
  /** Pixels; kept here to be saved, changed by the scroller without an event. Undefined: where the selection is. */
  scrollTop: number | undefined = undefined;
  /** Lines that Page Up and Page Down move by; the view keeps it. */
  pageLines = 10;

  private readonly emitter = new Emitter<Change>();
  readonly onDidChange = this.emitter.event;

  /** Precondition: {@link checkTrace} found nothing wrong with `trace`. */
  constructor(trace: TraceView, lookup: AttributeLookup) {
    this.index = new TraceIndex(trace);
    this.folding = new FoldingState(this.index);
    this.search = new SearchState(this.index, lookup, () => this.searched());
    this.window = { from: 0, to: this.index.totalNs };
    this.rows = this.layOut();
    this.selected = this.index.count > 0 ? 0 : -1;
  }

  get trace(): TraceView {
    return this.index.trace;
  }

  /** The line of the selection, -1 if nothing is selected. */
  get selectedLine(): number {
    if (this.selected < 0) return -1;
    const { groups, columns } = this.index;
    const group = groups.memberOf[this.selected]!;
    if (this.selectedGroup && group >= 0 && this.rows.lineOfGroup[group]! >= 0) return this.rows.lineOfGroup[group]!;
    return lineShowing(this.rows, columns, groups, this.selected);
  }

  /** Selects what a line shows. Out of range: the nearest line. */
  selectLine(line: number): void {
    if (this.rows.count === 0) return;
    const at = Math.min(this.rows.count - 1, Math.max(0, line));
    this.selected = this.rows.row[at]!;
    this.selectedGroup = this.rows.group[at]! >= 0;
    this.emitter.fire('selection');
  }

  /** Selects a row and opens whatever hides it. A filter that hides it is turned off. */
  reveal(row: number): void {
    if (row < 0 || row >= this.index.count) return;
    if (this.filterOnly && this.rows.lineOf[row]! < 0) this.filterOnly = false;
    if (this.rows.lineOf[row]! < 0) {
      this.folding.reveal(row);
      this.changeRows();
    }
    this.selected = row;
    this.selectedGroup = false;
    this.scrollTop = undefined;
    this.emitter.fire('selection');
  }

  /** Whether a line can be opened or closed, and is closed; undefined for a leaf. */
  collapsedAt(line: number): boolean | undefined {
    if (this.filtering) return undefined;
    const group = this.rows.group[line]!;
    if (group >= 0) return !this.folding.isUnfolded(group);
    const row = this.rows.row[line]!;
    return this.index.hasChildren(row) ? this.folding.isCollapsed(row) : undefined;
  }

  setCollapsed(line: number, collapsed: boolean): void {
    if (this.collapsedAt(line) === undefined) return;
    const group = this.rows.group[line]!;
    if (group >= 0) this.folding.setUnfolded(group, !collapsed);
    else this.folding.setCollapsed(this.rows.row[line]!, collapsed);
    this.changeRows();
  }

  /** Changes the folding as a whole, as in expand all. */
  fold(change: (folding: FoldingState) => void): void {
    change(this.folding);
    this.changeRows();
  }

  /** The line of the parent: for a member of an unfolded group the group's header. -1 for roots. */
  parentLine(line: number): number {
    const level = this.rows.level[line]!;
    if (level === 0) return -1;
    const row = this.rows.row[line]!;
    const group = this.index.groups.memberOf[row]!;
    if (this.rows.group[line]! < 0 && group >= 0 && this.rows.lineOfGroup[group]! >= 0)
      return this.rows.lineOfGroup[group]!;
    return this.rows.lineOf[this.index.columns.parent[row]!] ?? -1;
  }

  setWindow(window: TimeWindow): void {
    this.window = clampWindow(window, this.index.totalNs);
    this.emitter.fire('window');
  }

  zoom(factor: number, pivot = (this.window.from + this.window.to) / 2): void {
    this.setWindow(zoomAt(this.window, factor, pivot, this.index.totalNs));
  }

  pan(share: number): void {
    this.setWindow(panBy(this.window, share, this.index.totalNs));
  }

  showAll(): void {
    this.setWindow({ from: 0, to: this.index.totalNs });
  }

  /** Zooms so that the selected span, or group of spans, fills the axis. */
  fitSelection(): void {
    if (this.selected < 0) return;
    const { start, duration } = this.index.columns;
    let to = start[this.selected]! + duration[this.selected]!;
    if (this.selectedGroup) {
      const members = this.index.membersOf(this.index.groups.memberOf[this.selected]!);
      to = members.to[members.count - 1] ?? to;
    }
    this.setWindow(windowAround(start[this.selected]!, to, this.index.totalNs));
  }

  /** Selects the next or previous match; false if there is none. */
  nextMatch(direction: 1 | -1): boolean {
    const row = this.search.neighbour(this.selected, direction);
    if (row >= 0) this.reveal(row);
    return row >= 0;
  }

  /** Selects the next or previous failed span, round the ends; false if there is none. */
  nextError(direction: 1 | -1): boolean {
    const { count, columns, errors } = this.index;
    if (errors === 0) return false;
    for (let step = 1; step <= count; step++) {
      const row = (((this.selected + direction * step) % count) + count) % count;
      if (columns.status[row] !== STATUS_ERROR) continue;
      this.reveal(row);
      return true;
    }
    return false;
  }

  /** Whether rows that do not match are hidden right now. */
  get filtering(): boolean {
    return this.filterOnly && this.search.matches !== undefined;
  }

  setFilterOnly(on: boolean): void {
    this.filterOnly = on;
    this.changeRows();
    this.emitter.fire('options');
  }

  setCriticalPath(on: boolean): void {
    this.criticalPath = on;
    this.emitter.fire('options');
  }

  setDetail(change: Partial<DetailOptions>): void {
    this.detail = { ...this.detail, ...change };
    this.emitter.fire('options');
  }

  setDivider(share: number): void {
    this.divider = Math.min(0.8, Math.max(0.12, share));
    this.emitter.fire('options');
  }

  /** Computes the lines anew; used after a bulk change such as restoring. */
  changeRows(): void {
    this.rows = this.layOut();
    const line = this.selectedLine;
    if (line >= 0 && this.rows.row[line] !== this.selected) {
      this.selected = this.rows.row[line]!;
      this.selectedGroup = this.rows.group[line]! >= 0;
      this.emitter.fire('selection');
    }
    this.emitter.fire('rows');
  }

  private searched(): void {
    if (this.filterOnly) this.changeRows();
    this.emitter.fire('search');
  }

  private layOut(): VisibleRows {
    const { columns, count, groups } = this.index;
    const marked = this.filtering ? this.search.matches?.marked : undefined;
    return visibleRows(columns, count, groups, {
      isCollapsed: (row) => this.folding.isCollapsed(row),
      isUnfolded: (group) => this.folding.isUnfolded(group),
      ...(marked === undefined ? {} : { keep: withAncestors(columns, count, marked) }),
    });
  }
}
