import type { TraceListItem } from '../../../protocol/backends';
import type { Theme } from '../../canvas/theme';
import { durationTicks, xOf, yOf, type Point, type ScatterScale } from './scatterScale';

/** Everything that a chart of durations over time is drawn from. */
export interface ScatterPicture {
  readonly context: CanvasRenderingContext2D;
  readonly theme: Theme;
  readonly width: number;
  readonly height: number;
  readonly scale: ScatterScale | undefined;
  readonly items: readonly TraceListItem[];
  /** Stands out: the selected one, and the one under the pointer. */
  readonly selected: TraceListItem | undefined;
  readonly hovered: TraceListItem | undefined;
  /** Corners of what is being dragged, or was. */
  readonly brush: readonly [Point, Point] | undefined;
}

/** From this many on, points are squares of two pixels: arcs would take longer than a frame. */
const MANY = 3_000;

/** Draws the chart: a dot for a trace, a cross in another colour for one with errors. */
export function drawScatter(picture: ScatterPicture): void {
  const { context, theme, width, height, scale, items, brush } = picture;
  // Views have other backgrounds than editors: the page's own shows through.
  context.clearRect(0, 0, width, height);
  if (scale === undefined) return;
  drawAxes(picture, scale);
  if (brush !== undefined) drawBrush(context, theme, brush);
  const small = items.length > MANY;
  context.fillStyle = theme.services[0]![0]!.solid;
  for (const item of items) if (item.errorCount === 0) drawDot(context, scale, item, small);
  context.strokeStyle = theme.error;
  context.lineWidth = 1.5;
  context.beginPath();
  for (const item of items) if (item.errorCount > 0) addCross(context, scale, item, small ? 2 : 3);
  context.stroke();
  for (const item of [picture.hovered, picture.selected]) {
    if (item === undefined) continue;
    context.strokeStyle = theme.foreground;
    context.lineWidth = 1.5;
    context.beginPath();
    context.arc(xOf(scale, item.startMs), yOf(scale, item.durationNs), 5.5, 0, Math.PI * 2);
    context.stroke();
  }
}

function drawAxes({ context, theme, width, height }: ScatterPicture, scale: ScatterScale): void {
  context.font = theme.smallFont;
  context.direction = 'ltr';
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const { y, label } of durationTicks(scale)) {
    context.fillStyle = theme.grid;
    context.fillRect(scale.left, Math.round(y), scale.width, 1);
    context.fillStyle = theme.muted;
    context.fillText(label, scale.left - 6, y);
  }
  context.textBaseline = 'alphabetic';
  context.textAlign = 'left';
  const [first, last] = timeLabels(scale.fromMs, scale.toMs);
  context.fillText(first, scale.left, height - 4);
  const room = scale.width - context.measureText(first).width - 12;
  if (context.measureText(last).width > room) return;
  context.textAlign = 'right';
  context.fillText(last, Math.min(width - 4, scale.left + scale.width), height - 4);
}

/** The day is only said where there is more than one. */
function timeLabels(fromMs: number, toMs: number): readonly [string, string] {
  const [from, to] = [new Date(fromMs), new Date(toMs)];
  const oneDay = from.toDateString() === to.toDateString();
  const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
  const options: Intl.DateTimeFormatOptions = oneDay
    ? toMs - fromMs < 10 * 60_000
      ? { ...time, second: '2-digit' }
      : time
    : { ...time, month: 'short', day: 'numeric' };
  return [from.toLocaleString(undefined, options), to.toLocaleString(undefined, options)];
}

function drawDot(context: CanvasRenderingContext2D, scale: ScatterScale, item: TraceListItem, small: boolean): void {
  const x = xOf(scale, item.startMs);
  const y = yOf(scale, item.durationNs);
  if (small) context.fillRect(x - 1, y - 1, 2, 2);
  else {
    context.beginPath();
    context.arc(x, y, 2.5, 0, Math.PI * 2);
    context.fill();
  }
}

function addCross(context: CanvasRenderingContext2D, scale: ScatterScale, item: TraceListItem, arm: number): void {
  const x = xOf(scale, item.startMs);
  const y = yOf(scale, item.durationNs);
  context.moveTo(x - arm, y - arm);
  context.lineTo(x + arm, y + arm);
  context.moveTo(x + arm, y - arm);
  context.lineTo(x - arm, y + arm);
}

function drawBrush(context: CanvasRenderingContext2D, theme: Theme, [a, b]: readonly [Point, Point]): void {
  const [x, y, width, height] = [Math.min(a.x, b.x), Math.min(a.y, b.y), Math.abs(a.x - b.x), Math.abs(a.y - b.y)];
  context.globalAlpha = 0.18;
  context.fillStyle = theme.brush;
  context.fillRect(x, y, width, height);
  context.globalAlpha = 1;
  context.strokeStyle = theme.brush;
  context.lineWidth = 1;
  context.strokeRect(x + 0.5, y + 0.5, width, height);
}
