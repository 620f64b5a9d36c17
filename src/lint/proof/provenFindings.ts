import path from 'node:path';
import type { Finding } from '../../model/finding';
import type { ProcessUnit } from '../project/processUnit';
import type { ExplainedFact } from '../rule';
import { judge } from './judge';
import type { Refutations } from './refutations';
import type { ServiceWitness } from './traceWitness';

/** Traces at hand, and which folders their services have. */
export interface Proof {
  readonly services: readonly ServiceWitness[];
  /** The folder of a service, absolute; undefined where it is not known. */
  readonly folderOf: (service: string) => string | undefined;
}

/** A process's findings after the traces were heard. */
export interface HeardFindings {
  readonly findings: readonly Finding[];
  /** What was taken back, and why. */
  readonly refuted: readonly ExplainedFact[];
}

/** The services that each process runs as, by the process's id: the one whose folder is the nearest around theirs. */
export function servicesOfUnits(
  units: readonly ProcessUnit[],
  { services, folderOf }: Proof,
): ReadonlyMap<string, readonly ServiceWitness[]> {
  const byUnit = new Map<string, ServiceWitness[]>();
  for (const witness of services) {
    const folder = folderOf(witness.service);
    if (folder === undefined) continue;
    const around = units.filter(({ root }) => folder === root || folder.startsWith(root + path.sep));
    const nearest = Math.max(...around.map(({ root }) => root.length));
    for (const { id } of around.filter(({ root }) => root.length === nearest)) {
      byUnit.set(id, [...(byUnit.get(id) ?? []), witness]);
    }
  }
  return byUnit;
}

/** What is known of a process besides its findings. */
export interface Hearing {
  /** The services that the process runs as; none where traces are not at hand. */
  readonly own: readonly ServiceWitness[];
  readonly services: readonly ServiceWitness[];
  /** What traces took back before. */
  readonly refutations?: Refutations | undefined;
  /** The line that a finding stands at. */
  readonly codeOf: (finding: Finding) => string;
}

/** Raises what traces prove, takes back what they refute now or refuted before, leaves the rest. */
export function provenFindings(
  found: readonly Finding[],
  { own, services, refutations, codeOf }: Hearing,
): HeardFindings {
  const findings: Finding[] = [];
  const refuted: ExplainedFact[] = [];
  const takeBack = (finding: Finding, words: string): void => {
    const { file, range } = finding;
    const evidence = [{ file, range, text: finding.message }];
    refuted.push({ topic: 'refuted', text: `${finding.rule}: ${words}`, evidence });
  };
  for (const finding of found) {
    const judgement = judge(finding, own, services);
    if (judgement.is === 'proven') {
      // What nobody asked for stays unheard: traces raise findings and make none.
      const severity = finding.severity === 'hint' ? 'hint' : 'error';
      findings.push({ ...finding, severity, message: `${finding.message} Proven: ${judgement.words}.` });
      refutations?.drop(finding, codeOf(finding));
    } else if (judgement.is === 'refuted') {
      takeBack(finding, judgement.words);
      refutations?.remember(finding, codeOf(finding), judgement.words, new Date());
    } else {
      const before = refutations?.recall(finding, codeOf(finding));
      if (before === undefined) findings.push(finding);
      else takeBack(finding, `${before.words} (remembered from ${before.since.slice(0, 10)})`);
    }
  }
  return { findings, refuted };
}
