import { DisposableStore, toDisposable, type Disposable } from '../../../base/disposable';
import type { TraceListItem } from '../../../protocol/backends';
import { CanvasSurface } from '../../canvas/canvasSurface';
import type { ThemeWatcher } from '../../canvas/theme';
import { drawScatter } from './drawScatter';
import type { ChartRegion } from '../results/resultOrder';
import type { ResultsModel } from '../results/resultsModel';
import { nearestTrace, regionBetween, scatterScale, xOf, yOf, type Point, type ScatterScale } from './scatterScale';

/** A click hits what is this near, in pixels; a longer way is a drag. */
const REACH = 10;
const DRAG = 4;
const MARGIN = { left: 52, top: 8, right: 10, bottom: 18 } as const;

/** Durations over time on a canvas: click selects a trace, drag a region. */
export class ScatterView implements Disposable {
  private readonly disposables = new DisposableStore();
  private readonly surface: CanvasSurface;
  private scale: ScatterScale | undefined;
  private hovered: TraceListItem | undefined;
  private drag: { readonly from: Point; to: Point } | undefined;

  constructor(
    canvas: HTMLCanvasElement,
    private readonly results: ResultsModel,
    private readonly themes: ThemeWatcher,
    private readonly onOpen: (item: TraceListItem) => void,
  ) {
    this.surface = this.disposables.add(
      new CanvasSurface(
        canvas,
        () => this.draw(),
        () => this.rescale(),
        false,
      ),
    );
    this.disposables.add(
      results.onDidChange((change) => {
        if (change === 'rows') this.rescale();
        this.surface.invalidate();
      }),
    );
    this.disposables.add(themes.onDidChange(() => this.surface.invalidate()));
    this.listen(canvas);
    this.rescale();
    this.surface.invalidate();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private rescale(): void {
    const { width, height } = this.surface;
    const { left, top, right, bottom } = MARGIN;
    const box = { left, top, width: width - left - right, height: height - top - bottom };
    this.scale = scatterScale(this.results.items, box);
  }

  private draw(): void {
    const { surface, results, themes, hovered, scale } = this;
    drawScatter({
      ...{ context: surface.context, theme: themes.current, width: surface.width, height: surface.height },
      ...{ scale, items: results.items, selected: results.selected, hovered, brush: this.brush() },
    });
  }

  /** What is being dragged; else the region that is shown. */
  private brush(): readonly [Point, Point] | undefined {
    const { drag, scale } = this;
    if (drag !== undefined) return [drag.from, drag.to];
    const { region } = this.results;
    return region === undefined || scale === undefined ? undefined : cornersOf(region, scale);
  }

  private listen(canvas: HTMLCanvasElement): void {
    const on = <K extends keyof HTMLElementEventMap>(
      type: K,
      listener: (event: HTMLElementEventMap[K]) => void,
    ): void => {
      canvas.addEventListener(type, listener);
      this.disposables.add(toDisposable(() => canvas.removeEventListener(type, listener)));
    };
    on('pointerdown', (event) => {
      if (event.button !== 0) return;
      const from = pointOf(event);
      this.drag = { from, to: from };
      canvas.setPointerCapture(event.pointerId);
    });
    on('pointermove', (event) => this.moved(canvas, pointOf(event)));
    on('pointerup', (event) => this.released(pointOf(event)));
    on('pointercancel', () => this.letGo());
    on('pointerleave', () => this.hover(canvas, undefined));
    on('dblclick', (event) => {
      const item = this.at(pointOf(event));
      if (item !== undefined) this.onOpen(item);
    });
    on('keydown', (event) => this.onKey(event));
  }

  private moved(canvas: HTMLCanvasElement, point: Point): void {
    if (this.drag === undefined) {
      this.hover(canvas, this.at(point));
      return;
    }
    this.drag.to = point;
    this.surface.invalidate();
  }

  private released(point: Point): void {
    const { drag, scale, results } = this;
    this.letGo();
    if (drag === undefined || scale === undefined) return;
    if (Math.hypot(point.x - drag.from.x, point.y - drag.from.y) >= DRAG) {
      results.setRegion(regionBetween(scale, drag.from, point));
      return;
    }
    const item = this.at(point);
    if (item === undefined) {
      if (results.region !== undefined) results.setRegion(undefined);
      return;
    }
    if (!results.shown.includes(item)) results.setRegion(undefined);
    results.select(item.traceId);
  }

  private letGo(): void {
    this.drag = undefined;
    this.surface.invalidate();
  }

  private hover(canvas: HTMLCanvasElement, item: TraceListItem | undefined): void {
    if (item === this.hovered) return;
    this.hovered = item;
    canvas.style.cursor = item === undefined ? '' : 'pointer';
    canvas.title = item === undefined ? '' : `${item.rootService} ${item.rootName}`;
    this.surface.invalidate();
  }

  private at(point: Point): TraceListItem | undefined {
    return this.scale === undefined ? undefined : nearestTrace(this.scale, this.results.items, point, REACH);
  }

  /** Left and right go through the traces by time, as they stand there. */
  private onKey(event: KeyboardEvent): void {
    const { results } = this;
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by !== 0) {
      const inTime = [...results.shown].sort((a, b) => a.startMs - b.startMs);
      const at = results.selected === undefined ? -1 : inTime.indexOf(results.selected);
      const next = at < 0 ? (by > 0 ? 0 : inTime.length - 1) : at + by;
      results.select(inTime[Math.min(inTime.length - 1, Math.max(0, next))]?.traceId);
    } else if (event.key === 'Enter' && results.selected !== undefined) this.onOpen(results.selected);
    else if (event.key === 'Escape' && results.region !== undefined) results.setRegion(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

function cornersOf(region: ChartRegion, scale: ScatterScale): readonly [Point, Point] {
  return [
    { x: xOf(scale, region.fromMs), y: yOf(scale, Math.min(region.mostNs, scale.mostNs)) },
    { x: xOf(scale, region.toMs), y: yOf(scale, region.leastNs) },
  ];
}

function pointOf(event: MouseEvent): Point {
  return { x: event.offsetX, y: event.offsetY };
}
