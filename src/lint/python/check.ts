import type { Finding } from '../../model/finding';
import type { ExplainedFact, LanguageCheck, UnitCode } from '../rule';
import { explainProcesses } from './process/explain';
import { extractUnused } from './extractUnused';
import { kafkaConsume } from './kafka/kafkaConsume';
import { kafkaPatch } from './kafka/kafkaPatch';
import { kafkaProduce } from './kafka/kafkaProduce';
import { messages } from './messages';
import { spanNotActive } from './spanNotActive';
import { threads } from './threads';
import { TracedCode } from './process/tracedCode';
import { uncoveredHttp } from './http/uncoveredHttp';

/** What is found in one traced unit. */
const RULES: readonly ((traced: TracedCode) => Finding[])[] = [
  uncoveredHttp,
  extractUnused,
  kafkaProduce,
  kafkaConsume,
  kafkaPatch,
  threads,
  spanNotActive,
  messages,
];

/** The rules for Python. */
export const pythonCheck: LanguageCheck = {
  language: 'python',
  // Imports lead from entries to set-up and clients, so that every file that imports matters.
  prefilter: /^[ \t]*(?:from|import)[ \t]/m,
  explain(code: UnitCode): readonly ExplainedFact[] {
    return explainProcesses(tracedCode(code));
  },
  check(code: UnitCode): readonly Finding[] {
    const traced = tracedCode(code);
    return traced.mayExport ? RULES.flatMap((rule) => rule(traced)) : [];
  },
};

const known = new WeakMap<UnitCode['program'], TracedCode>();

/** A unit's code is explained and checked one after the other: it is worked out once. */
function tracedCode(code: UnitCode): TracedCode {
  let traced = known.get(code.program);
  if (traced === undefined || traced.settings !== code.settings)
    known.set(code.program, (traced = new TracedCode(code)));
  return traced;
}
