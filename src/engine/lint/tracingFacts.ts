import { line0, type Line0 } from '../../base/positions';
import { missingFacts } from '../../lint/missingFacts';
import type { ExplainedUnit, LintResult } from '../../lint/workspaceLinter';

const NO_UNIT =
  'This file is part of no process that is known: it is no code that lint reads (TypeScript, JavaScript, Python, Java, Go, C#), lies outside the workspace, or is left out like tests, generated files and what `.gitignore` names. **Why Is This Covered?** in a file of the service tells more.';

/** Writes a place as people read it. */
type Describe = (file: string, line: Line0) => string;

/**
 * What lint knows of the processes that a file belongs to, or of all: whether they are traced, by what, what that covers
 * and why. As Markdown.
 */
export function tracingFacts(result: LintResult | undefined, file: string | undefined, describe: Describe): string {
  if (result === undefined) return page(['Nothing is linted: no folder is open, or `spanlight.lint.scope` is `off`.']);
  const units = result.units.filter(({ unit }) => file === undefined || unit.files.some((own) => own.path === file));
  const skipped = result.skipped.filter((left) => file === undefined || left.file === file);
  const left = skipped.map((one) => `- \`${place(describe, one.file)}\` is not read: ${one.why}`);
  if (units.length === 0) left.unshift(NO_UNIT);
  return page([
    ...units.flatMap((unit) => [...unitLines(unit, describe), ...foundIn(unit, result, describe)]),
    ...left,
  ]);
}

function page(lines: readonly string[]): string {
  return ['# Tracing of the processes here', '', ...lines, ''].join('\n');
}

function unitLines({ unit, facts }: ExplainedUnit, describe: Describe): string[] {
  const { manifest } = unit;
  return [
    `## ${place(describe, manifest.file)}`,
    '',
    unit.kind === 'library' ? 'A library: what covers its calls is decided where it is used.' : 'A process.',
    '',
    ...(facts.length === 0 ? ['Nothing in it shows that it is traced, so lint is silent.'] : []),
    ...[...missingFacts(unit), ...facts].flatMap(({ topic, text, evidence }) => [
      `- **${topic}** ${text}`,
      ...evidence.map((at) => `  - \`${describe(at.file, at.range.startLine)}\` ${at.text}`),
    ]),
    '',
  ];
}

/** What is lost there is the other half of the answer. */
function foundIn({ unit }: ExplainedUnit, { findings }: LintResult, describe: Describe): string[] {
  const own = findings.filter(({ file }) => unit.files.some(({ path }) => path === file));
  if (own.length === 0) return [];
  const lines = own.map(
    ({ rule, file, range, message }) => `- \`${describe(file, range.startLine)}\` **${rule}** ${message}`,
  );
  return ['The trace context is lost here:', '', ...lines, ''];
}

function place(describe: Describe, file: string): string {
  return describe(file, line0(0)).replace(/:\d+$/, '');
}
