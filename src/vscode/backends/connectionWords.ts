/** A connection test in words: pure. */
import type { ConnectionStepItem } from '../../protocol/backends';

/** A line of the test. */
export interface TestRow {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
}

const STEPS: readonly { readonly step: ConnectionStepItem['step']; readonly name: string }[] = [
  { step: 'reachable', name: 'Reachable' },
  { step: 'authorised', name: 'Authorised' },
  { step: 'traces', name: 'Has traces' },
  { step: 'code', name: 'Has code attributes or routes' },
];

const ICONS = { ok: '$(pass)', warning: '$(warning)', failed: '$(error)' } as const;
/** Characters that an entry of VS Code's lists shows. */
const ENTRY_WIDTH = 84;
/** As wide as an icon: em spaces, which are neither collapsed nor read out. */
const INDENT = '\u2003\u2002';

/** What came of a test. */
export interface TestResult {
  readonly steps: readonly ConnectionStepItem[];
  /** Why the entry could not even be tried. */
  readonly problem?: string;
}

/** The step that failed, if one did. */
export function failedStep({ steps }: TestResult): ConnectionStepItem | undefined {
  return steps.find(({ result }) => result === 'failed');
}

/** A line for each step: what was found, what runs, what is to come, and what is left out after a failure. */
export function testRows(result: TestResult, isRunning: boolean): TestRow[] {
  const rows: TestRow[] = [];
  const isOver = !isRunning || failedStep(result) !== undefined;
  let isNext = true;
  for (const { step, name } of STEPS) {
    const found = result.steps.find((candidate) => candidate.step === step);
    if (found !== undefined) rows.push(...foundRows(name, found));
    else {
      // What comes after this one may have been told before: who lacks a secret is not asked at all.
      const icon = isOver ? '$(circle-slash)' : isNext ? '$(loading~spin)' : '$(circle-large-outline)';
      rows.push({ label: `${icon} ${name}`, ...(isOver ? { description: 'not tried' } : {}) });
      isNext = false;
    }
  }
  if (result.problem === undefined) return rows;
  return [{ label: '$(error) These settings cannot be used' }, ...textRows(result.problem)];
}

/** The outcome in one sentence. */
export function outcome(name: string, result: TestResult): string {
  if (result.problem !== undefined || failedStep(result) !== undefined) return `${name} cannot be used yet.`;
  const warns = result.steps.some((step) => step.result === 'warning');
  return warns ? `${name} can be used, with a limit.` : `${name} works.`;
}

function foundRows(name: string, { result, message, cure }: ConnectionStepItem): TestRow[] {
  const label = `${ICONS[result]} ${name}`;
  const isShort = message.length + name.length < ENTRY_WIDTH;
  const head = isShort ? [{ label, description: message }] : [{ label }, ...textRows(message)];
  return cure === undefined ? head : [...head, ...textRows(cure, result === 'ok' ? '$(info)' : '$(lightbulb)')];
}

/** Lists cut long entries off, so their words go on in the next. */
function textRows(text: string, icon?: string): TestRow[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < ENTRY_WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  const head = icon === undefined ? '' : `${icon} `;
  return lines.map((line, index) => ({ label: `${INDENT}${index === 0 || head === '' ? head : INDENT}${line}` }));
}
