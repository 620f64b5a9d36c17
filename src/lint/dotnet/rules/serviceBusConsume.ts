import type { Finding } from '../../../model/finding';
import type { Expression } from '../../../syntax/code/expression';
import type { Assign } from '../../../syntax/code/statement';
import type { FunctionPlace } from '../../code/program';
import { statementsIn } from '../../code/walk';
import { findingAt } from '../../report';
import { lastName, placeOf, plainType, receiverOf, type Site } from '../dotnetCode';
import type { DotnetProcess } from '../dotnetProcess';
import { mainSetup, mayListenUnseen } from '../mainSetup';
import { isReached } from '../setup';
import { calledFunctions, typeOf } from '../types';
import { describePlace, tracingOf } from '../words';

/** A client of Azure that messages are taken from. */
interface TakerRow {
  readonly library: string;
  readonly namespace: string;
  /** What gives messages to a handler, and the event it does so by. */
  readonly processors: RegExp;
  readonly event: string;
  /** What gives them to who asks, and the calls. */
  readonly receivers: RegExp;
  readonly takes: readonly string[];
  readonly source: string;
}

const ROWS: readonly TakerRow[] = [
  {
    library: 'Service Bus',
    namespace: 'Azure.Messaging.ServiceBus',
    processors: /^ServiceBus(Session)?Processor$/,
    event: 'ProcessMessageAsync',
    receivers: /^ServiceBus(Session)?Receiver$/,
    takes: ['ReceiveMessagesAsync', 'ReceiveMessageAsync'],
    source: 'Azure.Messaging.ServiceBus.*',
  },
  {
    library: 'Event Hubs',
    namespace: 'Azure.Messaging.EventHubs',
    processors: /^EventProcessorClient$/,
    event: 'ProcessEventAsync',
    receivers: /^EventHubConsumerClient$/,
    takes: ['ReadEventsAsync', 'ReadEventsFromPartitionAsync'],
    source: 'Azure.Messaging.EventHubs.*',
  },
];

/** What listens to the sources of Azure's clients without their names, or may. */
const LISTENS =
  /^(UseAzureMonitor|Add(Keyed)?Azure(ServiceBus|EventHub|EventProcessor)\w*|AddActivityListener)$|ApplicationInsights|^AddAzure\w*Instrumentation$/;

/**
 * CS-KAFKA-CONSUME-DROP, of Azure Service Bus and Event Hubs: their clients write the current context into what they send in
 * any case, but make an activity for what a processor receives only while something listens to their sources, and none at all
 * for what is done with the messages that a receiver was asked for.
 */
export function serviceBusConsume(process: DotnetProcess): Finding[] {
  const { code, setup } = process;
  const used = ROWS.filter((row) => isUsed(process, row));
  if (used.length === 0 || setup.agents.length > 0 || setup.hasUnknownSources) return [];
  const main = mainSetup(process);
  if (main === undefined || mayListenUnseen(process, main)) return [];
  if ([...code.matching(LISTENS)].length > 0 || setup.sources.some((name) => /^(Azure\b|\*)/i.test(name))) return [];
  return used.flatMap((row) => [...ofProcessors(process, row), ...ofReceivers(process, row)]);
}

function isUsed({ code, setup }: DotnetProcess, { library, namespace }: TakerRow): boolean {
  return (
    !setup.covered.has(library.toLowerCase()) &&
    code.program.sources.some(({ code: { imports } }) => imports.some(({ from }) => from.startsWith(namespace)))
  );
}

function ofProcessors(process: DotnetProcess, row: TakerRow): Finding[] {
  const gives = new RegExp(`\\.\\s*${row.event}\\s*\\+=`);
  return process.code.program.sources
    .filter((source) => source.has(gives))
    .flatMap((source) =>
      source.code.functions.flatMap((fn) =>
        [...statementsIn(fn.body)]
          .filter((one) => one.kind === 'assign')
          .filter((one) => isGiven(process, row, { source, function: fn }, one))
          .filter(() => isReached(process.code, { source, function: fn }))
          .map((one) => ({ source, one })),
      ),
    )
    .map(({ source, one }) => {
      const tracing = tracingOf(process);
      return findingAt('CS-KAFKA-CONSUME-DROP', source, one.targets[0]!, {
        severity: 'warning',
        message:
          `The trace of these messages is not continued: the process is traced (${describePlace(tracing[0]!, source)}), but a processor of ` +
          `${row.library} makes an activity for a message only while something listens to its source: AddSource("${row.source}") is missing.`,
        evidence: tracing.slice(0, 2),
      });
    });
}

/** `processor.ProcessMessageAsync += OnMessage` with a handler that works and reads no context itself. */
function isGiven(
  process: DotnetProcess,
  { processors, event }: TakerRow,
  { source, function: fn }: FunctionPlace,
  { targets, values }: Assign,
): boolean {
  const [target] = targets;
  const [value] = values;
  if (target?.kind !== 'member' || target.name !== event || value === undefined) return false;
  const type = typeOf(process.code, source, fn, target.object);
  if (type === undefined || !processors.test(plainType(type))) return false;
  return drops(process, handlersOf(process, { source, function: fn }, value));
}

/** A lambda, or the methods of that name in the class around. */
function handlersOf({ code }: DotnetProcess, place: FunctionPlace, value: Expression): readonly FunctionPlace[] {
  const { source } = place;
  if (value.kind === 'function') return [{ source, function: source.code.functions[value.function]! }];
  const type = code.typeAround(place)?.name;
  return code.program.functionsNamed(lastName(value)).filter((one) => code.typeAround(one)?.name === type);
}

/** What is asked for in a loop and worked on there: no activity is made for that, whoever listens. */
function ofReceivers(process: DotnetProcess, row: TakerRow): Finding[] {
  const { code } = process;
  const seen = new Set<FunctionPlace['function']>();
  return row.takes
    .flatMap((name) => code.named(name))
    .filter((site) => {
      const around = code.outermost(site);
      if (around.function.id === 0 || seen.has(around.function) || !isReceiver(process, row, site)) return false;
      seen.add(around.function);
      const called = code.sitesWithin(around).flatMap((one) => calledFunctions(code, one));
      return drops(process, [around, ...called]) && isReached(code, site);
    })
    .map((site) => {
      const tracing = tracingOf(process);
      return findingAt('CS-KAFKA-CONSUME-DROP', site.source, placeOf(site), {
        severity: 'warning',
        message:
          `The trace of these messages is not continued: the process is traced (${describePlace(tracing[0]!, site.source)}), but what is done for ` +
          `what a receiver of ${row.library} was asked for begins a new trace unless the context in its properties is read.`,
        evidence: tracing.slice(0, 2),
      });
    });
}

function isReceiver({ code }: DotnetProcess, { receivers }: TakerRow, { source, function: fn, call }: Site): boolean {
  const receiver = receiverOf(call);
  const type = receiver && typeOf(code, source, fn, receiver);
  return type !== undefined && receivers.test(plainType(type));
}

function drops({ contexts, work }: DotnetProcess, workers: readonly FunctionPlace[]): boolean {
  if (workers.some((one) => contexts.extracts(one) || contexts.handlesCarrier(one))) return false;
  return workers.some((one) => work.works(one));
}
