import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Expression } from '../../../syntax/code/expression';
import { dotted } from '../../code/names';
import type { SourceCode } from '../../code/sourceCode';
import { expressionsOf } from '../../code/walk';
import { findingAt } from '../../report';
import { asFindingEvidence, firstLine } from '../evidenceAt';
import { withApi } from '../fixes/dependencies';
import { extractFromMessage, injectIntoMessages, injectIntoProduce } from '../fixes/kafkaHeaders';
import { handlesByHand, isGivenByCallers, isGivenWithContext, isHandMade } from '../handMade';
import { isSentByHook } from '../hookedClients';
import { functionsOf, worksOn, type Handler } from '../handlers';
import { handlersOf, kafkaPlaces, namesKafka, type KafkaPlace } from '../kafkaUse';
import type { NodeCode } from '../nodeCode';
import { libraryEvidence } from '../libraryEvidence';
import { isAside } from '../serverSide';
import { possibleValues } from '../values';
import { mayLoad } from '../loadedModules';

/** Clients of Kafka that no instrumentation of OpenTelemetry covers. */
const UNCOVERED = /^(node-rdkafka|@confluentinc\/kafka-javascript|kafka-node)$/;

/** Rules 10, 15 and the batches of 14: Kafka, place by place. */
export function kafkaFindings(node: NodeCode): Finding[] {
  const { tracing } = node;
  if (!node.isTraced || tracing.distribution !== undefined) return [];
  return [...byHandProjects(node), ...uncoveredClients(node), ...batches(node)];
}

/** A project that hands the context on by hand in some places forgot it in the others. */
function byHandProjects(node: NodeCode): Finding[] {
  if (!node.isUncovered('kafkajs')) return [];
  const places = kafkaPlaces(node);
  if (!places.some(({ byHand }) => byHand)) return [];
  return places
    .filter(({ byHand, source }) => !byHand && node.runsInNode(source))
    .filter(({ source, function: fn, call }) => !isGivenWithContext(node.program, source, fn, call))
    .flatMap((place) => missed(node, place));
}

function missed(node: NodeCode, place: KafkaPlace): Finding[] {
  const { source, function: fn, call, side } = place;
  if (side === 'producer' && handsMessageOn(node, place)) return [];
  const why = node.whyUncovered('kafkajs') ?? 'no instrumentation of kafkajs is set up';
  if (side === 'producer') return [producerFinding(node, place, 'kafkajs', why)];
  const handlers = handlersOf(node, source, fn, call);
  const works = handlers.filter((handler) => worksOn(node, handler));
  return works.length === 0 ? [] : [consumerFinding(node, place, 'kafkajs', why, works)];
}

