import { ROW } from '../../protocol/traceView';

const SENTENCES: readonly (readonly [number, string])[] = [
  [ROW.orphan, 'Its parent is not in the trace: it was sampled out, not sent, or has not arrived yet.'],
  [ROW.unfinished, 'It has no start or no end, so it is drawn without length.'],
  [ROW.negative, 'It ends before it starts, so it is drawn without length.'],
  [ROW.skewed, 'Its time does not fit into its parent’s: the clocks of the two hosts differ. Times are shown as sent.'],
  [ROW.cycle, 'Its parents form a circle, which was cut at the earliest span.'],
  [ROW.duplicate, 'Another span of the trace has the same span id; children were given to the first.'],
];

/** What is unusual about a span, one sentence each, from its flags. */
export function problemSentences(flags: number): string[] {
  return SENTENCES.filter(([bit]) => (flags & bit) !== 0).map(([, sentence]) => sentence);
}
