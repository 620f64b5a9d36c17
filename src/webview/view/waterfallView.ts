import { DisposableStore, toDisposable, type Disposable } from '../../base/disposable';
import type { TimeWindow } from '../layout/intervals';
import { ROW_HEIGHT, ScrollModel } from '../layout/scrollModel';
import { indentationFor } from '../layout/treeCell';
import type { Change, TraceSession } from '../state/traceSession';
import { CanvasSurface } from '../canvas/canvasSurface';
import { drawRows } from '../canvas/drawRows';
import { drawRuler } from '../canvas/drawRuler';
import { geometryFor, type Geometry } from '../canvas/picture';
import { RowLayer } from './rowLayer';
import { TextFitter } from '../canvas/textFitter';
import { serviceColors, type ServiceColor, type ThemeWatcher } from '../canvas/theme';

/** The elements that the page's markup provides. */
export interface WaterfallElements {
  /** Holds the canvas and the scroller. */
  readonly viewport: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly ruler: HTMLCanvasElement;
  /** The treegrid; scrolls over the canvas. */
  readonly scroller: HTMLElement;
  readonly spacer: HTMLElement;
  readonly rowLayer: HTMLElement;
}

/** After scrolling rests this long, the elements for screen readers follow. */
const REST_MS = 80;

/** The waterfall on its canvas: keeps scroll position, pointer and picture together. */
export class WaterfallView implements Disposable {
  readonly scroll = new ScrollModel();
  private readonly store = new DisposableStore();
  private readonly rows: CanvasSurface;
  private readonly ruler: CanvasSurface;
  private readonly text: TextFitter;
  private readonly rowLayer: RowLayer;
  private colors: readonly ServiceColor[];
  private hovered = -1;
  private pointer: number | undefined;
  private brush: TimeWindow | undefined;
  private events: readonly number[] = [];
  private resting: ReturnType<typeof setTimeout> | undefined;

  /** @param onScroll is told after the user scrolled. */
  constructor(
    readonly elements: WaterfallElements,
    readonly session: TraceSession,
    private readonly themes: ThemeWatcher,
    private readonly onScroll: () => void,
  ) {
    this.colors = serviceColors(themes.current, session.trace.services);
    this.rowLayer = this.store.add(new RowLayer(elements.scroller, elements.rowLayer));
    this.rows = this.store.add(
      new CanvasSurface(
        elements.canvas,
        () => this.draw(),
        () => this.resize(),
      ),
    );
    this.ruler = this.store.add(new CanvasSurface(elements.ruler, () => this.drawRuler()));
    this.text = new TextFitter(this.rows.context);
    const { scrollTop } = session;
    this.resize();
    if (scrollTop === undefined) this.scroll.showLine(session.selectedLine, Math.floor(session.pageLines / 2));
    else this.scroll.scrollTo(scrollTop);
    this.placeScrollBar();
    this.store.add(session.onDidChange((change) => this.follow(change)));
    this.store.add(themes.onDidChange(() => this.restyle()));
    this.listen('scroll', () => this.scrolled());
    this.listen('focus', () => this.invalidate());
    this.listen('blur', () => this.invalidate());
    this.store.add(toDisposable(() => clearTimeout(this.resting)));
    this.rows.paint();
    this.ruler.paint();
    this.describe();
  }

  get geometry(): Geometry {
    return geometryFor(this.rows.width, this.rows.height, this.session.divider);
  }

  /** The line under a height of the viewport, -1 for none. */
  lineAt(y: number): number {
    return this.scroll.lineAt(y);
  }

  setPointer(line: number, time: number | undefined): void {
    if (line === this.hovered && time === this.pointer) return;
    if (line !== this.hovered) this.rows.invalidate();
    this.hovered = line;
    this.pointer = time;
    this.ruler.invalidate();
  }

  setBrush(brush: TimeWindow | undefined): void {
    this.brush = brush;
    this.ruler.invalidate();
  }

  /** Times of the selected span's events, from the trace's start. */
  setEvents(events: readonly number[]): void {
    this.events = events;
    this.rows.invalidate();
  }

  scrollBy(pixels: number): void {
    this.scroll.scrollTo(this.scroll.top + pixels);
    this.placeScrollBar();
    this.moved();
  }

  /** Whether the wheel is to be handled by {@link scrollBy}: the scroll bar's pixels are not the content's. */
  get scaled(): boolean {
    return this.scroll.factor > 1;
  }

  dispose(): void {
    this.store.dispose();
  }

  private listen(type: string, run: () => void): void {
    this.elements.scroller.addEventListener(type, run);
    this.store.add(toDisposable(() => this.elements.scroller.removeEventListener(type, run)));
  }

  private follow(change: Change): void {
    if (change === 'rows') this.resize();
    if (change === 'selection' || change === 'rows') {
      const line = this.session.selectedLine;
      if (change === 'selection' && line >= 0) this.scroll.showLine(line);
      this.placeScrollBar();
      this.describe();
    }
    this.invalidate();
  }

  private invalidate(): void {
    this.rows.invalidate();
    this.ruler.invalidate();
  }

  private restyle(): void {
    this.colors = serviceColors(this.themes.current, this.session.trace.services);
    this.text.clear();
    this.invalidate();
  }

  /** Fits scroll bar and page size to the number of lines and the height of the viewport. */
  private resize(): void {
    const height = this.elements.scroller.clientHeight || this.rows.height;
    this.scroll.resize(this.session.rows.count, height);
    this.elements.spacer.style.height = `${this.scroll.spacerHeight}px`;
    this.session.pageLines = Math.max(1, Math.floor(height / ROW_HEIGHT) - 1);
    this.placeScrollBar();
    this.describeSoon();
  }

  private placeScrollBar(): void {
    this.elements.scroller.scrollTop = this.scroll.top / this.scroll.factor;
    this.session.scrollTop = this.scroll.top;
  }

  private scrolled(): void {
    const { scrollTop } = this.elements.scroller;
    // Our own placing comes back as an event, rounded to the screen's pixels.
    if (Math.abs(scrollTop - this.scroll.top / this.scroll.factor) <= 1) return;
    this.scroll.scrollTo(scrollTop * this.scroll.factor);
    this.moved();
  }

  private moved(): void {
    this.session.scrollTop = this.scroll.top;
    this.rows.invalidate();
    this.describeSoon();
    this.onScroll();
  }

  private describeSoon(): void {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.describe(), REST_MS);
  }

  private describe(): void {
    this.rowLayer.update(this.session, this.scroll);
  }

  private draw(): void {
    const { first, end } = this.scroll.visibleLines();
    const { geometry, session } = this;
    drawRows({
      context: this.rows.context,
      session,
      scroll: this.scroll,
      theme: this.themes.current,
      colors: this.colors,
      text: this.text,
      indentation: indentationFor(session.rows, first, end, geometry.treeWidth),
      geometry,
      hovered: this.hovered,
      focused: document.activeElement === this.elements.scroller,
      events: this.events,
    });
  }

  private drawRuler(): void {
    drawRuler({
      context: this.ruler.context,
      theme: this.themes.current,
      geometry: this.geometry,
      window: this.session.window,
      pointer: this.pointer,
      brush: this.brush,
    });
  }
}
