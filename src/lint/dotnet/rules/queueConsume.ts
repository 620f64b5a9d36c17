import type { Finding } from '../../../model/finding';
import type { FunctionPlace } from '../../code/program';
import { findingAt } from '../../report';
import { placeOf, plainType, receiverOf, textWithoutComments, type Site } from '../dotnetCode';
import type { DotnetProcess } from '../dotnetProcess';
import { isReached } from '../setup';
import { calledFunctions, typeOf } from '../types';
import { describePlace, tracingOf } from '../words';

interface Queue {
  readonly system: string;
  readonly types: RegExp;
  /** What messages are taken by. */
  readonly takes: string;
  /** Where they carry the context. */
  readonly carrier: string;
}

const QUEUES: readonly Queue[] = [
  {
    system: 'SQS',
    types: /^(IAmazonSQS|AmazonSQSClient)$/,
    takes: 'ReceiveMessageAsync',
    carrier: 'MessageAttributes',
  },
  { system: 'Pub/Sub', types: /^SubscriberClient$/, takes: 'StartAsync', carrier: 'Attributes' },
];

/** What calls about files that were stored: no trace leads to it. */
const OF_STORAGE = /\bS3Event(Notification)?\b|\bs3:ObjectCreated/i;
/** A helper hands what it has received to who asked for it. */
const GIVES_MESSAGES = /\b(ReceiveMessageResponse|Message|PubsubMessage)\b/;
const DELEGATE = /^(Func|Action|EventHandler|AsyncEventHandler)\b/;
const MAX_LEVELS = 3;

/**
 * CS-KAFKA-CONSUME-DROP, of SQS and Pub/Sub: messages that are worked on with spans or calls, but whose context nobody reads.
 * The instrumentation of AWS asks for it when it receives, and leaves it to the code to go on with it.
 */
export function queueConsume(process: DotnetProcess): Finding[] {
  const { code, setup } = process;
  if (setup.agents.length > 0) return [];
  const seen = new Set<FunctionPlace['function']>();
  return QUEUES.filter(({ system }) => !setup.covered.has(system.toLowerCase())).flatMap((queue) =>
    code.named(queue.takes).flatMap((site) => {
      const around = code.outermost(site);
      if (seen.has(around.function) || !isOf(process, queue, site) || !drops(process, queue, around)) return [];
      seen.add(around.function);
      return [dropped(process, queue, site)];
    }),
  );
}

function isOf({ code }: DotnetProcess, { types }: Queue, { source, function: fn, call }: Site): boolean {
  const receiver = receiverOf(call);
  const type = receiver && typeOf(code, source, fn, receiver);
  return type !== undefined && types.test(plainType(type)) && isReached(code, { source, function: fn });
}

function drops({ code, contexts, work }: DotnetProcess, queue: Queue, around: FunctionPlace): boolean {
  const { returns = '', parameters } = around.function;
  // Who gives it what to do may read the context there.
  if (around.function.id === 0 || parameters.some(({ type = '' }) => DELEGATE.test(type))) return false;
  const callers = GIVES_MESSAGES.test(returns) ? code.callersOf(around).map((one) => code.outermost(one)) : [];
  if (GIVES_MESSAGES.test(returns) && callers.length === 0) return false;
  const starts = [around, ...callers];
  const workers = starts.flatMap((one) => reachedFrom(code, one));
  if (workers.some((one) => contexts.extracts(one) || contexts.handlesCarrier(one))) return false;
  const texts = workers.map(({ source, function: fn }) => textWithoutComments(source, fn));
  if (texts.some((text) => OF_STORAGE.test(text) || handsOver(queue, text))) return false;
  return starts.some((one) => work.works(one));
}

/** A function with those that it calls. */
function reachedFrom(code: DotnetProcess['code'], place: FunctionPlace, levels = MAX_LEVELS): readonly FunctionPlace[] {
  const found = new Map([[place.function, place]]);
  let last: readonly FunctionPlace[] = [place];
  for (let level = 0; level < levels; level++) {
    const called = last.flatMap((one) => code.sitesWithin(one).flatMap((site) => calledFunctions(code, site)));
    last = called.filter((one) => !found.has(one.function));
    for (const one of last) found.set(one.function, one);
  }
  return [...found.values()];
}

/** Whether all attributes of a message are given to something or gone through: the context may be read there. */
function handsOver({ carrier }: Queue, text: string): boolean {
  return new RegExp(
    `\\.${carrier}\\s*[,)]|=\\s*[\\w.!?]*\\.${carrier}\\s*[,;}]|\\bin\\s+[\\w.!?]*\\.${carrier}\\b|\\.${carrier}\\s*[?!]?\\s*\\.\\s*(To\\w+|Select|Where|Aggregate|ForEach)\\b`,
  ).test(text);
}

function dropped(process: DotnetProcess, { system, carrier }: Queue, site: Site): Finding {
  const tracing = tracingOf(process);
  return findingAt('CS-KAFKA-CONSUME-DROP', site.source, placeOf(site), {
    severity: 'warning',
    message:
      `The trace context in the ${carrier} of these messages of ${system} is never read: the process is traced ` +
      `(${describePlace(tracing[0]!, site.source)}), nothing that instruments the client goes on with it, and what is done for a message begins a new trace.`,
    evidence: tracing.slice(0, 2),
  });
}
