import type { Finding } from '../../model/finding';
import type { ExplainedFact, LanguageCheck } from '../rule';
import { withToldEvidence } from '../toldEvidence';
import { backgroundContexts } from './rules/backgroundContext';
import { explainSetup } from './explain';
import { unusedContexts } from './rules/extractUnused';
import { GoAnalysis } from './goAnalysis';
import { handmadeSpans } from './rules/handmadeSpans';
import { inactiveSpans } from './rules/inactiveSpan';
import { droppedMessages } from './rules/kafkaConsume';
import { bareMessages } from './rules/messageSends';
import { plainClientFindings, plainClients } from './rules/plainClients';
import { plainProxies } from './rules/plainProxies';
import { unsetPropagators } from './rules/propagator';
import { otherPropagators } from './rules/propagatorMismatch';
import { requestsWithoutContext } from './rules/requestContext';
import { bareRpcClients } from './rules/rpcClients';

/** Go: nothing is instrumented unless the code (or eBPF, or the build) does it. */
export const goCheck: LanguageCheck = {
  language: 'go',
  // A file that mentions nothing of what the rules are about may still hand a request on.
  prefilter: /^package\s/m,
  open: (code) => {
    const analysis = new GoAnalysis(code);
    const facts = (): ExplainedFact[] => explainSetup(analysis.setup);
    return { facts, findings: () => withToldEvidence(findingsOf(analysis), code.unit, facts) };
  },
};

function findingsOf(analysis: GoAnalysis): readonly Finding[] {
  if (analysis.setup.tracing.length === 0) return [];
  const clients = plainClients(analysis);
  return [
    ...unsetPropagators(analysis.unit, analysis.setup),
    ...otherPropagators(analysis),
    ...plainClientFindings(analysis, clients),
    ...plainProxies(analysis),
    ...handmadeSpans(analysis),
    ...requestsWithoutContext(analysis, clients),
    ...backgroundContexts(analysis),
    ...bareRpcClients(analysis, clients),
    ...bareMessages(analysis),
    ...droppedMessages(analysis),
    ...unusedContexts(analysis),
    ...inactiveSpans(analysis),
  ];
}
