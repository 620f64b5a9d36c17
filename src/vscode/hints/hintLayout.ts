/** Where hints stand behind the code: pure, so that it can be tested without an editor. */
import type { Hint, HintState, Severity } from '../../protocol/engine';

/** Columns between the end of the code and the hint. */
const GAP = 3;
/** Hints are aligned with their neighbours as far as this column; longer lines keep their own place. */
const BLOCK_END = 120;
/** Nor is a hint pushed further than this from its code, where a narrow window would not show it. */
const LONGEST_PUSH = 40;
/** Hints at most this many lines apart are neighbours. */
const NEIGHBOUR_LINES = 3;

/** The editor folds ordinary spaces at the edge of a decoration's text. */
const TREND_GAP = '\u00a0\u00a0';

export interface PlacedPart {
  readonly text: string;
  readonly severity: Severity;
}

export interface PlacedHint {
  readonly line: number;
  /** Columns of space between the end of the line and the hint. */
  readonly margin: number;
  readonly parts: readonly PlacedPart[];
  readonly severity: Severity;
  readonly italic: boolean;
  readonly dimmed: boolean;
}

/**
 * Places hints at the ends of their lines.
 * @param hints in the order of their lines.
 * @param endColumnOf where a line's text ends on screen, in columns (tabs expanded).
 */
export function layoutHints(hints: readonly Hint[], endColumnOf: (line: number) => number): PlacedHint[] {
  const placed: PlacedHint[] = [];
  for (let from = 0; from < hints.length;) {
    let to = from + 1;
    while (to < hints.length && hints[to]!.line - hints[to - 1]!.line <= NEIGHBOUR_LINES) to++;
    const block = hints.slice(from, to).map((hint) => ({ hint, end: endColumnOf(hint.line) }));
    const starts = block.map(({ end }) => end + GAP);
    const furthest = Math.min(BLOCK_END, Math.min(...starts) + LONGEST_PUSH);
    const column = Math.max(0, ...starts.filter((start) => start <= furthest));
    for (const { hint, end } of block) placed.push(place(hint, Math.max(GAP, column - end)));
    from = to;
  }
  return placed;
}

/** A line's width on screen: tabs run to the next stop, wide characters take two columns. */
export function columnsOf(text: string, tabSize: number): number {
  let columns = 0;
  for (const character of text) {
    if (character === '\t') columns += tabSize - (columns % tabSize);
    else columns += isWide(character.codePointAt(0)!) ? 2 : 1;
  }
  return columns;
}

/** The words of a hint as one text, trend included. */
export function hintText(hint: Pick<Hint, 'parts' | 'trend'>): string {
  const words = hint.parts.map((part) => part.text).join('');
  return hint.trend === '' ? words : `${words}  ${hint.trend}`;
}

function place(hint: Hint, margin: number): PlacedHint {
  const parts: PlacedPart[] = [];
  const trend = hint.trend === '' ? [] : [{ text: `${TREND_GAP}${hint.trend}`, severity: 'normal' as const }];
  for (const part of [...hint.parts, ...trend]) {
    const last = parts.at(-1);
    // Every part of its own colour costs the editor one more decoration, so neighbours alike become one.
    if (last?.severity === part.severity) parts[parts.length - 1] = { ...last, text: last.text + part.text };
    else parts.push({ text: part.text, severity: part.severity });
  }
  const has = (state: HintState): boolean => hint.states.includes(state);
  const { line, severity } = hint;
  return { line, margin, parts, severity, italic: has('drifted'), dimmed: has('drifted') || has('stale') };
}

/** East Asian wide and emoji blocks, coarsely: a column more or less only shifts a hint. */
function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1f9ff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}
