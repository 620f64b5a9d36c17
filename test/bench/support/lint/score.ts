import { isProven, type LabelledCase, type LabelledFile } from './labels';

/** A finding in a case; lines from 1, the path relative to the case, with `/`. */
export interface CaseFinding {
  readonly caseId: string;
  readonly path: string;
  readonly line: number;
  readonly endLine: number;
  readonly rule: string;
  readonly message: string;
}

/** How a finding compares with the labels. `neutral` lies on an optional label. */
export type Judgement = 'hit' | 'false alarm' | 'neutral' | 'unlabelled';

export interface JudgedFinding extends CaseFinding {
  readonly language: string;
  readonly judgement: Judgement;
}

/** A defect that was to be found; labels of one group are one. */
export interface Defect {
  readonly language: string;
  readonly rule: string;
  readonly proven: boolean;
  /** `case/path:line` of its first label. */
  readonly at: string;
  readonly found: boolean;
}

/** The score of a run over all cases. */
export interface Score {
  readonly findings: readonly JudgedFinding[];
  readonly defects: readonly Defect[];
}

/** Lines that a finding may be off from a label of a defect. */
const TOLERANCE = 1;

/** Compares findings with labels: a defect is hit within a line of its label, a clean line only by itself. */
export function score(cases: readonly LabelledCase[], findings: readonly CaseFinding[]): Score {
  const byId = new Map(cases.map((label) => [label.id, label]));
  return {
    findings: findings.map((finding) => {
      const label = byId.get(finding.caseId)!;
      const file = label.files.find(({ path }) => path === finding.path);
      return { ...finding, language: label.language, judgement: judge(finding, file) };
    }),
    defects: cases.flatMap((label) =>
      defectsOf(
        label,
        findings.filter(({ caseId }) => caseId === label.id),
      ),
    ),
  };
}

/** Right ones among those that were judged; 1 where nothing was. `strict` counts findings on no label as wrong. */
export function precision(findings: readonly JudgedFinding[], strict: boolean): number {
  const of = (judgement: Judgement): number => findings.filter((finding) => finding.judgement === judgement).length;
  const wrong = of('false alarm') + (strict ? of('unlabelled') : 0);
  return of('hit') + wrong === 0 ? 1 : of('hit') / (of('hit') + wrong);
}

/** Found ones among all; 1 where there are none. */
export function recall(defects: readonly Defect[]): number {
  return defects.length === 0 ? 1 : defects.filter(({ found }) => found).length / defects.length;
}

function judge(finding: CaseFinding, file: LabelledFile | undefined): Judgement {
  if (file === undefined) return 'unlabelled';
  if (file.expected.some((label) => covers(finding, [label.line, ...label.also_accept_lines], TOLERANCE))) return 'hit';
  if (file.expected_clean.some(({ line }) => covers(finding, [line], 0))) return 'false alarm';
  return file.optional.some(({ line }) => covers(finding, [line], TOLERANCE)) ? 'neutral' : 'unlabelled';
}

function covers({ line, endLine }: CaseFinding, lines: readonly number[], tolerance: number): boolean {
  return lines.some((wanted) => line - tolerance <= wanted && wanted <= endLine + tolerance);
}

function defectsOf(label: LabelledCase, findings: readonly CaseFinding[]): readonly Defect[] {
  const defects = new Map<string, Defect>();
  for (const file of label.files) {
    const here = findings.filter(({ path }) => path === file.path);
    for (const expected of file.expected) {
      const at = `${label.id}/${file.path}:${expected.line}`;
      const key = expected.group ?? at;
      const found = here.some((one) => covers(one, [expected.line, ...expected.also_accept_lines], TOLERANCE));
      const known = defects.get(key);
      defects.set(key, {
        language: label.language,
        rule: known?.rule ?? expected.rule_idea,
        proven: isProven(label),
        at: known?.at ?? at,
        found: found || known?.found === true,
      });
    }
  }
  return [...defects.values()];
}