/** The headers of a message that was received, alone or with others: `{ ...message.headers, 'x-reason': why }`. */
const RECEIVED = /^\{?\s*(?:\.\.\.)?\(?\s*(?:[\w$]+\??\.)*\w*(?:message|msg|record|payload)\??\.headers\b/i;

/** Whether what is sent takes the headers of a received message along: the context goes on as it came. */
function handsMessageOn({ program }: NodeCode, { source, function: fn, call }: Sent): boolean {
  const isReceived = (headers: Expression): boolean =>
    possibleValues(program, { source, function: fn, expression: headers }).some((one) =>
      RECEIVED.test(one.source.textOf(one.expression)),
    );
  return call.args.some(({ value }) =>
    [...expressionsOf(value)].some(
      (one) =>
        one.kind === 'object' && one.entries.some(({ key, value: given }) => key === 'headers' && isReceived(given)),
    ),
  );
}

type Sent = Pick<KafkaPlace, 'source' | 'function' | 'call'>;

function producerFinding(node: NodeCode, { source, function: fn, call }: Sent, library: string, why: string): Finding {
  return findingAt('JS-UNCOVERED-LIB', source, firstLine(source, call), {
    severity: 'warning',
    message: `This message carries no trace context: ${why}, and nothing is injected into its headers.`,
    evidence: asFindingEvidence(libraryEvidence(node, library, source)),
    fixes: withApi(
      node.code.unit,
      source.path,
      library === 'node-rdkafka' ? injectIntoProduce(source, fn, call) : injectIntoMessages(source, fn, call),
    ),
  });
}

function consumerFinding(
  node: NodeCode,
  { source, call }: Sent,
  library: string,
  why: string,
  handlers: readonly Handler[],
): Finding {
  const [handler] = handlers;
  return findingAt('JS-KAFKA-CONSUME-DROP', source, firstLine(source, call), {
    severity: 'warning',
    message: `The trace context of these messages is not read: ${why}, and the handler leaves their headers alone, so its spans begin new traces.`,
    evidence: asFindingEvidence(libraryEvidence(node, library, source)),
    fixes:
      handlers.length === 1 && handler
        ? withApi(node.code.unit, handler.source.path, extractFromMessage(handler.source, handler.function))
        : [],
  });
}

function uncoveredClients(node: NodeCode): Finding[] {
  const loaded = new Map(node.program.sources.flatMap((source) => loadedBy(source)));
  const names = new Set(loaded.values());
  // Files that are given a producer name only what the own package calls it.
  const shared = names.size === 1 ? [...names].find((one) => UNCOVERED.test(one)) : undefined;
  return node.program.sources.flatMap((source) => {
    const own = loaded.get(source);
    const library = own ?? (shared !== undefined && source.has(GIVEN_CLIENT) ? shared : undefined);
    if (library === undefined || !UNCOVERED.test(library)) return [];
    if (isAside(node.code.unit, source) || !node.isUncovered(library)) return [];
    return source.code.functions.flatMap((fn) =>
      source
        .callsIn(fn)
        .flatMap((call) =>
          own !== undefined || namesKafka(node, source, fn, call) || producesByName(call)
            ? ofClient(node, source, fn, call, library)
            : [],
        ),
    );
  });
}

const KAFKA = /^(kafkajs|node-rdkafka|@confluentinc\/kafka-javascript|kafka-node)$/;
/** `private readonly producer: Producer`, and what is sent and read by such. */
const GIVEN_CLIENT = /\b\w*[pP]roducer\b[^]*\bmessages\b|\beach(Message|Batch)\b|[pP]roducer\??\.produce\(/;

/** `this.producer.produce('orders', null, value)`. */
function producesByName({ callee, args }: Call): boolean {
  if (callee.kind !== 'member' || callee.name !== 'produce' || args.length < 3) return false;
  return /producer$/i.test(dotted(callee.object) ?? '');
}

function loadedBy(source: SourceCode): [SourceCode, string][] {
  if (!mayLoad(source, 'kafka')) return [];
  const found = source.code.imports.find(({ from, typeOnly }) => KAFKA.test(from) && typeOnly !== true);
  return found === undefined ? [] : [[source, found.from]];
}

function ofClient(node: NodeCode, source: SourceCode, fn: CodeFunction, call: Call, library: string): Finding[] {
  const { callee, args } = call;
  if (callee.kind !== 'member') return [];
  const why = `no instrumentation of OpenTelemetry covers ${library}`;
  const on = dotted(callee.object) ?? '';
  const isSend =
    (callee.name === 'produce' && args.length >= 3) ||
    (/^(send|sendBatch)$/.test(callee.name) &&
      library !== 'node-rdkafka' &&
      (/produc|kafka/i.test(on) || isMadeAs(node, source, fn, callee.object, /Producer$/i)));
  if (isSend) {
    if (args[6] !== undefined && callee.name === 'produce') return [];
    const isCarried =
      isHandMade(node.program, source, fn, 'inject', node.code.settings) ||
      handsMessageOn(node, { source, function: fn, call }) ||
      isGivenByCallers(node.program, fn, node.code.settings) ||
      isSentByHook(node.program, { source, function: fn, call }, node.code.settings) ||
      isGivenWithContext(node.program, source, fn, call);
    return isCarried ? [] : [producerFinding(node, { source, function: fn, call }, library, why)];
  }
  const handler = consumerHandler(node, source, fn, call, library);
  if (handler === undefined || readsHeaders(node, handler)) return [];
  return worksOn(node, handler) ? [consumerFinding(node, { source, function: fn, call }, library, why, [handler])] : [];
}

/** `consumer.on('data', handler)`, `consumer.on('message', handler)`, `consumer.run({ eachMessage })`. */
function consumerHandler(
  node: NodeCode,
  source: SourceCode,
  fn: CodeFunction,
  call: Call,
  library: string,
): Handler | undefined {
  const { callee, args } = call;
  if (callee.kind !== 'member') return undefined;
  if (callee.name === 'run') return handlersOf(node, source, fn, call)[0];
  const event = args[0]?.value.kind === 'text' ? args[0].value.value : undefined;
  const wanted = library === 'kafka-node' ? 'message' : 'data';
  if (callee.name !== 'on' || event !== wanted || args[1] === undefined) return undefined;
  const emitter = emitterOf(callee.object);
  const isNamed = /consum|stream|kafka/i.test(dotted(emitter) ?? '');
  if (!isNamed && !isMadeAs(node, source, fn, emitter, /Consumer|ConsumerGroup|createReadStream$/)) return undefined;
  return functionsOf(node, source, fn, args[1].value)[0];
}

/** `consumer` of `consumer.on('ready', start).on('data', take)`. */
function emitterOf(object: Expression): Expression {
  let at = object;
  while (at.kind === 'call' && at.callee.kind === 'member' && at.callee.name === 'on') at = at.callee.object;
  return at;
}

/** Whether a value is made by a class or function of such a name: `const p = new kafka.HighLevelProducer(client)`. */
function isMadeAs(node: NodeCode, source: SourceCode, fn: CodeFunction, value: Expression, name: RegExp): boolean {
  return possibleValues(node.program, { source, function: fn, expression: value }).some(
    ({ expression }) => expression.kind === 'call' && name.test(dotted(expression.callee) ?? ''),
  );
}

function readsHeaders(node: NodeCode, { source, function: fn }: Handler): boolean {
  return (
    /\bheaders\b/.test(source.textOf(fn)) || handlesByHand(node.program, source, fn, 'extract', node.code.settings)
  );
}

/** With the instrumentation a batch's messages are only linked: what is done for each begins a trace of the batch. */
function batches(node: NodeCode): Finding[] {
  if (node.coveredBy('kafkajs') === undefined) return [];
  return kafkaPlaces(node).flatMap(({ source, function: fn, call, side, byHand }): Finding[] => {
    if (side !== 'consumer' || byHand) return [];
    const batch = handlersOf(node, source, fn, call).find(({ kind }) => kind === 'eachBatch');
    if (batch === undefined || !worksOn(node, batch)) return [];
    const message =
      'The messages of a batch are only linked to their traces: start a span for each with `context.with(propagation.extract(ROOT_CONTEXT, message.headers))`.';
    return [findingAt('JS-KAFKAJS-NO-INSTR', source, firstLine(source, call), { severity: 'info', message })];
  });
}
