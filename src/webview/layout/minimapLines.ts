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
 * The trace in `height` lines: as many rows as fit, else the longest span of each run of rows. O(rows), done once per
 * trace and height.
 */
export function minimapPicture(index: TraceIndex, height: number): MinimapPicture {
  const { start, duration, service, status } = index.columns;
  const count = Math.min(index.count, Math.max(1, Math.floor(height)));
  const lines: MinimapLine[] = [];
  const marks = new Set<number>();
  for (let line = 0; line < count; line++) {
    const end = Math.floor(((line + 1) * index.count) / count);
    let longest = Math.floor((line * index.count) / count);
    for (let row = longest; row < end; row++) {
      if (duration[row]! > duration[longest]!) longest = row;
      if (status[row] === STATUS_ERROR) marks.add(Math.round((start[row]! / index.totalNs) * ERROR_MARKS));
    }
    lines.push({ from: start[longest]!, to: start[longest]! + duration[longest]!, service: service[longest]! });
  }
  return { lines, errors: [...marks].map((mark) => mark / ERROR_MARKS) };
}
