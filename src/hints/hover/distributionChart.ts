import { formatCount, formatDuration, THIN } from '../../base/format';
import type { ThemeKind } from '../../model/hover';
import type { OperationStats } from '../../model/operation';
import { percentileName } from '../words';
import { escapeXml, shorten } from '../text';
import { axisTicks, bars, chartAxis, type ChartAxis } from './chartAxis';
import { chartColors, type ChartColors } from './chartColors';

const WIDTH = 480;
const PAD = 10;
const PLOT = WIDTH - 2 * PAD;
const BARS = 44;
const BAR_HEIGHT = 56;
const LABEL_ROW = 13;
/** Mean width of a glyph at the 11 px the labels have; an image cannot measure its text. */
const GLYPH = 6.2;

/** A picture, and the same in words. */
export interface Chart {
  readonly svg: string;
  readonly alt: string;
}

/**
 * The distribution of an operation's durations on a logarithmic axis: bars of calls with the failed ones in red at
 * their foot, the percentiles marked. Undefined where there is nothing to draw.
 *
 * @param percentiles those to mark, for example `[50, 95, 99]`.
 */
export function distributionChart(
  stats: OperationStats,
  percentiles: readonly number[],
  theme: ThemeKind,
): Chart | undefined {
  if (stats.latency.count === 0) return undefined;
  const axis = chartAxis(stats.latency);
  const colors = chartColors(theme);
  const marks = percentileMarks(stats, percentiles, axis);
  const rows = Math.max(1, ...marks.map((mark) => mark.row + 1));
  const top = rows * LABEL_ROW + 4;
  const base = top + BAR_HEIGHT;
  const height = base + 18;
  const alt = altText(stats, percentiles);
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    `<title>${escapeXml(alt)}</title>`,
    colors.hatched ? hatchPattern(colors) : '',
    `<g font-family="system-ui, sans-serif" font-size="11" fill="${colors.text}">`,
    drawBars(stats, axis, colors, base),
    drawAxis(axis, colors, base),
    ...marks.map((mark) => drawMark(mark, colors, base)),
    '</g></svg>',
  ].join('');
  return { svg, alt };
}

function drawBars(stats: OperationStats, axis: ChartAxis, colors: ChartColors, base: number): string {
  const all = bars(axis, stats.latency, BARS);
  const failed = stats.errorLatency === undefined ? [] : bars(axis, stats.errorLatency, BARS);
  const most = Math.max(1, ...all);
  const width = PLOT / BARS;
  let svg = '';
  for (let i = 0; i < BARS; i++) {
    const count = all[i]!;
    if (count === 0) continue;
    const bad = Math.min(count, failed[i] ?? 0);
    // A single call among thousands must still be seen.
    const height = Math.max(2, (BAR_HEIGHT * count) / most);
    const badHeight = bad === 0 ? 0 : Math.max(2, (height * bad) / count);
    const x = PAD + i * width;
    svg += rect(x, base - height, width - 1, height - badHeight, colors.bar);
    svg += rect(x, base - badHeight, width - 1, badHeight, colors.failed);
    if (colors.hatched) svg += rect(x, base - badHeight, width - 1, badHeight, 'url(#failed)');
  }
  return svg;
}

function drawAxis(axis: ChartAxis, colors: ChartColors, base: number): string {
  let svg = line(PAD, base + 0.5, PAD + PLOT, base + 0.5, colors.line, '');
  for (const tick of axisTicks(axis)) {
    const x = PAD + axis.position(tick) * PLOT;
    svg += line(x, base, x, base + 4, colors.line, '');
    svg += text(x, base + 15, anchorAt(x), formatDuration(tick));
  }
  return svg;
}

interface Mark {
  readonly x: number;
  readonly label: string;
  /** 0 is the row nearest to the bars. */
  readonly row: number;
}

/** Labels that would overlap go one row up. */
function percentileMarks(stats: OperationStats, percentiles: readonly number[], axis: ChartAxis): Mark[] {
  const rightEnds: number[] = [];
  return [...percentiles]
    .sort((a, b) => a - b)
    .map((percentile) => {
      const value = stats.latency.quantile(percentile / 100);
      const x = PAD + axis.position(value) * PLOT;
      const label = `${percentileName(percentile)} ${formatDuration(value)}`;
      const half = (label.length * GLYPH) / 2;
      const left = anchorAt(x) === 'start' ? x : anchorAt(x) === 'end' ? x - 2 * half : x - half;
      let row = 0;
      while ((rightEnds[row] ?? -Infinity) > left) row++;
      rightEnds[row] = left + 2 * half + GLYPH;
      return { x, label, row };
    });
}

function drawMark(mark: Mark, colors: ChartColors, base: number): string {
  const labelY = base - BAR_HEIGHT - 6 - mark.row * LABEL_ROW;
  return (
    line(mark.x, base - BAR_HEIGHT - 3, mark.x, base, colors.mark, ' stroke-dasharray="3 2"') +
    text(mark.x, labelY, anchorAt(mark.x), mark.label)
  );
}

/** Labels near an edge grow inwards. */
function anchorAt(x: number): 'start' | 'middle' | 'end' {
  if (x < 44) return 'start';
  return x > WIDTH - 44 ? 'end' : 'middle';
}

function altText(stats: OperationStats, percentiles: readonly number[]): string {
  const { latency } = stats;
  const marks = percentiles.map((p) => `${percentileName(p)} ${formatDuration(latency.quantile(p / 100))}`);
  const failed = stats.errorCount === 0 ? 'none failed' : `${formatCount(stats.errorCount)} failed`;
  const range = `from ${formatDuration(latency.min)} to ${formatDuration(latency.max)}`;
  const parts = [`${formatCount(stats.count)} calls ${range}`, ...marks, failed];
  return `Distribution of durations of ${shorten(stats.key.name)}: ${parts.join(', ')}`.replaceAll(THIN, ' ');
}

function hatchPattern(colors: ChartColors): string {
  const background = colors.text === '#ffffff' ? '#000000' : '#ffffff';
  return (
    '<defs><pattern id="failed" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
    `<line x1="0" y1="0" x2="0" y2="4" stroke="${background}" stroke-width="2"/></pattern></defs>`
  );
}

function rect(x: number, y: number, width: number, height: number, fill: string): string {
  if (height <= 0) return '';
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${fill}"/>`;
}

function line(x1: number, y1: number, x2: number, y2: number, stroke: string, extra: string): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${stroke}"${extra}/>`;
}

function text(x: number, y: number, anchor: string, words: string): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escapeXml(words)}</text>`;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
