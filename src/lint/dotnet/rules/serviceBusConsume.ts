import type { Finding } from '../../../model/finding';
import type { Expression } from '../../../syntax/code/expression';
import type { Assign } from '../../../syntax/code/statement';
import type { FunctionPlace } from '../../code/program';
import { statementsIn } from '../../code/walk';
import { findingAt } from '../../report';
import { lastName, plainType } from '../dotnetCode';
import type { DotnetProcess } from '../dotnetProcess';
import { mainSetup, mayListenUnseen } from '../mainSetup';
import { typeOf } from '../types';
import { describePlace, tracingOf } from '../words';

const EVENT = 'ProcessMessageAsync';
const GIVES = /\.\s*ProcessMessageAsync\s*\+=/;
const PROCESSORS = /^ServiceBus(Session)?Processor$/;
/** What listens to the sources of Azure's clients without their names, or may. */
const LISTENS =
  /^(UseAzureMonitor|Add(Keyed)?AzureServiceBus\w*|AddActivityListener)$|ApplicationInsights|^AddAzure\w*Instrumentation$/;

/**
 * CS-KAFKA-CONSUME-DROP, of Azure Service Bus: its client writes the current context into what it sends in any case, but
 * makes an activity for what a processor receives only while something listens to its sources.
 */
export function serviceBusConsume(process: DotnetProcess): Finding[] {
  const { code, setup } = process;
  if (!code.program.sources.some((source) => source.has(GIVES))) return [];
  if (setup.agents.length > 0 || setup.hasUnknownSources || setup.covered.has('service bus')) return [];
  const main = mainSetup(process);
  if (main === undefined || mayListenUnseen(process, main)) return [];
  if ([...code.matching(LISTENS)].length > 0 || setup.sources.some((name) => /^(Azure\b|\*)/i.test(name))) return [];
  return code.program.sources
    .filter((source) => source.has(GIVES))
    .flatMap((source) =>
      source.code.functions.flatMap((fn) =>
        [...statementsIn(fn.body)]
          .filter((one) => one.kind === 'assign')
          .filter((one) => isGiven(process, { source, function: fn }, one))
          .map((one) => ({ source, one })),
      ),
    )
    .map(({ source, one }) => {
      const tracing = tracingOf(process);
      return findingAt('CS-KAFKA-CONSUME-DROP', source, one.targets[0]!, {
        severity: 'warning',
        message:
          `The trace of these messages is not continued: the process is traced (${describePlace(tracing[0]!, source)}), but a processor of ` +
          `Service Bus makes an activity for a message only while something listens to its source: AddSource("Azure.Messaging.ServiceBus.*") is missing.`,
        evidence: tracing.slice(0, 2),
      });
    });
}

/** `processor.ProcessMessageAsync += OnMessage` with a handler that works and reads no context itself. */
function isGiven(
  process: DotnetProcess,
  { source, function: fn }: FunctionPlace,
  { targets, values }: Assign,
): boolean {
  const { code, contexts, work } = process;
  const [target] = targets;
  const [value] = values;
  if (target?.kind !== 'member' || target.name !== EVENT || value === undefined) return false;
  const type = typeOf(code, source, fn, target.object);
  if (type === undefined || !PROCESSORS.test(plainType(type))) return false;
  const handlers = handlersOf(process, { source, function: fn }, value);
  if (handlers.some((one) => contexts.extracts(one) || contexts.handlesCarrier(one))) return false;
  return handlers.some((one) => work.works(one));
}

/** A lambda, or the methods of that name in the class around. */
function handlersOf({ code }: DotnetProcess, place: FunctionPlace, value: Expression): readonly FunctionPlace[] {
  const { source } = place;
  if (value.kind === 'function') return [{ source, function: source.code.functions[value.function]! }];
  const type = code.typeAround(place)?.name;
  return code.program.functionsNamed(lastName(value)).filter((one) => code.typeAround(one)?.name === type);
}
