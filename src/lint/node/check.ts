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
import { noContextManagerFindings } from './rules/noContextManager';
import { NodeCode } from './nodeCode';
import { parentOptionFindings } from './rules/parentOption';
import { propagateUrlFindings } from './rules/propagateUrls';
import { propagatorFindings } from './rules/propagators';
import { queueFindings } from './rules/queueContext';
import { rawClientFindings } from './rules/rawClients';
import { redisStreamFindings } from './rules/redisStreams';
import { setupFindings } from './rules/setupRules';
import { spanNotActiveFindings } from './rules/spanNotActive';
import { unaskedAttributeFindings } from './rules/unaskedAttributes';

/** Finds where Node processes lose the trace context. */
export const nodeCheck: LanguageCheck = {
  language: 'node',
  // By first letters, as the expression is tried at every character of a workspace: a third faster than a plain list.
  prefilter:
    /a(?:polloClient|mplify\.configure|xios|mqp(?:lib|-connection)|ws-sdk['"/])|b(?:ullmq|ase(?:URL(?<=\bbaseURL)|Path(?<=\bbasePath)):)|d(?:d-trace|urableObject)|idFrom(?:Name|String)|enqueue|fetch(?:BaseQuery|(?<=\bfetch)\s*\()|g(?:ot(?<=\bgot)\b|raphQLClient)|http(?:Service|Link|Batch(?:Stream)?Link)|u(?:ploadLink|rql)|instrumentations?\b|kafka|n(?:eedle|ewrelic|estjs-rabbitmq|ats(?<=\bnats)\b)|o(?:utbox|bservability|pen(?:telemetry|API\.BASE)|tel(?<=\botel)\b)|p(?:ubsub|rocess\.env\.\w+\s*(?:\|\||\?\?)\s*['"`]https?:)|s(?:uperagent|qs-consumer|endToQueue|tart(?:Span|ActiveSpan))|t(?:elemetry|racing\b|ra(?:ce(?:parent|_?context)|nsport\.(?:KAFKA|RMQ|GRPC)))|undici|x(?:add|readgroup)\(|@(?:sentry\/|grpc\/grpc-js|aws-sdk\/client-(?:sqs|sns|kinesis|eventbridge)|nestjs\/bull)|['"](?:(?:(?:node:)?(?:http2|net|ws|worker_threads)|https?|ky|ofetch|wretch|openapi-fetch|@(?:connectrpc|bufbuild)\/connect-node)['"]|\.{1,2}\/[^'"]*tracer|use server['"])|^\s*['"]use client['"][^]*?from ['"][^'"]*\/(?:lib|services?|api|server|backend|data|features)\//i,
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
    ...spanNotActiveFindings(node),
    ...consumerSpanFindings(node),
    ...doubleInjectFindings(node),
    ...noContextManagerFindings(node),
    ...propagateUrlFindings(node),
    ...rawClientFindings(node),
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
