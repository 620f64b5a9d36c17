import type { LabelledOperation } from './labels';
import type { ConsideredPlace, MapAnswer } from './mapRun';
import { isRight } from './score';

/** Places that were given one confidence on one ground, and how many of them were right. */
export interface ReliabilityRow {
  /** Kinds of evidence, strongest first: `route`, `route + span-name`. */
  readonly evidence: string;
  readonly confidence: number;
  /** Whether places of this row are shown; else they were the best that was found. */
  readonly isShown: boolean;
  readonly right: number;
  readonly all: number;
}

/**
 * How often the best place of an operation is right, by the evidence for it and its confidence. Of places that are as good
 * as another one, or too weak, it says what would have been if they had been shown.
 */
export function reliabilityOf(
  answers: Iterable<{ readonly operation: LabelledOperation; readonly answer: MapAnswer | undefined }>,
): readonly ReliabilityRow[] {
  const rows = new Map<string, { -readonly [Key in keyof ReliabilityRow]: ReliabilityRow[Key] }>();
  for (const { operation, answer } of answers) {
    const best = answer?.considered.find(({ as }) => as !== 'rejected' && as !== 'guess');
    if (best === undefined) continue;
    const evidence = kindsOf(best);
    const confidence = Math.round(best.confidence * 100) / 100;
    const isShown = best.as === 'shown';
    const key = `${evidence} ${confidence} ${isShown}`;
    const row = rows.get(key) ?? { evidence, confidence, isShown, right: 0, all: 0 };
    rows.set(key, row);
    row.all++;
    if (typeof operation.expected === 'object' && isRight(best, operation.expected)) row.right++;
  }
  return [...rows.values()].sort(
    (a, b) =>
      Number(b.isShown) - Number(a.isShown) || a.evidence.localeCompare(b.evidence) || b.confidence - a.confidence,
  );
}

/**
 * The lower bound of Wilson's score interval (95 %, one-sided 97.5 %) of a share: what may be claimed after so few.
 * E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
 */
export function lowerBound(right: number, all: number): number {
  if (all === 0) return 0;
  const z = 1.96;
  const share = right / all;
  const spread = z * Math.sqrt((share * (1 - share) + (z * z) / (4 * all)) / all);
  return (share + (z * z) / (2 * all) - spread) / (1 + (z * z) / all);
}

function kindsOf({ evidence }: ConsideredPlace): string {
  return [...new Set(evidence.map(({ kind }) => kind))].join(' + ');
}
