import { ROW } from '../../protocol/traceView';
import { ROW_HEIGHT } from '../layout/scrollModel';
import { CHEVRON, indentOf, MARK, SIGN } from '../layout/treeCell';
import { formatCount } from '../../base/format';
import { drawChevron, drawCodeSign, drawErrorSign } from './signs';
import type { Picture } from './picture';

/** Narrower than this, the service's name gives way to the span's. */
const ROOM_FOR_SERVICE = 190;

/** Narrower than this, the number of members gives way as well. */
const ROOM_FOR_TIMES = 70;

/** Draws guides, chevron, service mark, names and signs of one line. */
export function drawTreeCell(picture: Picture, line: number, y: number): void {
  const { context, session, theme, colors } = picture;
  const row = session.rows.row[line]!;
  const { columns } = session.index;
  const selected = line === session.selectedLine;
  const ink = selected && picture.focused ? theme.selectionText : theme.foreground;
  const middle = y + ROW_HEIGHT / 2 + 0.5;
  drawGuides(picture, line, y);
  let x = indentOf(session.rows.level[line]!, picture.indentation);
  const collapsed = session.collapsedAt(line);
  if (collapsed !== undefined) drawChevron(context, x + CHEVRON / 2 - 1, middle, collapsed, ink);
  x += CHEVRON;
  context.fillStyle = colors[columns.service[row]!]!.solid;
  context.beginPath();
  context.roundRect(x, y + 5, 4, ROW_HEIGHT - 10, 2);
  context.fill();
  x += MARK;
  const right = drawSigns(picture, line, middle);
  drawNames(picture, line, x, right - x, middle, ink);
}

function drawGuides(picture: Picture, line: number, y: number): void {
  const { context, session, theme, indentation } = picture;
  const level = session.rows.level[line]!;
  context.fillStyle = theme.guide;
  for (let at = indentation.shift; at < level; at++) {
    context.fillRect(indentOf(at, indentation) + CHEVRON / 2 - 1, y, 1, ROW_HEIGHT);
  }
}

/** Signs from the right edge: the code is known, something failed. Returns where the names must end. */
function drawSigns(picture: Picture, line: number, middle: number): number {
  const { context, session, theme, geometry } = picture;
  const { columns, groups } = session.index;
  const row = session.rows.row[line]!;
  const group = session.rows.group[line]!;
  const folded = session.collapsedAt(line) === true;
  let x = geometry.treeWidth - 4;
  if ((columns.flags[row]! & ROW.mapped) !== 0) {
    drawCodeSign(context, x - SIGN / 2, middle, line === picture.hovered ? theme.link : theme.muted);
  }
  x -= SIGN;
  const end = group >= 0 ? groups.end[group]! : folded ? columns.subtreeEnd[row]! : row + 1;
  if (session.index.errorsIn(row, end) > 0) {
    const own = group < 0 && session.index.errorsIn(row, row + 1) > 0;
    drawErrorSign(context, x - SIGN / 2, middle, theme, own);
    x -= SIGN;
  }
  return x;
}

function drawNames(picture: Picture, line: number, left: number, width: number, middle: number, ink: string): void {
  const { context, session, theme, text } = picture;
  const { columns, trace, groups } = session.index;
  const row = session.rows.row[line]!;
  const parent = columns.parent[row]!;
  let x = left;
  let room = width;
  const changed = parent < 0 || columns.service[parent] !== columns.service[row];
  if (changed && room > ROOM_FOR_SERVICE) {
    const service = text.fit(text.safe(trace.services[columns.service[row]!]!), theme.font, room * 0.45);
    context.font = theme.font;
    context.fillStyle = ink === theme.foreground ? theme.muted : ink;
    context.fillText(service, x, middle);
    const used = text.width(service, theme.font) + 8;
    x += used;
    room -= used;
  }
  const group = session.rows.group[line]!;
  const times = group >= 0 && room > ROOM_FOR_TIMES ? `×${formatCount(groups.size[group]!)}` : '';
  const timesWidth = times === '' ? 0 : text.width(times, theme.font) + 8;
  const name = text.fit(text.safe(trace.names[columns.name[row]!]!) || '(no name)', theme.font, room - timesWidth);
  context.font = theme.font;
  context.fillStyle = ink;
  context.fillText(name, x, middle);
  if (times === '') return;
  context.fillStyle = ink === theme.foreground ? theme.muted : ink;
  context.fillText(times, x + text.width(name, theme.font) + 8, middle);
}
