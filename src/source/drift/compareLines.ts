import { diffArrays } from 'diff';
import { LineMap, type Hunk } from './lineMap';

/**
 * Lines added and removed beyond which texts are told apart only by what they begin and end with: the time of a
 * comparison grows with the square of their number (4,000 take 5 s, 600 a tenth of one).
 */
const MOST_EDITS = 600;

/** Compares two texts by the hashes of their lines. */
export function compareLines(before: readonly number[], after: readonly number[]): LineMap {
  let head = 0;
  const shorter = Math.min(before.length, after.length);
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const old = before.slice(head, before.length - tail);
  const now = after.slice(head, after.length - tail);
  if (old.length === 0 && now.length === 0) return LineMap.same;
  const whole: Hunk = { oldStart: head, oldCount: old.length, newStart: head, newCount: now.length };
  if (old.length === 0 || now.length === 0) return LineMap.of([whole]);
  const changes = diffArrays(old, now, { maxEditLength: MOST_EDITS });
  return LineMap.of(changes === undefined ? [whole] : hunksOf(changes, head));
}

/** The share of non-blank lines that two texts have in common, of the longer one's; as git's `-M` counts, by lines. */
export function likeness(a: readonly number[], b: readonly number[]): number {
  const counts = new Map<number, number>();
  let lines = 0;
  for (const line of a) {
    if (line === 0) continue;
    lines++;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  let others = 0;
  let shared = 0;
  for (const line of b) {
    if (line === 0) continue;
    others++;
    const left = counts.get(line) ?? 0;
    if (left === 0) continue;
    counts.set(line, left - 1);
    shared++;
  }
  return Math.max(lines, others) === 0 ? 0 : shared / Math.max(lines, others);
}

function hunksOf(
  changes: readonly { readonly value: readonly number[]; readonly added: boolean; readonly removed: boolean }[],
  head: number,
): Hunk[] {
  const hunks: Hunk[] = [];
  let oldAt = head;
  let newAt = head;
  let open: { oldStart: number; newStart: number } | undefined;
  const close = (): void => {
    if (open === undefined) return;
    const { oldStart, newStart } = open;
    hunks.push({ oldStart, oldCount: oldAt - oldStart, newStart, newCount: newAt - newStart });
    open = undefined;
  };
  for (const { value, added, removed } of changes) {
    if (!added && !removed) close();
    else open ??= { oldStart: oldAt, newStart: newAt };
    if (!added) oldAt += value.length;
    if (!removed) newAt += value.length;
  }
  close();
  return hunks;
}
