import { DisposableStore, toDisposable, type Disposable } from '../../base/disposable';
import { ROW } from '../../protocol/traceView';
import { CHEVRON, indentationFor, indentOf, SIGN } from '../layout/treeCell';
import type { Commands } from '../view/commands';
import { timeAt } from '../canvas/picture';
import type { WaterfallView } from '../view/waterfallView';

/** A shorter drag is a click. */
const CLICK = 4;
const WHEEL_ZOOM = 0.0015;

/** What the tooltip is about. */
export type HoverListener = (line: number, x: number, y: number) => void;

/** Clicks, drags and the wheel over rows and ruler. */
export function listenToWaterfall(view: WaterfallView, commands: Commands, onHover: HoverListener): Disposable {
  const store = new DisposableStore();
  const { scroller } = view.elements;
  store.add(on(scroller, 'wheel', (event) => wheel(view, event), { passive: false }));
  store.add(on(scroller, 'pointermove', (event) => hover(view, event, onHover)));
  store.add(on(scroller, 'pointerleave', () => leave(view, onHover)));
  store.add(on(scroller, 'click', (event) => click(view, commands, event)));
  store.add(on(scroller, 'dblclick', (event) => doubleClick(view, event)));
  store.add(dragToPan(view));
  store.add(dragOnRuler(view));
  return store;
}

function on<K extends keyof HTMLElementEventMap>(
  element: HTMLElement,
  type: K,
  run: (event: HTMLElementEventMap[K]) => void,
  options?: AddEventListenerOptions,
): Disposable {
  element.addEventListener(type, run, options);
  return toDisposable(() => element.removeEventListener(type, run, options));
}

/** Where an event lies in the viewport, which does not scroll. */
function place(view: WaterfallView, event: MouseEvent): { x: number; y: number } {
  const box = view.elements.viewport.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

function wheel(view: WaterfallView, event: WheelEvent): void {
  const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 33 : 1;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    const pivot = timeAt(place(view, event).x, view.geometry, view.session.window);
    view.session.zoom(Math.exp(event.deltaY * lines * WHEEL_ZOOM), pivot);
  } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
    event.preventDefault();
    view.session.pan(((event.deltaX || event.deltaY) * lines) / view.geometry.barsWidth);
  } else if (view.scaled) {
    event.preventDefault();
    view.scrollBy(event.deltaY * lines);
  }
}

function hover(view: WaterfallView, event: PointerEvent, onHover: HoverListener): void {
  const { x, y } = place(view, event);
  const { geometry, session } = view;
  const inTime = x >= geometry.barsLeft && x <= geometry.barsLeft + geometry.barsWidth;
  const line = view.lineAt(y);
  view.setPointer(line, inTime ? timeAt(x, geometry, session.window) : undefined);
  onHover(line, event.clientX, event.clientY);
}

function leave(view: WaterfallView, onHover: HoverListener): void {
  view.setPointer(-1, undefined);
  onHover(-1, 0, 0);
}

function click(view: WaterfallView, commands: Commands, event: MouseEvent): void {
  const { x, y } = place(view, event);
  const { session, geometry } = view;
  const line = view.lineAt(y);
  if (line < 0 || x > geometry.width) return;
  const { first, end } = view.scroll.visibleLines();
  const left = indentOf(session.rows.level[line]!, indentationFor(session.rows, first, end, geometry.treeWidth));
  if (x >= left - 2 && x < left + CHEVRON && session.collapsedAt(line) !== undefined) {
    session.setCollapsed(line, session.collapsedAt(line) === false);
    return;
  }
  session.selectLine(line);
  const row = session.rows.row[line]!;
  const mapped = (session.index.columns.flags[row]! & ROW.mapped) !== 0;
  const onSign = mapped && x < geometry.treeWidth && x > geometry.treeWidth - SIGN - 4;
  if (event.ctrlKey || event.metaKey || onSign) commands.openSource(event.altKey, row);
  else commands.openDetail();
}

function doubleClick(view: WaterfallView, event: MouseEvent): void {
  const { x } = place(view, event);
  const { session, geometry } = view;
  if (x >= geometry.treeWidth) session.fitSelection();
  else session.setCollapsed(session.selectedLine, session.collapsedAt(session.selectedLine) === false);
}

/** Dragging the bars moves the seen time, if not all of it is seen. */
function dragToPan(view: WaterfallView): Disposable {
  const { scroller } = view.elements;
  let drag: { x: number; from: number; to: number; moved: boolean } | undefined;
  const store = new DisposableStore();
  store.add(
    on(scroller, 'pointerdown', (event) => {
      const { x } = place(view, event);
      const { geometry, session } = view;
      const inBars = x > geometry.treeWidth && x < geometry.barsLeft + geometry.barsWidth;
      const whole = session.window.to - session.window.from >= session.index.totalNs;
      if (event.button === 0 && inBars && !whole) drag = { x, ...session.window, moved: false };
    }),
  );
  store.add(
    on(scroller, 'pointermove', (event) => {
      if (drag === undefined) return;
      if ((event.buttons & 1) === 0) {
        drag = undefined;
        return;
      }
      const by = place(view, event).x - drag.x;
      if (!drag.moved && Math.abs(by) < CLICK) return;
      if (!drag.moved) scroller.setPointerCapture(event.pointerId);
      drag.moved = true;
      const shift = (-by / view.geometry.barsWidth) * (drag.to - drag.from);
      view.session.setWindow({ from: drag.from + shift, to: drag.to + shift });
    }),
  );
  store.add(
    on(
      scroller,
      'click',
      (event) => {
        if (drag?.moved === true) event.stopImmediatePropagation();
        drag = undefined;
      },
      { capture: true },
    ),
  );
  return store;
}

/** Dragging on the ruler zooms to the stretch; a double click shows all. */
function dragOnRuler(view: WaterfallView): Disposable {
  const { ruler } = view.elements;
  const store = new DisposableStore();
  let start: number | undefined;
  const stretch = (x: number) => {
    const { geometry, session } = view;
    const clampedX = Math.min(geometry.barsLeft + geometry.barsWidth, Math.max(geometry.barsLeft, x));
    const [a, b] = [timeAt(start ?? 0, geometry, session.window), timeAt(clampedX, geometry, session.window)];
    return { from: Math.min(a, b), to: Math.max(a, b) };
  };
  store.add(
    on(ruler, 'pointerdown', (event) => {
      if (event.button !== 0 || event.offsetX < view.geometry.treeWidth) return;
      ruler.setPointerCapture(event.pointerId);
      start = Math.max(view.geometry.barsLeft, event.offsetX);
    }),
  );
  store.add(
    on(ruler, 'pointermove', (event) => {
      if (start !== undefined) view.setBrush(stretch(event.offsetX));
    }),
  );
  store.add(
    on(ruler, 'pointerup', (event) => {
      if (start !== undefined && Math.abs(event.offsetX - start) > CLICK)
        view.session.setWindow(stretch(event.offsetX));
      start = undefined;
      view.setBrush(undefined);
    }),
  );
  store.add(
    on(ruler, 'pointercancel', () => {
      start = undefined;
      view.setBrush(undefined);
    }),
  );
  store.add(on(ruler, 'dblclick', () => view.session.showAll()));
  return store;
}
