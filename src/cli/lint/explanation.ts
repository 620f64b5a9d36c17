import { missingFacts } from '../../lint/missingFacts';
import { skippedLines } from '../../lint/skippedFile';
import { isWithoutManifest } from '../../lint/project/processUnit';
import type { ExplainedUnit, LintResult } from '../../lint/workspaceLinter';
import { toLine1 } from '../../base/positions';
import { printable } from '../printable';

/** For those who read it for the first time. */
const LEGEND = [
  '',
  'Above: each process or library by its manifest, what is known of it, and the lines that show it. Where nothing shows that',
  'spans are exported (tracing), lint is silent. covered: these calls carry the trace context. partly: under what is said',
  'there. uncovered: they do not. unknown: it cannot be known from these files, so nothing is reported.',
];

/** What is known of each process and why, and what was not read. */
export function explanation({ units, skipped, notes }: LintResult, relative: (file: string) => string): string {
  const none = units.length === 0 ? ['No process was found: there is no manifest, and no code that lint reads.'] : [];
  const left = skippedLines(skipped, relative).map(({ name, text }) => `${name}  ${text}`);
  const told = notes.map(
    ({ file, range, message }) => `${relative(file)}:${toLine1(range.startLine)}  note: ${message}`,
  );
  const facts = units.flatMap((unit) => unitLines(unit, relative));
  const lines = [...none, ...facts, ...left, ...told, ...(units.length === 0 ? [] : LEGEND)];
  return lines.map((line) => `${printable(line)}\n`).join('');
}

function unitLines({ unit, facts }: ExplainedUnit, relative: (file: string) => string): string[] {
  const { manifest } = unit;
  const place = `${relative(manifest.file)}:${toLine1(manifest.range.startLine)}`;
  const without = isWithoutManifest(unit) ? ', no manifest among the files' : '';
  return [
    `${place}  ${unit.language} ${unit.kind}${without}`,
    ...[...missingFacts(unit), ...facts].flatMap(({ topic, text, evidence }) => [
      `  ${topic.padEnd(12)} ${text}`,
      ...evidence.map((at) => `${' '.repeat(15)}${relative(at.file)}:${toLine1(at.range.startLine)}  ${at.text}`),
    ]),
  ];
}
