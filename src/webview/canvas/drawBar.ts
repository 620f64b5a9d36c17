import { ROW } from '../../protocol/traceView';
import { barOf, labelPlace, THINNEST, type Bar } from '../layout/bars';
import { ROW_HEIGHT } from '../layout/scrollModel';
import { STATUS_ERROR } from '../layout/traceIndex';
import type { Picture } from './picture';

const BAR_HEIGHT = 12;
const BAR_TOP = (ROW_HEIGHT - BAR_HEIGHT) / 2;

/** Draws the timeline of one line: bar, waiting time, critical path, label. */
export function drawBar(picture: Picture, line: number, y: number): void {
  const { context, session, theme, geometry, colors } = picture;
  const row = session.rows.row[line]!;
  const group = session.rows.group[line]! >= 0;
  const collapsed = session.collapsedAt(line) === true;
  const bar = barOf(session.index, session.rows, line, collapsed, session.window, geometry.barsWidth);
  const middle = y + ROW_HEIGHT / 2;
  if (bar.outside !== undefined) {
    drawOutside(picture, bar.outside, middle);
    return;
  }
  const color = colors[session.index.columns.service[row]!]!;
  const left = geometry.barsLeft;
  if (group) drawRuns(context, bar.runs, left, y + BAR_TOP, color.solid, true);
  else drawSolid(picture, bar, row, y, color);
  if (session.criticalPath && bar.critical.length > 0) {
    context.fillStyle = theme.background;
    forRuns(bar.critical, (x0, x1) => context.fillRect(left + x0, middle - 1.5, Math.max(THINNEST, x1 - x0), 3));
    context.fillStyle = theme.foreground;
    forRuns(bar.critical, (x0, x1) => context.fillRect(left + x0, middle - 1, Math.max(THINNEST, x1 - x0), 2));
  }
  if (line === session.selectedLine && !group) drawEvents(picture, middle);
  drawLabel(picture, line, bar, middle + 0.5);
}

function drawSolid(
  { context, session, theme, geometry }: Picture,
  bar: Bar,
  row: number,
  y: number,
  color: { readonly solid: string; readonly light: string },
): void {
  const { status, flags } = session.index.columns;
  const left = geometry.barsLeft + bar.x0;
  const width = Math.max(THINNEST, bar.x1 - bar.x0);
  const top = y + BAR_TOP;
  if ((flags[row]! & (ROW.unfinished | ROW.negative)) !== 0) {
    drawDiamond(context, left, y + ROW_HEIGHT / 2, color.solid);
    return;
  }
  context.save();
  context.beginPath();
  context.roundRect(left, top, width, BAR_HEIGHT, Math.min(2, width / 2));
  context.clip();
  context.fillStyle = color.solid;
  context.fillRect(left, top, width, BAR_HEIGHT);
  drawRuns(context, bar.runs, geometry.barsLeft, top, color.light, false);
  context.restore();
  const failed = status[row] === STATUS_ERROR;
  if (!failed && !theme.highContrast) return;
  context.strokeStyle = failed ? theme.error : theme.border;
  context.lineWidth = 1;
  context.beginPath();
  context.roundRect(left + 0.5, top + 0.5, Math.max(1, width - 1), BAR_HEIGHT - 1, Math.min(2, width / 2));
  context.stroke();
}

function drawRuns(
  context: CanvasRenderingContext2D,
  runs: readonly number[],
  left: number,
  top: number,
  color: string,
  apart: boolean,
): void {
  context.fillStyle = color;
  forRuns(runs, (x0, x1) => {
    const width = Math.max(apart ? THINNEST : 0, x1 - x0);
    context.fillRect(left + x0, top, width, BAR_HEIGHT);
  });
}

function forRuns(runs: readonly number[], draw: (x0: number, x1: number) => void): void {
  for (let i = 0; i < runs.length; i += 2) draw(runs[i]!, runs[i + 1]!);
}

function drawDiamond(context: CanvasRenderingContext2D, x: number, y: number, color: string): void {
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(x, y - 5);
  context.lineTo(x + 5, y);
  context.lineTo(x, y + 5);
  context.lineTo(x - 5, y);
  context.closePath();
  context.stroke();
}

/** A small arrow at the edge beyond which the span lies. */
function drawOutside({ context, geometry, theme }: Picture, side: 'left' | 'right', middle: number): void {
  const x = side === 'left' ? geometry.barsLeft : geometry.barsLeft + geometry.barsWidth;
  const toward = side === 'left' ? 5 : -5;
  context.fillStyle = theme.muted;
  context.beginPath();
  context.moveTo(x, middle);
  context.lineTo(x + toward, middle - 4);
  context.lineTo(x + toward, middle + 4);
  context.fill();
}

function drawEvents({ context, session, geometry, theme, events }: Picture, middle: number): void {
  const scale = geometry.barsWidth / (session.window.to - session.window.from);
  context.fillStyle = theme.foreground;
  for (const at of events) {
    const x = geometry.barsLeft + (at - session.window.from) * scale;
    if (x < geometry.barsLeft || x > geometry.barsLeft + geometry.barsWidth) continue;
    context.beginPath();
    context.moveTo(x, middle - 2);
    context.lineTo(x + 4, middle - 8);
    context.lineTo(x - 4, middle - 8);
    context.fill();
  }
}

function drawLabel(picture: Picture, line: number, bar: Bar, middle: number): void {
  const { context, session, theme, geometry, text } = picture;
  const width = text.width(bar.label, theme.smallFont);
  const place = labelPlace(bar, width, geometry.barsWidth + geometry.labelRoom);
  const x = geometry.barsLeft + place.x;
  const selected = line === session.selectedLine && picture.focused;
  if (place.inside) {
    context.fillStyle = theme.background;
    context.beginPath();
    context.roundRect(x - 4, middle - 7.5, width + 8, 14, 3);
    context.fill();
  }
  context.font = theme.smallFont;
  context.fillStyle = place.inside ? theme.foreground : selected ? theme.selectionText : theme.muted;
  context.fillText(bar.label, x, middle);
}
