import type { Evidence } from '../evidence';
import type { ExplainedFact } from '../rule';
import type { GoSetup } from './setup';

/** What a process's set-up shows, in lines for people. */
export function explainSetup(setup: GoSetup): ExplainedFact[] {
  const facts: ExplainedFact[] = [
    setup.tracing.length > 0
      ? fact('tracing', 'traces are exported by a provider set up in code', setup.tracing)
      : fact('tracing', 'no set-up of a tracer provider was found: all rules are silent', []),
  ];
  if (setup.tracing.length > 0) {
    facts.push(
      setup.propagators.length > 0
        ? fact('propagators', 'a propagator is set, or may be', setup.propagators)
        : fact('propagators', 'none is set: Go’s default propagates nothing', []),
    );
  }
  for (const [library, by] of setup.coveredOutside)
    facts.push(fact('covered', `${library} is covered from outside the code: ${by.text}`, [by]));
  return facts;
}

function fact(topic: string, text: string, evidence: readonly Evidence[]): ExplainedFact {
  return { topic, text, evidence };
}
