import type { Evidence } from '../evidence';
import type { ExplainedFact } from '../rule';
import { COVERAGE, type CoverageRow } from './javaTables';
import type { JavaCode } from './javaCode';

/** What is known of a process's tracing, for people. */
export function explainSetup({ setup }: JavaCode): ExplainedFact[] {
  const facts: ExplainedFact[] = [];
  const add = (topic: string, text: string, at: Evidence): void => {
    facts.push({ topic, text, evidence: [at] });
  };
  if (setup.agent) add('mechanism', `${setup.agent.text}: an agent covers what is usual`, setup.agent);
  const byAgent = new Set<string>();
  for (const { row, at, name } of setup.mechanisms) {
    add('tracing', `${row.title} exports traces`, at);
    for (const covered of COVERAGE.filter(({ coveredBy }) => coveredBy === name)) {
      // What a library needs beside one mechanism, an agent does without.
      if (setup.agent) byAgent.add(covered.library);
      const limits = limitsOf(covered);
      if (setup.agent === undefined) add(limits === '' ? 'covered' : 'partly', `${covered.library}${limits}`, at);
    }
  }
  if (setup.agent && byAgent.size > 0) add('covered', [...byAgent].join(', '), setup.agent);
  for (const { row, at, why } of setup.idle) add('tracing', `${row.title} traces nothing: ${why}`, at);
  if (setup.mechanisms.length === 0 && setup.agent === undefined)
    facts.push({ topic: 'tracing', text: 'no set-up was found that exports traces', evidence: [] });
  return facts;
}

/** Empty where a mechanism covers a library whatever is done with it. */
function limitsOf({ limits, property, with: needs }: CoverageRow): string {
  const on = [property, needs].filter((one) => one !== undefined).map((one) => `only with ${one}`);
  return [...on, ...(limits === undefined ? [] : [limits])].map((one, i) => `${i === 0 ? ': ' : '; '}${one}`).join('');
}
