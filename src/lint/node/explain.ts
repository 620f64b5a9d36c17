import type { Evidence } from '../evidence';
import type { ExplainedFact } from '../rule';
import { isReached } from './reached';
import type { NodeCode } from './nodeCode';
import { evidenceAt } from './evidenceAt';
import { uncoveredLibraries } from './libraryEvidence';
import { AUTO } from './nodeTables';
import { lackingIn } from './rules/setupRules';
import { setupPiece } from './process/setups';

/** Covered as far as can be told, which no rule takes for uncovered. */
function whyAssumed({ code }: NodeCode, by: Evidence): string {
  const isMeta = by.text === AUTO.function && !code.unit.dependencies.get(AUTO.package)?.version;
  return isMeta ? `which version of ${AUTO.package} is installed is not known` : 'options may leave calls out';
}

/** What is known of a process's tracing, for people. */
export function explainTracing(node: NodeCode): ExplainedFact[] {
  const { tracing } = node;
  const facts: ExplainedFact[] = [];
  const add = (topic: string, text: string, evidence: readonly Evidence[]): void => {
    facts.push({ topic, text, evidence });
  };
  if (tracing.distribution)
    add('mechanism', `${tracing.distribution.text}: nothing ${tracing.leftOut.size > 0 ? 'else ' : ''}is reported`, [
      tracing.distribution,
    ]);
  if (tracing.preload)
    add('mechanism', 'auto-instrumentations-node is loaded before the process', [tracing.preload.by]);
  if (tracing.disabled) add('tracing', 'the SDK is switched off', [tracing.disabled]);
  else if (!node.isTraced)
    add('tracing', `no set-up was found that ${tracing.unused.length > 0 ? 'runs and ' : ''}exports traces`, []);
  for (const setup of tracing.setups) {
    const { source, piece } = setupPiece(setup);
    const here = evidenceAt(source, piece, setup.name);
    add('tracing', isReached(node, setup) ? setup.name : `${setup.name}, which this process does not call`, [here]);
    for (const [library, by] of setup.coverage.covered) {
      if (setup.coverage.assumed.has(library)) add('unknown', `${library}: ${whyAssumed(node, by)}`, [by]);
      else add('covered', library, [by]);
    }
    for (const [library, by] of setup.coverage.holes)
      if (!setup.coverage.covered.has(library)) add('uncovered', `${library}: ${by.text}`, [by]);
    if (isReached(node, setup)) facts.push(...lackingIn(node, setup));
    for (const why of setup.coverage.unknown) add('unknown', `instrumentations that could not be read: ${why}`, [here]);
  }
  for (const [library, from] of uncoveredLibraries(node))
    add('uncovered', `${library}: no instrumentation of OpenTelemetry covers it`, from);
  for (const { source, call, name } of tracing.unused)
    add('tracing', `${name}, which nothing that starts this process loads or calls`, [evidenceAt(source, call, name)]);
  for (const setup of tracing.found) {
    if (setup.exports !== 'no' && setup.exports !== 'models-only') continue;
    const why = setup.exports === 'no' ? 'exports no traces' : 'exports only spans of model calls';
    add('tracing', `${setup.name} ${why}`, [evidenceAt(setup.source, setup.call, setup.name)]);
  }
  return facts;
}
