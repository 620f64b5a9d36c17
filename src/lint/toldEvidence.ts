import type { Finding, FindingEvidence } from '../model/finding';
import { declaredLibrary } from './declaredLibrary';
import type { Evidence } from './evidence';
import type { ProcessUnit } from './project/processUnit';
import type { ExplainedFact } from './rule';
import { seenFrom } from './seenFrom';

/** More places that show the same say nothing more. */
const MOST_SHOWN = 2;

/** A place in a message: `src/tracing.ts:12`. */
const PLACE = /[\w)\]-]\.\w+:\d+|\bDockerfile:\d+|\bProcfile:\d+/;

/**
 * Findings with what declares the library and shows that the process is traced among their evidence, and with the telling
 * place in the message: what shows the loss where a rule knows it, else what shows the tracing.
 *
 * @param facts what is explained of the process; only asked for where there are findings.
 */
export function withToldEvidence(
  findings: readonly Finding[],
  unit: ProcessUnit,
  facts: () => readonly ExplainedFact[],
): readonly Finding[] {
  if (findings.length === 0) return findings;
  const known = facts();
  const shown = (topic: string): readonly Evidence[] =>
    known.filter((fact) => fact.topic === topic).flatMap(({ evidence }) => evidence);
  const traced = [...shown('tracing'), ...shown('mechanism'), unit.manifest].slice(0, MOST_SHOWN);
  const tracing = traced.length > 1 && traced[1] === unit.manifest ? traced.slice(0, 1) : traced;
  return findings.map((finding) => {
    const library = declaredLibrary(finding, unit);
    const more = library === undefined ? tracing : [library, ...tracing];
    const evidence = [...finding.evidence, ...more.filter((one) => !isAmong(one, finding.evidence))];
    return { ...finding, evidence, message: told(finding, tracing[0]!, unit) };
  });
}

function isAmong({ file, range }: Evidence, evidence: readonly FindingEvidence[]): boolean {
  return evidence.some((one) => one.file === file && one.range.startLine === range.startLine);
}

function told({ message, evidence, file, range }: Finding, tracing: Evidence, unit: ProcessUnit): string {
  if (PLACE.test(message)) return message;
  // What stands at the finding itself is seen there.
  const telling = evidence.find((one) => one.file !== file || one.range.startLine !== range.startLine);
  const { text, ...at } = telling ?? tracing;
  return `${message} \`${placeIn(unit, at)}\`${text === '' ? '' : `: ${text}`}.`;
}

/** Relative to the workspace folder of the process. */
function placeIn({ files }: ProcessUnit, { file, range }: Omit<Evidence, 'text'>): string {
  const folder = files[0]?.folder;
  return `${folder === undefined ? file : seenFrom(folder, file)}:${range.startLine + 1}`;
}
