import type { Finding } from '../../model/finding';
import type { ExplainedFact, LanguageCheck } from '../rule';
import { withToldEvidence } from '../toldEvidence';
import { durableObjectFindings } from './rules/durableObjects';
import { connectFindings } from './rules/connectClients';
import { consumerSpanFindings } from './rules/consumerSpans';
import { doubleInjectFindings } from './rules/doubleInject';
import { withoutBuiltTwins } from './process/builtTwins';
import { explainTracing } from './explain';
import { forgottenInjectFindings } from './rules/forgottenInject';
import { extractUnusedFindings } from './rules/extractUnused';
import { forgottenJobFindings } from './rules/forgottenJobs';
import { forgottenRowFindings } from './rules/forgottenRows';
import { heldBackFindings } from './rules/heldBack';
import { kafkaFindings } from './rules/kafkaRules';
import { initOrderFindings } from './rules/initOrder';
import { messageConsumerFindings } from './rules/messageConsumers';
import { messageFindings } from './rules/messageNoInject';
import { nestClientFindings } from './rules/nestClients';
import { noContextManagerFindings } from './rules/noContextManager';
import { noPropagatorFindings } from './rules/noPropagator';
import { NodeCode } from './nodeCode';
import { NODE_MENTIONS } from './nodeMentions';
import { parentOptionFindings } from './rules/parentOption';
import { propagateUrlFindings } from './rules/propagateUrls';
import { propagatorFindings } from './rules/propagators';
import { queueFindings } from './rules/queueContext';
import { rawClientFindings } from './rules/rawClients';
import { redisStreamFindings } from './rules/redisStreams';
import { serverSpanFindings } from './rules/serverSpans';
import { setupFindings } from './rules/setupRules';
import { spanNotActiveFindings } from './rules/spanNotActive';
import { temporalFindings } from './rules/temporalClients';
import { unaskedAttributeFindings } from './rules/unaskedAttributes';

/** Finds where Node processes lose the trace context. */
export const nodeCheck: LanguageCheck = {
  language: 'node',
  prefilter: NODE_MENTIONS,
  isLazy: true,
  open: (code) => {
    const node = new NodeCode({ ...code, program: withoutBuiltTwins(code.program) });
    const facts = (): ExplainedFact[] => explainTracing(node);
    return { facts, findings: () => withToldEvidence(findingsOf(node), code.unit, facts) };
  },
};

function findingsOf(node: NodeCode): readonly Finding[] {
  return [
    ...setupFindings(node),
    ...kafkaFindings(node),
    ...extractUnusedFindings(node),
    ...unaskedAttributeFindings(node),
    ...parentOptionFindings(node),
    ...serverSpanFindings(node),
    ...spanNotActiveFindings(node),
    ...consumerSpanFindings(node),
    ...doubleInjectFindings(node),
    ...noContextManagerFindings(node),
    ...noPropagatorFindings(node),
    ...propagateUrlFindings(node),
    ...rawClientFindings(node),
    ...nestClientFindings(node),
    ...temporalFindings(node),
    ...connectFindings(node),
    ...forgottenInjectFindings(node),
    ...messageFindings(node),
    ...messageConsumerFindings(node),
    ...redisStreamFindings(node),
    ...queueFindings(node),
    ...durableObjectFindings(node),
    ...forgottenJobFindings(node),
    ...forgottenRowFindings(node),
    ...initOrderFindings(node),
    ...propagatorFindings(node),
    ...heldBackFindings(node),
  ];
}
