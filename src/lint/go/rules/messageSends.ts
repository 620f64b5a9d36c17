import type { Finding } from '../../../model/finding';
import { SENDING_METHODS, senderRow, senderTypeIn } from '../coverage';
import { contextInScope } from '../contexts';
import { injectFix } from '../fixes/messageFix';
import type { Call } from '../../../syntax/code/expression';
import type { CodeFunction } from '../../../syntax/code/code';
import type { FunctionPlace } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import type { GoAnalysis } from '../goAnalysis';
import { calledName, type CallPlace } from '../goUnit';
import { isGeneratedSource } from '../httpCalls';
import { carriesContext, messagingCover, receiverType, textWithoutLogs } from '../messaging';
import { isAside } from './plainClients';
import { warningAt } from './warning';
import { outermost, servesRequest } from '../relevance';

const NAMES: Readonly<Record<string, string>> = {
  'kafka-go': 'kafka-go writes the headers it is given',
  sarama: 'sarama sends the headers it is given',
  'confluent-kafka-go': 'confluent-kafka-go sends the headers it is given',
  'franz-go': 'no kotel hook is on the client',
  sqs: 'SQS carries the context only in message attributes',
  sns: 'SNS carries the context only in message attributes',
  pubsub: 'the client is made without EnableOpenTelemetryTracing',
  nats: 'NATS carries the context only in headers',
  gocloud: 'gocloud.dev sends the metadata it is given',
  rabbitmq: 'RabbitMQ carries the context only in headers',
  eventbridge: 'EventBridge hands on the detail it is given',
  kinesis: 'Kinesis hands on the data it is given',
  watermill: 'Watermill sends the metadata it is given',
  pulsar: 'Pulsar sends the properties it is given',
  servicebus: 'Service Bus sends the properties it is given',
  redis: 'Redis hands on the fields it is given',
  asynq: 'a task has only its payload and headers',
};

/** Telemetry that leaves as messages is not of the request; destinations are queues that customers have registered. */
const EXPORTS = /(^|\/)(exporters?|telemetry|otlp|destinations?|dest_?registry)(\/|\.go$)/i;

