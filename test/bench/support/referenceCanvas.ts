/**
 * The least that shows a trace: columns on a canvas, a row a line, no text cut, no tree, no keys. What the real page is
 * measured against, in the same browser and the same run. Runs in the browser.
 */
import type { TraceView } from '../../../src/protocol/traceView';

const ROW = 22;

export class ReferenceCanvas {
  private readonly canvas = document.createElement('canvas');
  private readonly context = this.canvas.getContext('2d', { alpha: false })!;
  private top = 0;

  constructor(private readonly trace: TraceView) {
    this.canvas.width = window.innerWidth;
    this.canvas.height = window.innerHeight;
    document.body.replaceChildren(this.canvas);
    this.draw();
  }

  scrollBy(pixels: number): void {
    this.top = Math.max(0, Math.min(this.top + pixels, this.trace.count * ROW - this.canvas.height));
    requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    const { context, canvas, trace } = this;
    const { columns } = trace;
    context.fillStyle = '#1f1f1f';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.font = '13px sans-serif';
    const left = canvas.width * 0.38;
    const scale = (canvas.width - left) / Math.max(1, trace.durationNs);
    const first = Math.floor(this.top / ROW);
    for (let row = first; row < Math.min(trace.count, first + canvas.height / ROW + 1); row++) {
      const y = row * ROW - this.top;
      context.fillStyle = '#cccccc';
      context.fillText(trace.names[columns.name[row]!]!, columns.depth[row]! * 14, y + 15);
      context.fillStyle = '#3794ff';
      context.fillRect(left + columns.start[row]! * scale, y + 5, Math.max(1, columns.duration[row]! * scale), 12);
    }
  }
}
