/** Height of a row in pixels, as in the editor's lists. */
export const ROW_HEIGHT = 22;

/** Browsers cap the height of an element (Chromium at 2²⁵ px, less when zoomed); beyond this the scroller is scaled. */
const TALLEST = 8_000_000;

/**
 * Lines under a scroll bar that may be shorter than they are tall: `top` counts true pixels, the scroll bar moves by
 * `top / factor`.
 */
export class ScrollModel {
  private lines = 0;
  private viewport = 0;
  /** First pixel seen. */
  top = 0;

  /** Takes new sizes and keeps `top` in range. */
  resize(lines: number, viewport: number): void {
    this.lines = lines;
    this.viewport = viewport;
    this.scrollTo(this.top);
  }

  get contentHeight(): number {
    return this.lines * ROW_HEIGHT;
  }

  get spacerHeight(): number {
    return Math.min(this.contentHeight, Math.max(TALLEST, this.viewport));
  }

  get viewportHeight(): number {
    return this.viewport;
  }

  /** True pixels per pixel of the scroll bar's range; 1 unless the content is taller than an element may be. */
  get factor(): number {
    const range = this.spacerHeight - this.viewport;
    return range <= 0 ? 1 : (this.contentHeight - this.viewport) / range;
  }

  scrollTo(top: number): void {
    this.top = Math.max(0, Math.min(top, this.contentHeight - this.viewport));
  }

  /** Moves as little as shows the whole line; with `margin` lines around it if it was out of sight. */
  showLine(line: number, margin = 3): void {
    const y = line * ROW_HEIGHT;
    if (y < this.top) this.scrollTo(y - margin * ROW_HEIGHT);
    else if (y + ROW_HEIGHT > this.top + this.viewport) {
      this.scrollTo(y + ROW_HEIGHT * (margin + 1) - this.viewport);
    }
  }

  /** First line seen at least in part, and the line after the last. */
  visibleLines(): { first: number; end: number } {
    const first = Math.max(0, Math.floor(this.top / ROW_HEIGHT));
    return { first, end: Math.min(this.lines, Math.ceil((this.top + this.viewport) / ROW_HEIGHT)) };
  }

  /** The line at a height of the viewport, -1 below the last. */
  lineAt(y: number): number {
    const line = Math.floor((this.top + y) / ROW_HEIGHT);
    return line >= 0 && line < this.lines ? line : -1;
  }
}
