import { nanosFromMillis, type TimeWindow } from '../../model/time';

/** The clocks of the machines that make spans may be ahead of this one by so much. */
const AHEAD_MS = 60_000;

/**
 * The latest part of the past, and what clocks that are ahead write.
 *
 * @param nowMs epoch milliseconds.
 * @param lengthMs how far back.
 */
export function lookback(nowMs: number, lengthMs: number): TimeWindow {
  return { from: nanosFromMillis(nowMs - lengthMs), to: nanosFromMillis(nowMs + AHEAD_MS) };
}
