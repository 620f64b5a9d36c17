import { ROW_HEIGHT } from '../layout/scrollModel';
import { ticks } from '../layout/timeScale';
import { drawBar } from './drawBar';
import { drawTreeCell } from './drawTreeCell';
import type { Picture } from './picture';

/** Share at which lines that do not match are drawn. */
const DIMMED = 0.38;

/** Draws the lines in sight; the cost depends on their number and on the width, not on the trace. */
export function drawRows(picture: Picture): void {
  const { context, geometry, scroll, theme } = picture;
  context.fillStyle = theme.background;
  context.fillRect(0, 0, geometry.width, geometry.height);
  context.textBaseline = 'middle';
  context.direction = 'ltr';
  const { first, end } = scroll.visibleLines();
  for (let line = first; line < end; line++) drawBackground(picture, line, yOf(picture, line));
  drawGrid(picture, yOf(picture, end));
  clipped(picture, 0, geometry.treeWidth, () => {
    for (let line = first; line < end; line++)
      faded(picture, line, () => drawTreeCell(picture, line, yOf(picture, line)));
  });
  clipped(picture, geometry.treeWidth, geometry.width, () => {
    for (let line = first; line < end; line++) faded(picture, line, () => drawBar(picture, line, yOf(picture, line)));
  });
  drawFocus(picture);
}

function yOf(picture: Picture, line: number): number {
  return Math.round(line * ROW_HEIGHT - picture.scroll.top);
}

function clipped({ context, geometry }: Picture, from: number, to: number, draw: () => void): void {
  context.save();
  context.beginPath();
  context.rect(from, 0, to - from, geometry.height);
  context.clip();
  draw();
  context.restore();
}

function faded(picture: Picture, line: number, draw: () => void): void {
  const marked = picture.session.search.matches?.marked;
  const dim = marked !== undefined && marked[picture.session.rows.row[line]!] !== 1 && !groupMatches(picture, line);
  if (dim) picture.context.globalAlpha = DIMMED;
  draw();
  if (dim) picture.context.globalAlpha = 1;
}

/** A group's header stands for its members: it matches if any of them does. */
function groupMatches({ session }: Picture, line: number): boolean {
  const group = session.rows.group[line]!;
  if (group < 0) return false;
  const first = session.index.groups.first[group]!;
  return session.search.matchesIn(first, session.index.groups.end[group]!);
}

function drawBackground(picture: Picture, line: number, y: number): void {
  const { context, session, theme, geometry } = picture;
  const selected = line === session.selectedLine;
  if (selected || line === picture.hovered) {
    context.fillStyle = selected ? (picture.focused ? theme.selection : theme.inactiveSelection) : theme.hover;
    context.fillRect(0, y, geometry.width, ROW_HEIGHT);
  }
  if (session.search.matches?.marked[session.rows.row[line]!] === 1) {
    context.fillStyle = theme.match;
    context.fillRect(0, y + 2, 3, ROW_HEIGHT - 4);
  }
}

function drawGrid(picture: Picture, bottom: number): void {
  const { context, session, theme, geometry } = picture;
  context.fillStyle = theme.grid;
  const scale = geometry.barsWidth / (session.window.to - session.window.from);
  for (const tick of ticks(session.window, geometry.barsWidth)) {
    const x = geometry.barsLeft + (tick.at - session.window.from) * scale;
    context.fillRect(Math.round(x), 0, 1, Math.max(bottom, geometry.height));
  }
  context.fillStyle = theme.border;
  context.fillRect(geometry.treeWidth, 0, 1, geometry.height);
}

/** In high contrast the selection has no fill of its own, so it is outlined, focused or not. */
function drawFocus(picture: Picture): void {
  const { context, session, theme, geometry } = picture;
  const line = session.selectedLine;
  if (line < 0 || !(picture.focused || theme.highContrast)) return;
  const y = yOf(picture, line);
  context.strokeStyle = theme.focus;
  context.lineWidth = 1;
  if (theme.highContrast && !picture.focused) context.setLineDash([3, 3]);
  context.strokeRect(0.5, y + 0.5, geometry.width - 1, ROW_HEIGHT - 1);
  context.setLineDash([]);
}
