import { callsiteCandidate, type Candidate, type EvidenceContext } from '../../candidate';
import type { FoundFunction } from '../../implementations';
import type { MessageEntry } from '../../index/entries';
import type { Entry } from '../../index/keyedTable';
import { CONFIDENCE } from '../confidences';

/** What queues of Python's jobs handle or send under a name. */
export function jobEntries(
  name: string,
  system: string,
  side: MessageEntry['side'],
  context: EvidenceContext,
): Entry<MessageEntry>[] {
  context.touch(`message:${name}`);
  return context.index.messages.get(name).filter(({ file, value }) => {
    return value.system === system && value.side === side && context.reachesNamed(context.files.get(file));
  });
}

/** The functions that are registered for jobs of a name, those nearest to the service. */
export async function registeredFunctions(
  name: string,
  system: string,
  context: EvidenceContext,
): Promise<FoundFunction[]> {
  const found: FoundFunction[] = [];
  for (const { file: path, value } of jobEntries(name, system, 'consumer', context)) {
    const file = context.files.get(path)!;
    const facts = await context.facts(file);
    const { handler } = value;
    if (facts) found.push(...(await context.functions.handler(file, facts, handler, '', context.scope, context.touch)));
  }
  return context.scope.nearest(found, ({ file }) => file);
}

/** `shop.tasks.send_welcome`: a function of a module, or the `run` of a class of it. */
export async function functionOfModule(dotted: string, context: EvidenceContext): Promise<FoundFunction[]> {
  const dot = dotted.lastIndexOf('.');
  if (dot <= 0) return [];
  const found: FoundFunction[] = [];
  context.touch('paths');
  const name = dotted.slice(dot + 1);
  for (const file of context.index.modules.pythonModule(dotted.slice(0, dot))) {
    if (!context.scope.allowsNamed(file)) continue;
    const functions = await context.functions.inFile(file, { module: '', container: [], name }, context.touch);
    const top = functions.filter(({ facts, index }) => facts.functions[index]!.container.length === 0);
    const run = await context.functions.inFile(file, { module: '', container: [name], name: 'run' }, context.touch);
    const ofClass = run.filter(({ facts, index }) => facts.functions[index]!.container.at(-1) === name);
    found.push(...(top.length > 0 ? top : ofClass));
  }
  return context.scope.nearest(found, ({ file }) => file);
}

/** Calls that send jobs by their functions: `send_welcome.delay(…)`, `queue.enqueue(send_welcome)`. */
export async function callsOf(
  jobs: readonly FoundFunction[],
  system: string,
  context: EvidenceContext,
): Promise<Entry<MessageEntry>[]> {
  const found: Entry<MessageEntry>[] = [];
  for (const { file: of, facts: jobFacts, index } of jobs) {
    const declared = jobFacts.functions[index]!;
    const known = declared.name === 'run' ? (declared.container.at(-1) ?? 'run') : declared.name;
    for (const entry of jobEntries(known, system, 'producer', context)) {
      const file = context.files.get(entry.file)!;
      const facts = await context.facts(file);
      if (!facts) continue;
      const { handler } = entry.value;
      const meant = await context.functions.handler(file, facts, handler, '', context.scope, context.touch);
      if (meant.some((one) => one.file.path === of.path && one.index === index)) found.push(entry);
    }
  }
  return found;
}

/** The places of calls that send jobs, those nearest to the service. */
export async function sendingPlaces(
  calls: readonly Entry<MessageEntry>[],
  text: string,
  context: EvidenceContext,
): Promise<Candidate[]> {
  const because = { kind: 'messaging', confidence: CONFIDENCE.messaging.job, text } as const;
  const places: Candidate[] = [];
  for (const { file: path, value } of context.scope.nearest(calls, ({ file }) => context.files.get(file)!)) {
    const file = context.files.get(path)!;
    const facts = await context.facts(file);
    if (facts) places.push(callsiteCandidate(file, facts, value.range, because));
  }
  return places;
}
