import { formatDuration } from '../../base/format';
import type { TimeWindow } from '../layout/intervals';
import { ticks } from '../layout/timeScale';
import type { Geometry } from './picture';
import type { Theme } from './theme';

export const RULER_HEIGHT = 24;

export interface RulerPicture {
  readonly context: CanvasRenderingContext2D;
  readonly theme: Theme;
  readonly geometry: Geometry;
  readonly window: TimeWindow;
  /** Time under the pointer, if it is over the time axis. */
  readonly pointer: number | undefined;
  /** Stretch being dragged. */
  readonly brush: TimeWindow | undefined;
}

/** Draws the times above the bars, the pointer's time and the stretch being dragged. */
export function drawRuler({ context, theme, geometry, window, pointer, brush }: RulerPicture): void {
  context.fillStyle = theme.background;
  context.fillRect(0, 0, geometry.width, RULER_HEIGHT);
  context.textBaseline = 'middle';
  context.direction = 'ltr';
  context.font = theme.smallFont;
  const scale = geometry.barsWidth / (window.to - window.from);
  const x = (at: number) => geometry.barsLeft + (at - window.from) * scale;
  const right = geometry.width;
  const middle = RULER_HEIGHT / 2 + 0.5;
  for (const tick of ticks(window, geometry.barsWidth)) {
    const at = Math.round(x(tick.at));
    context.fillStyle = theme.border;
    context.fillRect(at, RULER_HEIGHT - 6, 1, 6);
    context.fillStyle = theme.muted;
    const width = context.measureText(tick.label).width;
    context.fillText(tick.label, Math.min(at + 4, right - width - 2), middle);
  }
  if (brush !== undefined) {
    context.globalAlpha = 0.3;
    context.fillStyle = theme.brush;
    context.fillRect(x(brush.from), 0, Math.max(1, x(brush.to) - x(brush.from)), RULER_HEIGHT);
    context.globalAlpha = 1;
  }
  const shown = brush === undefined ? pointer : undefined;
  const label =
    brush !== undefined ? formatDuration(brush.to - brush.from) : shown !== undefined ? formatDuration(shown) : '';
  const at = brush !== undefined ? x(brush.to) : shown !== undefined ? x(shown) : 0;
  if (label !== '') drawFlag(context, theme, label, at, right, middle);
  context.fillStyle = theme.border;
  context.fillRect(0, RULER_HEIGHT - 1, geometry.width, 1);
  context.fillRect(geometry.treeWidth, 0, 1, RULER_HEIGHT);
}

function drawFlag(
  context: CanvasRenderingContext2D,
  theme: Theme,
  label: string,
  x: number,
  right: number,
  middle: number,
): void {
  const width = context.measureText(label).width + 10;
  const left = Math.min(x, right - width);
  context.fillStyle = theme.foreground;
  context.fillRect(Math.round(x), 0, 1, RULER_HEIGHT);
  context.beginPath();
  context.roundRect(left, 3, width, RULER_HEIGHT - 7, 3);
  context.fill();
  context.fillStyle = theme.background;
  context.fillText(label, left + 5, middle - 0.5);
}
