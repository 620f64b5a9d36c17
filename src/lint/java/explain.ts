import type { Evidence } from '../evidence';
import type { ExplainedFact } from '../rule';
import { COVERAGE } from './javaTables';
import type { JavaCode } from './javaCode';

/** What is known of a process's tracing, for people. */
export function explainSetup({ setup }: JavaCode): ExplainedFact[] {
  const facts: ExplainedFact[] = [];
  const add = (topic: string, text: string, at: Evidence): void => {
    facts.push({ topic, text, evidence: [at] });
  };
  if (setup.agent) add('mechanism', `${setup.agent.text}: an agent covers what is usual`, setup.agent);
  for (const { row, at, name } of setup.mechanisms) {
    add('tracing', `${row.title} exports traces`, at);
    for (const { library, coveredBy, covers, limits, property } of COVERAGE) {
      if (coveredBy !== name) continue;
      const how = limits ?? property ?? covers;
      add(covers === 'everything' ? 'covered' : 'unknown', `${library}: ${how}`, at);
    }
  }
  for (const { row, at, why } of setup.idle) add('tracing', `${row.title} traces nothing: ${why}`, at);
  if (setup.mechanisms.length === 0 && setup.agent === undefined)
    facts.push({ topic: 'tracing', text: 'no set-up was found that exports traces', evidence: [] });
  return facts;
}
