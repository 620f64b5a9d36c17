import type { Finding } from '../../model/finding';
import type { ExplainedFact, LanguageCheck } from '../rule';
import { withToldEvidence } from '../toldEvidence';
import { explainProcesses } from './process/explain';
import { contextAsSpan } from './contextAsSpan';
import { extractUnused } from './extractUnused';
import { kafkaConsume } from './kafka/kafkaConsume';
import { kafkaPatch } from './kafka/kafkaPatch';
import { kafkaProduce } from './kafka/kafkaProduce';
import { messageConsumers } from './messages/consumers';
import { messages } from './messages/messages';
import { propagators } from './propagators';
import { queueContext } from './queueContext';
import { spanNotActive } from './spanNotActive';
import { threads } from './threads';
import { TracedCode } from './process/tracedCode';
import { uncoveredRpc } from './rpc/uncoveredRpc';
import { uncoveredHttp } from './http/uncoveredHttp';

/** What is found in one traced unit. */
const RULES: readonly ((traced: TracedCode) => Finding[])[] = [
  uncoveredHttp,
  uncoveredRpc,
  extractUnused,
  contextAsSpan,
  kafkaProduce,
  kafkaConsume,
  kafkaPatch,
  threads,
  queueContext,
  spanNotActive,
  messages,
  messageConsumers,
  propagators,
];

/** The rules for Python. */
export const pythonCheck: LanguageCheck = {
  language: 'python',
  // Imports lead from entries to set-up and clients, so that every file that imports matters; others hold addresses.
  prefilter: /^[ \t]*(?:from|import)[ \t]|https?:\/\//m,
  open: (code) => {
    const traced = new TracedCode(code);
    const facts = (): ExplainedFact[] => explainProcesses(traced);
    const findings = (): Finding[] => (traced.mayExport ? RULES.flatMap((rule) => rule(traced)) : []);
    return { facts, findings: () => withToldEvidence(findings(), code.unit, facts) };
  },
};
