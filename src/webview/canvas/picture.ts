import type { Indentation } from '../layout/treeCell';
import type { ScrollModel } from '../layout/scrollModel';
import type { TraceSession } from '../state/traceSession';
import type { TextFitter } from './textFitter';
import type { ServiceColor, Theme } from './theme';

/** Everything one frame of the waterfall is drawn from. Pixels are CSS pixels. */
export interface Picture {
  readonly context: CanvasRenderingContext2D;
  readonly session: TraceSession;
  readonly scroll: ScrollModel;
  readonly theme: Theme;
  readonly colors: readonly ServiceColor[];
  readonly text: TextFitter;
  readonly indentation: Indentation;
  readonly geometry: Geometry;
  /** Line under the pointer, -1 for none. */
  readonly hovered: number;
  /** Whether the tree has the keyboard. */
  readonly focused: boolean;
  /** Times of the selected span's events, nanoseconds from the trace's start. */
  readonly events: readonly number[];
}

/** Where the columns lie. */
export interface Geometry {
  readonly width: number;
  readonly height: number;
  readonly treeWidth: number;
  /** Left edge of time. */
  readonly barsLeft: number;
  readonly barsWidth: number;
  /** Space right of the bars, for the durations of spans that end with the time seen. */
  readonly labelRoom: number;
}

const AIR = 8;
const SCROLLBAR = 14;
const NARROWEST_TREE = 110;
/** Wide enough for `12.4 ms` in the small font. */
const LABEL_ROOM = 54;
/** Narrower than this, the bars need every pixel, and labels go into them. */
const ROOMY = 240;

/** Splits the width between tree and time. */
export function geometryFor(width: number, height: number, divider: number): Geometry {
  const treeWidth = Math.round(Math.max(Math.min(NARROWEST_TREE, width / 2), width * divider));
  const free = width - treeWidth - 2 * AIR - SCROLLBAR;
  const labelRoom = free >= ROOMY ? LABEL_ROOM : 0;
  const barsWidth = Math.max(20, free - labelRoom);
  return { width, height, treeWidth, barsLeft: treeWidth + AIR, barsWidth, labelRoom };
}

/** The time under a pixel. */
export function timeAt(x: number, geometry: Geometry, window: { readonly from: number; readonly to: number }): number {
  return window.from + ((x - geometry.barsLeft) / geometry.barsWidth) * (window.to - window.from);
}
