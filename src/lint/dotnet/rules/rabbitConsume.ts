import type { Finding } from '../../../model/finding';
import type { FunctionPlace } from '../../code/program';
import { mayBe } from '../../project/versions';
import { findingAt } from '../../report';
import { lastName, placeOf, textWithoutComments, type Site } from '../dotnetCode';
import type { DotnetProcess } from '../dotnetProcess';
import { isListenedTo } from '../setup';
import { describePlace, tracingOf } from '../words';

const CONSUMERS = ['EventingBasicConsumer', 'AsyncEventingBasicConsumer'];
const PACKAGE = 'rabbitmq.client';
/** The source of what it receives, and what of Aspire's adds it. */
const NATIVE_SOURCE = 'RabbitMQ.Client.Subscriber';
const NATIVE_SETUPS = ['AddRabbitMQClient', 'AddKeyedRabbitMQClient'];
/** `consumer.Received += OnReceived;` */
const GIVEN = /\bReceived(?:Async)?\s*\+=\s*(?:this\.)?(\w+)\s*;/g;

/**
 * CS-KAFKA-CONSUME-DROP, of RabbitMQ: messages that are worked on with spans or calls, but whose context nobody reads. From
 * version 7 on the client reads it by itself, while its source is listened to.
 */
export function rabbitConsume(process: DotnetProcess): Finding[] {
  const { code, setup } = process;
  if (setup.agents.length > 0 || setup.covered.has('rabbitmq') || setup.covered.has(PACKAGE)) return [];
  if (mayReadItself(process)) return [];
  if ([...setup.instrumentations.keys()].some((name) => /rabbit|amqp/i.test(name))) return [];
  const seen = new Set<FunctionPlace['function']>();
  return CONSUMERS.flatMap((name) => code.named(name))
    .filter(({ call }) => call.isNew === true)
    .flatMap((site) => {
      const around = code.outermost(site);
      if (seen.has(around.function) || !dropsContext(process, around)) return [];
      seen.add(around.function);
      return [dropped(process, site)];
    });
}

/** Whether the client is one that reads contexts, or may be, and something listens to its source, or may. */
function mayReadItself({ code, setup }: DotnetProcess): boolean {
  const client = code.code.unit.dependencies.get(PACKAGE);
  const isSince = client === undefined ? 'unknown' : mayBe(client, '7.0.0');
  if (isSince !== 'yes') return isSince !== 'no';
  if (setup.hasUnknownSources || setup.hasSetupElsewhere) return true;
  if (NATIVE_SETUPS.some((name) => code.named(name).length > 0)) return true;
  return isListenedTo(setup, NATIVE_SOURCE);
}

function dropsContext(process: DotnetProcess, around: FunctionPlace): boolean {
  const { code, contexts, work } = process;
  const workers = [around, ...handlersOf(code, around)];
  const delegates = around.function.parameters.flatMap(({ type = '' }) => (/^(Func|Action)</.test(type) ? [type] : []));
  const uses = delegates.length === 0 ? [] : usesOf(process, around, delegates);
  const tasks = uses.flatMap((site) => tasksGiven(code, site));
  const reading = [...workers, ...tasks, ...uses.map((site) => code.outermost(site))];
  if (reading.some((one) => contexts.extracts(one) || contexts.handlesCarrier(one))) return false;
  return (delegates.length === 0 ? workers : tasks).some((one) => work.works(one));
}

/** With one of these in hand a caller may read the context itself. */
const GIVES_HEADERS =
  /Deliver|Propert|Header|Dictionary|Meta|Context|Envelope|Wrapper|Message\b|EventArgs|\bobject\b|dynamic/;

/**
 * Who calls a function that is given what to do for a message. None where they get more than what the message says, or
 * something that carries a context: they may read it themselves.
 */
function usesOf(
  { code, contexts }: DotnetProcess,
  around: FunctionPlace,
  delegates: readonly string[],
): readonly Site[] {
  if (delegates.some((type) => GIVES_HEADERS.test(type) || contexts.isCarrier(type))) return [];
  const sites = code.callersOf(around);
  return sites.some(({ call }) => call.typeArguments?.some((type) => contexts.isCarrier(type))) ? [] : sites;
}

/** What a call gives others to do: lambdas, and methods of the class around it by their names. */
function tasksGiven(code: DotnetProcess['code'], { source, function: fn, call }: Site): readonly FunctionPlace[] {
  const type = code.typeAround({ source, function: fn })?.name;
  return call.args.flatMap(({ value }) =>
    value.kind === 'function'
      ? [{ source, function: source.code.functions[value.function]! }]
      : code.program.functionsNamed(lastName(value)).filter((one) => code.typeAround(one)?.name === type),
  );
}

/** Methods of the same class that are given as handlers. */
function handlersOf(code: DotnetProcess['code'], around: FunctionPlace): FunctionPlace[] {
  const names = [...textWithoutComments(around.source, around.function).matchAll(GIVEN)].map((match) => match[1]!);
  const type = code.typeAround(around);
  return names.flatMap((name) =>
    code.program.functionsNamed(name).filter((one) => code.typeAround(one)?.name === type?.name),
  );
}

function dropped(process: DotnetProcess, site: Site): Finding {
  const tracing = tracingOf(process);
  return findingAt('CS-KAFKA-CONSUME-DROP', site.source, placeOf(site), {
    severity: 'warning',
    message:
      `The trace context in the headers of RabbitMQ's messages is never read: the process is traced ` +
      `(${describePlace(tracing[0]!, site.source)}), nothing covers the client, and what is done for a message begins a new trace.`,
    evidence: tracing.slice(0, 2),
  });
}
