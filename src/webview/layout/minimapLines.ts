import { STATUS_ERROR, type TraceIndex } from './traceIndex';

/** One drawn line of the minimap; times in nanoseconds from the trace's start. */
export interface MinimapLine {
  readonly from: number;
  readonly to: number;
  readonly service: number;
}

export interface MinimapPicture {
  readonly lines: readonly MinimapLine[];
  /** Shares (0 to 1) of the time axis at which something failed, a few hundred at most. */
  readonly errors: readonly number[];
}

const ERROR_MARKS = 400;

/**
 * The trace in `height` lines: a row each if they fit, else the stretch that a run of rows covers, in
 * the colour of its longest span. O(rows), done once per
 * trace and height.
 */
export function minimapPicture(index: TraceIndex, height: number): MinimapPicture {
  const { start, duration, service, status } = index.columns;
  const count = Math.min(index.count, Math.max(1, Math.floor(height)));
  const lines: MinimapLine[] = [];
  const marks = new Set<number>();
  for (let line = 0; line < count; line++) {
    const end = Math.floor(((line + 1) * index.count) / count);
    let from = Number.POSITIVE_INFINITY;
    let to = 0;
    let longest = Math.floor((line * index.count) / count);
    for (let row = longest; row < end; row++) {
      if (duration[row]! > duration[longest]!) longest = row;
      from = Math.min(from, start[row]!);
      to = Math.max(to, start[row]! + duration[row]!);
      if (status[row] === STATUS_ERROR) marks.add(Math.round((start[row]! / index.totalNs) * ERROR_MARKS));
    }
    lines.push({ from, to, service: service[longest]! });
  }
  return { lines, errors: [...marks].map((mark) => mark / ERROR_MARKS) };
}
