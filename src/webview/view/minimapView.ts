import { DisposableStore, type Disposable } from '../../base/disposable';
import type { TimeWindow } from '../layout/intervals';
import { minimapPicture, type MinimapPicture } from '../layout/minimapLines';
import type { TraceSession } from '../state/traceSession';
import { CanvasSurface } from '../canvas/canvasSurface';
import { serviceColors, type ThemeWatcher } from '../canvas/theme';

/** Air at both ends of the minimap, so that the handles can be grasped. */
export const MINIMAP_AIR = 8;

/** The whole trace in small, with the part that is seen. */
export class MinimapView implements Disposable {
  private readonly store = new DisposableStore();
  private readonly surface: CanvasSurface;
  private picture: MinimapPicture | undefined;
  private pictureHeight = 0;
  private brush: TimeWindow | undefined;

  constructor(
    readonly canvas: HTMLCanvasElement,
    readonly session: TraceSession,
    private readonly themes: ThemeWatcher,
  ) {
    this.surface = new CanvasSurface(canvas, () => this.draw());
    this.store.add(this.surface);
    this.store.add(
      session.onDidChange((change) => {
        if (change === 'window' || change === 'search' || change === 'selection') this.surface.invalidate();
      }),
    );
    this.store.add(themes.onDidChange(() => this.surface.invalidate()));
    this.surface.invalidate();
  }

  get width(): number {
    return this.surface.width - 2 * MINIMAP_AIR;
  }

  /** The time under a pixel, 0 to the trace's length. */
  timeAt(x: number): number {
    const share = (x - MINIMAP_AIR) / Math.max(1, this.width);
    return Math.min(1, Math.max(0, share)) * this.session.index.totalNs;
  }

  xOf(time: number): number {
    return MINIMAP_AIR + (time / this.session.index.totalNs) * this.width;
  }

  setBrush(brush: TimeWindow | undefined): void {
    this.brush = brush;
    this.surface.invalidate();
  }

  dispose(): void {
    this.store.dispose();
  }

  private draw(): void {
    const { context, width, height } = this.surface;
    const theme = this.themes.current;
    const { index, search } = this.session;
    context.fillStyle = theme.background;
    context.fillRect(0, 0, width, height);
    const inner = height - 8;
    if (this.picture === undefined || this.pictureHeight !== inner) {
      this.picture = minimapPicture(index, inner / 2);
      this.pictureHeight = inner;
    }
    const colors = serviceColors(theme, index.trace.services);
    const step = Math.min(4, inner / Math.max(1, this.picture.lines.length));
    this.picture.lines.forEach((line, i) => {
      context.fillStyle = colors[line.service]!.solid;
      const x = this.xOf(line.from);
      context.fillRect(x, 4 + i * step, Math.max(1, this.xOf(line.to) - x), Math.max(1, step - (step > 2 ? 1 : 0)));
    });
    context.fillStyle = theme.error;
    for (const at of this.picture.errors) context.fillRect(this.xOf(at * index.totalNs) - 1, height - 5, 3, 4);
    context.fillStyle = theme.match;
    const matches = search.matches?.rows;
    const stride = Math.max(1, Math.ceil((matches?.length ?? 0) / 500));
    for (let i = 0; matches !== undefined && i < matches.length; i += stride) {
      context.fillRect(this.xOf(index.columns.start[matches[i]!]!), 0, 2, 4);
    }
    this.drawWindow();
  }

  private drawWindow(): void {
    const { context, width, height } = this.surface;
    const theme = this.themes.current;
    const { window } = this.session;
    const left = this.xOf(window.from);
    const right = this.xOf(window.to);
    context.fillStyle = theme.background;
    context.globalAlpha = 0.7;
    context.fillRect(0, 0, left, height);
    context.fillRect(right, 0, width - right, height);
    context.globalAlpha = 1;
    context.strokeStyle = theme.muted;
    context.lineWidth = 1;
    context.strokeRect(left + 0.5, 0.5, Math.max(1, right - left - 1), height - 1);
    context.fillStyle = theme.muted;
    for (const x of [left, right]) {
      context.beginPath();
      context.roundRect(x - 3, height / 2 - 8, 6, 16, 2);
      context.fill();
    }
    if (this.brush === undefined) return;
    context.globalAlpha = 0.35;
    context.fillStyle = theme.brush;
    context.fillRect(
      this.xOf(this.brush.from),
      0,
      Math.max(1, this.xOf(this.brush.to) - this.xOf(this.brush.from)),
      height,
    );
    context.globalAlpha = 1;
  }
}