const WORKS_ON_TASKS = /\*asynq\.Task\b|\basynq\.NewServeMux\(/;

/** What is told when something starts is part of no request. */
const STARTS = /^(start|init|initialize|setup|connect|[nN]ew[A-Z]\w*)$/;

/** What is kept and sent every so often is no longer of the request that it came with. */
const SENDS_BY_THE_CLOCK = /\btime\.(NewTicker|Tick)\(/;

/** What could not be worked on is kept for people to look at: `toDLQ(ctx, record, err)`, `Topic: deadLetterTopic`. */
const DEAD_LETTERS = /dlq|dead_?letter|poison/i;

/** GO-KAFKA-PRODUCE-NO-INJECT and MSG-NO-INJECT: messages sent without the context of the request that causes them. */
export function bareMessages(analysis: GoAnalysis): Finding[] {
  const { covered } = messagingCover(analysis);
  const found: Finding[] = [];
  const seen = new Set<Call>();
  for (const name of SENDING_METHODS) {
    for (const place of analysis.unit.callsNamed(name)) {
      const type = receiverType(analysis, place, senderTypeIn);
      const row = type === undefined ? undefined : senderRow(type, name);
      if (row === undefined || covered.has(row.system) || !isRelevant(analysis, place)) continue;
      const { source, call } = place;
      // Jobs that only others work on may be anything; those of one's own are part of the trace.
      if (row.system === 'asynq' && !analysis.unit.code.program.sources.some((one) => one.has(WORKS_ON_TASKS)))
        continue;
      const shown = taskMade(analysis, place) ?? place;
      if (seen.has(shown.call)) continue;
      seen.add(shown.call);
      found.push(
        warningAt(
          analysis,
          row.rule,
          shown,
          `The message sent here carries no trace context (${NAMES[row.system]}): who receives it begins a new trace.`,
          injectFix(place, contextInScope(source, place.function, call.start)),
        ),
      );
    }
  }
  return found;
}

/** `task := asynq.NewTask(…)` in the function that enqueues it, maybe more than once: what it carries is said there. */
function taskMade({ unit, values }: GoAnalysis, { source, function: fn, call }: CallPlace): CallPlace | undefined {
  for (const { value } of call.args) {
    const [only, ...others] = values.origins({ source, function: fn, expression: value })?.values ?? [];
    if (only?.expression.kind !== 'call' || others.length > 0 || only.function !== fn) continue;
    const made = { source, function: fn, call: only.expression };
    if (unit.external(made) === 'github.com/hibiken/asynq.NewTask') return made;
  }
  return undefined;
}

function isRelevant(analysis: GoAnalysis, { source, function: fn, call }: CallPlace): boolean {
  const around = outermost(source, fn);
  if (isExport(analysis, source, around) || (fn === around && STARTS.test(fn.name))) return false;
  if (isGeneratedSource(source) || isAside(analysis, source) || analysis.relevance.isProbe(source, fn)) return false;
  if (DEAD_LETTERS.test(around.name) || DEAD_LETTERS.test(source.textOf(call))) return false;
  // What was stored with the trace of a request is of that request, whenever it is sent.
  const isStored = analysis.storedTraces.unreadOf(source, around) !== undefined;
  if (!isStored && sendsByTheClock(analysis, { source, function: around })) return false;
  const isOfRequest =
    isStored || analysis.relevance.isTraced(source, fn) || SENDS_REQUEST_ID.test(textWithoutLogs(source, fn));
  if (!isOfRequest || isWrapped(source, call) || isMadeOutOfSight(analysis, { source, function: fn, call }))
    return false;
  if (ANSWERS.test(source.textOf(call)) || NEW_ANSWER.test(source.textOf(fn))) return false;
  return !carriesContext(analysis, source, around) && calledName(call) !== undefined;
}

/** Whether only a clock makes a function send, or those that call it, and none of them begins a span for it. */
function sendsByTheClock(analysis: GoAnalysis, { source, function: fn }: FunctionPlace, levels = 2): boolean {
  const { relevance, unit } = analysis;
  if (relevance.startsSpan(source, fn) || servesRequest(fn)) return false;
  if (SENDS_BY_THE_CLOCK.test(source.textOf(fn))) return true;
  const callers = levels > 0 ? relevance.callersOf({ source, function: fn }) : [];
  return (
    callers.length > 0 &&
    callers.every((caller) => {
      const around = outermost(caller.source, caller.function);
      if (around === fn || unit.callee(caller).kind !== 'own') return false;
      return sendsByTheClock(analysis, { source: caller.source, function: around }, levels - 1);
    })
  );
}

/** Whether telemetry leaves here: what traces itself exports something else. */
function isExport(analysis: GoAnalysis, source: SourceCode, fn: CodeFunction): boolean {
  const { relevance } = analysis;
  if (!EXPORTS.test(source.file.relative)) return false;
  if (!/(^|\/)exporter\.go$/i.test(source.file.relative) || /\botlp|ptrace\b|ReadOnlySpan/.test(source.code.text))
    return true;
  const callers = relevance.callersOf({ source, function: fn });
  return ![{ source, function: fn }, ...callers].some((one) =>
    relevance.startsSpan(one.source, outermost(one.source, one.function)),
  );
}

/**
 * An answer goes to who waits for it: `conn.Publish(msg.Reply, data)`, `ch.Publish("", d.ReplyTo, …)`, `conn.Publish(reply, data)`;
 * a heartbeat is of no request.
 */
const ANSWERS = /\.Reply(To)?\b|\((ctx,\s*)?reply(To|Subject|Inbox)?\s*,|^[^\n]*heart_?beat/i;
const NEW_ANSWER = /\bNewMsg\(\s*\w+\.Reply\b|Subject:\s*\w+\.Reply\b/;

/** `headers["x-request-id"] = m.RequestID`: wherever it is sent from, a request was the cause of the message. */
const SENDS_REQUEST_ID = /\[[^\]\n]*request[-_]?id[^\]\n]*\]\s*=[^=]/i;

/** `Publish(topic, publish.NewMessage(ctx, event))` with a function that is not among the files of a cut-out: it may inject. */
function isMadeOutOfSight({ unit }: GoAnalysis, { source, function: fn, call }: CallPlace): boolean {
  return call.args.some(({ value }) => {
    if (value.kind !== 'call' || !value.args.some((one) => /^\w*ctx\w*$/i.test(source.textOf(one)))) return false;
    const callee = unit.callee({ source, function: fn, call: value });
    return callee.kind === 'external' && unit.isOfRepository(callee.name);
  });
}

/** The last resort: what is sent names a helper that carries contexts. A context's own name, `ctxWithTrace`, is none. */
function isWrapped(source: SourceCode, { callee, args }: Call): boolean {
  const given = args.map(({ value }) => source.textOf(value)).filter((text) => !/^\w*ctx\w*$/i.test(text));
  return /[iI]nject|[pP]ropagat|[cC]arrier|[wW]ithTrac/.test([source.textOf(callee), ...given].join());
}
