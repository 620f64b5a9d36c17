import type { EvidenceContext } from '../../candidate';
import type { FoundFunction } from '../../implementations';
import type { MessageEntry } from '../../index/entries';
import type { Entry } from '../../index/keyedTable';

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
