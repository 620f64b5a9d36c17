import type { Verdict } from '../../evidence';
import type { ExplainedFact } from '../../rule';
import { coverageOf } from './coverage';
import { ROWS } from './table';
import type { TracedCode, TracedProcess } from './tracedCode';

const TOPICS: Readonly<Record<Verdict['is'], string>> = { yes: 'covered', no: 'uncovered', unknown: 'unknown' };

/** What covers what in the processes of a unit, and why. */
export function explainProcesses(traced: TracedCode): ExplainedFact[] {
  return traced.all().flatMap((process) => explainProcess(process, traced));
}

function explainProcess(process: TracedProcess, traced: TracedCode): ExplainedFact[] {
  const name = process.entry?.file.relative ?? 'the unit';
  const { tracing } = process;
  if (tracing.is !== 'yes') {
    const why = tracing.is === 'no' ? tracing.why : undefined;
    const where = process.entry === undefined ? '' : `${name}: `;
    return [{ topic: 'tracing', text: `${where}${why ?? 'nothing here exports traces'}`, evidence: tracing.by }];
  }
  const facts: ExplainedFact[] = [{ topic: 'tracing', text: `${name} exports traces`, evidence: tracing.by }];
  for (const row of ROWS) {
    if (!row.packages.some((one) => traced.unit.dependencies.has(one)) && !isImported(traced, row.modules)) continue;
    const verdict = coverageOf(row, process);
    const why = verdict.is !== 'yes' && verdict.why !== undefined ? `: ${verdict.why}` : '';
    const limits = verdict.is === 'yes' && row.limits !== undefined ? ` (${row.limits})` : '';
    facts.push({
      topic: TOPICS[verdict.is],
      text: `${name}: ${row.library}${why}${limits}`,
      evidence: verdict.by,
    });
  }
  return facts;
}

function isImported(traced: TracedCode, modules: readonly string[]): boolean {
  return traced.sources.some(({ code }) =>
    code.imports.some(({ from }) => modules.some((one) => from === one || from.startsWith(`${one}.`))),
  );
}
