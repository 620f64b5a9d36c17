import { line0, type Line0 } from '../../base/positions';
import { missingFacts } from '../../lint/missingFacts';
import { skippedLines } from '../../lint/skippedFile';
import type { ExplainedUnit, LintResult } from '../../lint/workspaceLinter';

const NO_UNIT =
  'This file is part of no process that is known: it is no code that lint reads (TypeScript, JavaScript, Python, Java, Go, C#), lies outside the workspace, or is left out like tests, generated files and what `.gitignore` names. **Why Is This Covered?** in a file of the service tells more.';

/** Writes a place as people read it. */
type Describe = (file: string, line: Line0) => string;

/** What keeps lint from saying more. */
export interface LintLimits {
  /** By its setting. */
  readonly isOff: boolean;
  /** How many folders are read. */
  readonly folders: number;
  /** Names of folders that are nowhere on disk. */
  readonly virtualFolders: readonly string[];
  /** What is wrong with the settings, a sentence each. */
  readonly complaints: readonly string[];
}

/**
 * What lint knows of the processes that a file belongs to, or of all: whether they are traced, by what, what that covers
 * and why. As Markdown.
 */
export function tracingFacts(
  result: LintResult | undefined,
  file: string | undefined,
  describe: Describe,
  limits: LintLimits,
): string {
  const told = limitLines(limits);
  if (result === undefined) return page(told.length > 0 ? told : ['The workspace is still being read.']);
  const units = result.units.filter(({ unit }) => file === undefined || unit.files.some((own) => own.path === file));
  const skipped = result.skipped.filter((left) => file === undefined || left.file === file);
  const left = skippedLines(skipped, (one) => `\`${place(describe, one)}\``).map(
    ({ name, text }) => `- ${name} ${text}`,
  );
  if (units.length === 0) left.unshift(NO_UNIT);
  return page([
    ...told,
    ...units.flatMap((unit) => [...unitLines(unit, describe), ...foundIn(unit, result, describe)]),
    ...left,
  ]);
}

function limitLines({ isOff, folders, virtualFolders, complaints }: LintLimits): string[] {
  const lines: string[] = [];
  if (isOff) lines.push('Nothing is linted: `spanlight.lint.scope` is `off`. Set it to `openFiles` or `workspace`.');
  else if (folders === 0 && virtualFolders.length === 0) lines.push('Nothing is linted: no folder is open. Open one.');
  if (virtualFolders.length > 0) {
    const names = virtualFolders.map((name) => `\`${name}\``).join(', ');
    const what = virtualFolders.length === 1 ? `The folder ${names} is` : `The folders ${names} are`;
    lines.push(
      `${what} virtual: lint reads manifests and code from disk, and nothing there is on one. Clone the repository and open that folder.`,
    );
  }
  const wrong = complaints.map((sentence) => `- ${sentence}`);
  if (wrong.length > 0) lines.push('These settings are not used as they are written:', '', ...wrong);
  return lines.length === 0 ? [] : [...lines, ''];
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
