import type { Theme } from './theme';

/** A chevron as in the editor's trees, centred at (x, y). */
export function drawChevron(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  closed: boolean,
  color: string,
): void {
  context.strokeStyle = color;
  context.lineWidth = 1.2;
  context.beginPath();
  if (closed) {
    context.moveTo(x - 2, y - 4);
    context.lineTo(x + 2, y);
    context.lineTo(x - 2, y + 4);
  } else {
    context.moveTo(x - 4, y - 2);
    context.lineTo(x, y + 2);
    context.lineTo(x + 4, y - 2);
  }
  context.stroke();
}

/** A disc with a stroke and a dot; only the ring if not the span itself but something below it failed. */
export function drawErrorSign(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  theme: Theme,
  own: boolean,
): void {
  context.beginPath();
  context.arc(x, y, 6, 0, 2 * Math.PI);
  context.lineWidth = 1.2;
  context.strokeStyle = theme.error;
  context.fillStyle = theme.error;
  if (own) context.fill();
  else context.stroke();
  context.fillStyle = own ? theme.background : theme.error;
  context.fillRect(x - 0.75, y - 3.5, 1.5, 4);
  context.fillRect(x - 0.75, y + 1.7, 1.5, 1.6);
}

/** `</>` in strokes: the code of the span is known. */
export function drawCodeSign(context: CanvasRenderingContext2D, x: number, y: number, color: string): void {
  context.strokeStyle = color;
  context.lineWidth = 1.2;
  context.beginPath();
  context.moveTo(x - 3, y - 3.5);
  context.lineTo(x - 6.5, y);
  context.lineTo(x - 3, y + 3.5);
  context.moveTo(x + 3, y - 3.5);
  context.lineTo(x + 6.5, y);
  context.lineTo(x + 3, y + 3.5);
  context.moveTo(x + 1.2, y - 4.5);
  context.lineTo(x - 1.2, y + 4.5);
  context.stroke();
}
