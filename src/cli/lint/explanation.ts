import type { ExplainedUnit, LintResult } from '../../lint/workspaceLinter';
import { toLine1 } from '../../base/positions';
import { printable } from '../printable';

/** What is known of each process and why, and what was not read. */
export function explanation({ units, skipped }: LintResult, relative: (file: string) => string): string {
  const none = units.length === 0 ? ['No process was found: there is no manifest, and no code that lint reads.'] : [];
  const left = skipped.map(({ file, why }) => `${relative(file)}  is not read: ${why}`);
  const lines = [...none, ...units.flatMap((unit) => unitLines(unit, relative)), ...left];
  return lines.map((line) => `${printable(line)}\n`).join('');
}

function unitLines({ unit, facts }: ExplainedUnit, relative: (file: string) => string): string[] {
  const { manifest } = unit;
  const place = `${relative(manifest.file)}:${toLine1(manifest.range.startLine)}`;
  return [
    `${place}  ${unit.language} ${unit.kind}`,
    ...facts.flatMap(({ topic, text, evidence }) => [
      `  ${topic.padEnd(12)} ${text}`,
      ...evidence.map((at) => `${' '.repeat(15)}${relative(at.file)}:${toLine1(at.range.startLine)}  ${at.text}`),
    ]),
  ];
}
