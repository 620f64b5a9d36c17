import type { Finding } from '../../model/finding';
import type { ExplainedFact, LanguageCheck } from '../rule';
import { withToldEvidence } from '../toldEvidence';
import { backgroundContexts } from './rules/backgroundContext';
import { explainSetup } from './explain';
import { unusedContexts } from './rules/extractUnused';
import { GoAnalysis } from './goAnalysis';
import { frameworkContexts } from './rules/frameworkContexts';
import { handmadeSpans } from './rules/handmadeSpans';
import { heldContexts } from './rules/heldContexts';
import { inactiveSpans } from './rules/inactiveSpan';
import { droppedMessages } from './rules/kafkaConsume';
import { bareMessages } from './rules/messageSends';
import { plainClientFindings, plainClients } from './rules/plainClients';
import { plainProxies } from './rules/plainProxies';
import { droppedPropagators, unsetPropagators } from './rules/propagator';
import { otherPropagators } from './rules/propagatorMismatch';
import { requestsWithoutContext } from './rules/requestContext';
import { bareRpcClients } from './rules/rpcClients';

/** What the rules are about, by words for it. */
const MENTIONS =
  /otel|opentelemetry|tracer|tracing|telemetry|"net\/http|\bhttp\.|grpc|connect|kafka|sarama|kgo|amqp|nats|pubsub|sqs|sns|kinesis|eventbridge|servicebus|pulsar|watermill|asynq|resty|fasthttp|gofiber|NewAPIClient|context\.|^package main/im;
const GENERATED = /^\/\/ Code generated .* DO NOT EDIT/m;

/** A file that mentions none of that may still hand a request on: `func (real) Stock() int { return stock.Count() }`. */
function mayHandOn(text: string): boolean {
  return /^func\s/m.test(text) && !GENERATED.test(text.slice(0, 2_000));
}

const MAX_TYPES = 20_000;
/** A field of another package's type, `DB *gorm.DB`, or an interface. */
const DECLARES = /^\t\w+\s+\*?\w+\.\p{Lu}\w*[\s`]|\binterface \{$/mu;

/** A file of types alone, which says what the functions of its package hold: `type Handler struct { DB *gorm.DB }`. */
function declaresHeld(text: string): boolean {
  return text.length <= MAX_TYPES && DECLARES.test(text) && !GENERATED.test(text.slice(0, 2_000));
}

/** Go: nothing is instrumented unless the code (or eBPF, or the build) does it. */
export const goCheck: LanguageCheck = {
  language: 'go',
  prefilter: { test: (text) => MENTIONS.test(text) || mayHandOn(text) || declaresHeld(text) },
  open: (code) => {
    const analysis = new GoAnalysis(code);
    const facts = (): ExplainedFact[] => explainSetup(analysis.unit, analysis.setup);
    return { facts, findings: () => withToldEvidence(findingsOf(analysis), code.unit, facts) };
  },
};

function findingsOf(analysis: GoAnalysis): readonly Finding[] {
  if (analysis.setup.tracing.length === 0) return [];
  const clients = plainClients(analysis);
  return [
    ...unsetPropagators(analysis.unit, analysis.setup),
    ...droppedPropagators(analysis.unit),
    ...otherPropagators(analysis),
    ...plainClientFindings(analysis, clients),
    ...plainProxies(analysis),
    ...handmadeSpans(analysis),
    ...requestsWithoutContext(analysis, clients),
    ...backgroundContexts(analysis),
    ...frameworkContexts(analysis),
    ...heldContexts(analysis),
    ...bareRpcClients(analysis, clients),
    ...bareMessages(analysis),
    ...droppedMessages(analysis),
    ...unusedContexts(analysis),
    ...inactiveSpans(analysis),
  ];
}
