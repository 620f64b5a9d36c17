import type { Evidence } from '../evidence';
import type { ExplainedFact } from '../rule';
import { LIBRARIES, type LibraryRow } from './coverage';
import type { GoUnit } from './goUnit';
import type { GoSetup } from './setup';

/** What a process's set-up shows, in lines for people. */
export function explainSetup(unit: GoUnit, setup: GoSetup): ExplainedFact[] {
  const isTraced = setup.tracing.length > 0;
  const facts: ExplainedFact[] = [
    isTraced
      ? fact('tracing', 'traces are exported by a provider set up in code', setup.tracing)
      : fact('tracing', 'no set-up of a tracer provider was found: all rules are silent', []),
  ];
  if (isTraced) {
    facts.push(
      setup.propagators.length > 0
        ? fact('propagators', 'a propagator is set, or may be', setup.propagators)
        : fact('propagators', 'none is set: Go’s default propagates nothing', []),
    );
    for (const row of LIBRARIES) facts.push(...ofLibrary(unit, setup, row));
  }
  for (const [library, by] of setup.coveredOutside)
    facts.push(fact('covered', `${library} is covered from outside the code: ${by.text}`, [by]));
  return facts;
}

/** What is put around a library that the process imports: nothing covers one by itself. */
function ofLibrary({ code }: GoUnit, { coveredOutside }: GoSetup, row: LibraryRow): ExplainedFact[] {
  const { library, modules, instrumentedBy, limits } = row;
  const { sources } = code.program;
  if (coveredOutside.has(library) || !modules.some((one) => sources.some((source) => source.has(`"${one}`)))) return [];
  const declared = (names: readonly string[]): Evidence[] =>
    names.flatMap((name) => code.unit.dependencies.get(name)?.at ?? []);
  const by = instrumentedBy.filter((name) => sources.some((source) => source.has(`"${name}`)));
  if (by.length > 0) return [fact('partly', `${library}: ${limits}`, declared(by))];
  const used = declared(modules);
  return [
    fact(
      'uncovered',
      `${library}: nothing of ${instrumentedBy[0]!} is imported; what code injects by hand is looked for call by call`,
      used.length > 0 ? used : [code.unit.manifest],
    ),
  ];
}

function fact(topic: string, text: string, evidence: readonly Evidence[]): ExplainedFact {
  return { topic, text, evidence };
}
