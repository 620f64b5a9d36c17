import { displayText } from '../layout/displayText';
import { remembered } from '../layout/remembered';

/** More remembered texts than this are forgotten together; a screen shows about a hundred. */
const MOST_REMEMBERED = 4000;

/** Cuts texts to a width. Measuring is the dearest part of a frame, so results are remembered. */
export class TextFitter {
  private readonly fitted = new Map<string, string>();
  private readonly widths = new Map<string, number>();
  private readonly shown = new Map<string, string>();

  constructor(private readonly context: CanvasRenderingContext2D) {}

  /** Forgets everything; needed when fonts change. */
  clear(): void {
    this.fitted.clear();
    this.widths.clear();
    this.shown.clear();
  }

  /** A name out of the trace, safe to draw on one line. */
  safe(text: string): string {
    return remembered(this.shown, text, MOST_REMEMBERED, () => displayText(text));
  }

  width(text: string, font: string): number {
    return remembered(this.widths, `${font}\n${text}`, MOST_REMEMBERED, () => {
      this.context.font = font;
      return this.context.measureText(text).width;
    });
  }

  /** As much of `text` as fits into `width` pixels, ending in `…` if something was cut. */
  fit(text: string, font: string, width: number): string {
    if (width < 8) return '';
    if (this.width(text, font) <= width) return text;
    return remembered(this.fitted, `${font}\n${Math.floor(width)}\n${text}`, MOST_REMEMBERED, () => {
      this.context.font = font;
      let low = 0;
      let high = text.length;
      while (low < high) {
        const middle = (low + high + 1) >>> 1;
        if (this.context.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle;
        else high = middle - 1;
      }
      const last = text.charCodeAt(low - 1);
      const whole = last >= 0xd800 && last <= 0xdbff ? low - 1 : low;
      return whole <= 0 ? '' : `${text.slice(0, whole).trimEnd()}…`;
    });
  }
}
