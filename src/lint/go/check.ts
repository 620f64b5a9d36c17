import type { Finding } from '../../model/finding';
import type { ExplainedFact, LanguageCheck, UnitCode } from '../rule';
import { backgroundContexts } from './backgroundContext';
import { explainSetup } from './explain';
import { unusedContexts } from './extractUnused';
import { GoAnalysis } from './goAnalysis';
import { inactiveSpans } from './inactiveSpan';
import { droppedMessages } from './kafkaConsume';
import { bareMessages } from './messageSends';
import { plainClientFindings, plainClients } from './plainClients';
import { unsetPropagators } from './propagator';
import { requestsWithoutContext } from './requestContext';
import { bareRpcClients } from './rpcClients';

const known = new WeakMap<UnitCode, GoAnalysis>();

/** Go: nothing is instrumented unless the code (or eBPF, or the build) does it. */
export const goCheck: LanguageCheck = {
  language: 'go',
  prefilter:
    /otel|opentelemetry|tracer|tracing|telemetry|"net\/http|\bhttp\.|grpc|connect|kafka|sarama|kgo|amqp|nats|pubsub|sqs|sns|resty|context\.|^package main/im,
  explain: (code) => explainUnit(code),
  check: (code) => checkUnit(code),
};

function analysisOf(code: UnitCode): GoAnalysis {
  let found = known.get(code);
  if (found === undefined) known.set(code, (found = new GoAnalysis(code)));
  return found;
}

function explainUnit(code: UnitCode): readonly ExplainedFact[] {
  return explainSetup(analysisOf(code).setup);
}

function checkUnit(code: UnitCode): readonly Finding[] {
  const analysis = analysisOf(code);
  if (analysis.setup.tracing.length === 0) return [];
  const clients = plainClients(analysis);
  return [
    ...unsetPropagators(analysis.unit, analysis.setup),
    ...plainClientFindings(analysis, clients),
    ...requestsWithoutContext(analysis, clients),
    ...backgroundContexts(analysis),
    ...bareRpcClients(analysis, clients),
    ...bareMessages(analysis),
    ...droppedMessages(analysis),
    ...unusedContexts(analysis),
    ...inactiveSpans(analysis),
  ];
}
