import type { Disposable } from '../../base/disposable';

/** A canvas that follows the size of its box and the density of the screen, drawn at most once a frame. */
export class CanvasSurface implements Disposable {
  readonly context: CanvasRenderingContext2D;
  width = 0;
  height = 0;
  private frame = 0;
  private readonly observer: ResizeObserver;

  /**
   * @param draw draws everything, first when asked for; the context counts in CSS pixels.
   * @param resized is told of a new size first.
   * @param opaque `draw` paints every pixel; else what lies behind shows through.
   */
  constructor(
    readonly canvas: HTMLCanvasElement,
    private readonly draw: () => void,
    private readonly resized: () => void = () => undefined,
    opaque = true,
  ) {
    const context = canvas.getContext('2d', { alpha: !opaque });
    if (context === null) throw new Error('This browser gives no 2D canvas.');
    this.context = context;
    this.observer = new ResizeObserver(() => this.measure());
    this.observer.observe(canvas);
    const box = canvas.getBoundingClientRect();
    this.width = box.width;
    this.height = box.height;
  }

  /** Asks for a frame; many calls make one. */
  invalidate(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.paint());
  }

  /** Draws now instead of at the next frame. */
  paint(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    if (this.width === 0 || this.height === 0) return;
    const density = window.devicePixelRatio || 1;
    const wide = Math.round(this.width * density);
    const high = Math.round(this.height * density);
    if (this.canvas.width !== wide || this.canvas.height !== high) {
      this.canvas.width = wide;
      this.canvas.height = high;
    }
    this.context.setTransform(density, 0, 0, density, 0, 0);
    this.draw();
  }

  dispose(): void {
    cancelAnimationFrame(this.frame);
    this.observer.disconnect();
  }

  private measure(): void {
    const box = this.canvas.getBoundingClientRect();
    if (box.width === this.width && box.height === this.height) return;
    this.width = box.width;
    this.height = box.height;
    this.resized();
    // A canvas loses its picture when it is resized; waiting for the next frame would flash.
    this.paint();
  }
}
