import type { Evidence } from '../evidence';
import type { ExplainedFact } from '../rule';
import type { DotnetProcess } from './dotnetProcess';
import { httpPropagationOff } from './rules/httpPropagation';
import { coverOf, plainBuilders } from './kafkaClients';

/** What a process's set-up shows, in lines for people. */
export function explainSetup(process: DotnetProcess): ExplainedFact[] {
  const { code, setup } = process;
  const isTraced = setup.tracing.length > 0;
  const facts = [
    isTraced
      ? fact('tracing', 'traces are exported', setup.tracing)
      : fact('tracing', 'no set-up that exports traces was found: all rules are silent', []),
  ];
  if (!isTraced) return facts;
  for (const agent of setup.agents)
    facts.push(fact('mechanism', `${agent.text} covers the libraries it knows`, [agent]));
  const off = httpPropagationOff(process);
  if (off.length === 0) facts.push(fact('covered', 'HttpClient sends the context by itself', []));
  for (const { file, range, message } of off)
    facts.push(fact('uncovered', 'HttpClient, which is told to send no context', [{ file, range, text: message }]));
  for (const [name, at] of setup.instrumentations) facts.push(fact('covered', name, [at]));
  if (setup.propagators.length > 0) facts.push(fact('propagators', 'the propagator is set in code', setup.propagators));
  for (const side of ['producer', 'consumer'] as const) {
    const cover = coverOf(process, side);
    if (cover) facts.push(fact('covered', `Kafka ${side}s: ${cover.text}`, [cover]));
    else
      for (const { source, call } of plainBuilders(code, side))
        facts.push(
          fact('uncovered', `a Kafka ${side} without instrumentation`, [
            { file: source.path, range: source.range(call), text: `new ${side} builder` },
          ]),
        );
  }
  return facts;
}

function fact(topic: string, text: string, evidence: readonly Evidence[]): ExplainedFact {
  return { topic, text, evidence };
}
