import type { CodeFunction, CodeType } from '../../../syntax/code/code';
import type { Finding } from '../../../model/finding';
import type { FunctionPlace } from '../../code/program';
import { findingAt, relatedAt } from '../../report';
import { lastName, placeOf, plainType, receiverOf, type Site } from '../dotnetCode';
import type { DotnetProcess } from '../dotnetProcess';
import { typeOf } from '../types';

const QUEUE = /^(Channel|ChannelWriter|ConcurrentQueue|BlockingCollection|BufferBlock|ActionBlock)$/;
const READER = /^(Channel|ChannelReader|ConcurrentQueue|BlockingCollection|BufferBlock)$/;
const PUTS = ['WriteAsync', 'TryWrite', 'Enqueue', 'Add', 'TryAdd', 'SendAsync', 'Post'];
const TAKES = [
  'ReadAsync',
  'ReadAllAsync',
  'TryRead',
  'WaitToReadAsync',
  'TryDequeue',
  'Take',
  'TryTake',
  'GetConsumingEnumerable',
  'ReceiveAsync',
];

/** QUEUE-CTX-LOSS: work that is put into a queue of the process, and taken out where nothing of its trace is known. */
export function queueContext(process: DotnetProcess): Finding[] {
  const takers = sitesOn(process, TAKES, READER).filter((site) => workersOf(process.code, site).length > 0);
  if (takers.length === 0) return [];
  const seen = new Set<CodeFunction>();
  return sitesOn(process, PUTS, QUEUE).flatMap((site) => {
    const around = process.code.outermost(site);
    if (seen.has(around.function) || process.contexts.injects(around) || !process.relevance.isTraced(site)) return [];
    const item = itemOf(process, site);
    if (item === undefined || process.contexts.isCarrier(item)) return [];
    const taker = takers.find((one) => itemOf(process, one) === item);
    if (taker === undefined) return [];
    const workers = workersOf(process.code, taker);
    if (workers.some((one) => process.contexts.extracts(one)) || !workers.some((one) => process.work.works(one)))
      return [];
    seen.add(around.function);
    return [
      findingAt('QUEUE-CTX-LOSS', site.source, placeOf(site), {
        severity: 'warning',
        message: `\`${item}\` carries no trace context: what is done for it behind the queue begins a new trace. Keep \`Activity.Current?.Context\` in it and give it as a link or parent.`,
        related: [relatedAt(taker.source, placeOf(taker), 'it is taken out here')],
      }),
    ];
  });
}

function sitesOn({ code }: DotnetProcess, names: readonly string[], types: RegExp): Site[] {
  return names.flatMap((name) => code.named(name)).filter((site) => types.test(plainType(queueType(code, site) ?? '')));
}

/** The type of the queue, also behind `.Writer` and `.Reader`. */
function queueType(code: DotnetProcess['code'], { source, function: fn, call }: Site): string | undefined {
  const receiver = receiverOf(call);
  if (receiver === undefined) return undefined;
  const isEnd = receiver.kind === 'member' && /^(Writer|Reader)$/.test(lastName(receiver));
  return typeOf(code, source, fn, isEnd ? receiver.object : receiver);
}

function itemOf({ code }: DotnetProcess, site: Site): string | undefined {
  return /<(.*)>\??$/.exec(queueType(code, site) ?? '')?.[1];
}

/** The services of their own in which it is taken out; none where who takes it waits for it. */
function workersOf(code: DotnetProcess['code'], site: Site): FunctionPlace[] {
  const around = code.outermost(site);
  if (isService(code.typeAround(around))) return [around];
  return code
    .callersOf(around)
    .map((caller) => code.outermost(caller))
    .filter((place) => isService(code.typeAround(place)));
}

function isService(type: CodeType | undefined): boolean {
  return (
    type?.bases.some((base) => /^(BackgroundService|IHostedService|IHostedLifecycleService)$/.test(plainType(base))) ===
    true
  );
}
