import type { Finding } from '../../model/finding';
import type { ExplainedFact, LanguageCheck } from '../rule';
import { withToldEvidence } from '../toldEvidence';
import { readProcess, type DotnetProcess } from './dotnetProcess';
import { explainSetup } from './explain';
import { busWithoutSource } from './rules/busWithoutSource';
import { extractUnused } from './rules/extractUnused';
import { httpPropagationOff } from './rules/httpPropagation';
import { kafkaConsume } from './rules/kafkaConsume';
import { kafkaProduce } from './rules/kafkaProduce';
import { lateParent } from './rules/lateParent';
import { messageNoInject } from './rules/messageNoInject';
import { propagatorMismatch } from './rules/propagatorMismatch';
import { queueContext } from './rules/queueContext';
import { queueConsume } from './rules/queueConsume';
import { rabbitConsume } from './rules/rabbitConsume';
import { redisStreams } from './rules/redisStreams';
import { serviceBusConsume } from './rules/serviceBusConsume';
import { spanNotActive } from './rules/spanNotActive';
import { unheardSources } from './rules/unheardSource';

/** .NET: `HttpClient` sends the context by itself; messages and queues need somebody who does. */
export const dotnetCheck: LanguageCheck = {
  language: 'dotnet',
  prefilter: /./,
  open: (code) => {
    const process = readProcess(code);
    const facts = (): ExplainedFact[] => explainSetup(process);
    return { facts, findings: () => withToldEvidence(findingsOf(process), code.unit, facts) };
  },
};

function findingsOf(process: DotnetProcess): readonly Finding[] {
  if (process.setup.tracing.length === 0) return [];
  return [
    ...httpPropagationOff(process),
    ...kafkaProduce(process),
    ...kafkaConsume(process),
    ...messageNoInject(process),
    ...rabbitConsume(process),
    ...queueConsume(process),
    ...serviceBusConsume(process),
    ...redisStreams(process),
    ...busWithoutSource(process),
    ...queueContext(process),
    ...extractUnused(process),
    ...lateParent(process),
    ...unheardSources(process),
    ...spanNotActive(process),
    ...propagatorMismatch(process),
  ];
}
