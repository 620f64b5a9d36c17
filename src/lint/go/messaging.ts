import type { CodeFunction } from '../../syntax/code/code';
import type { SourceCode } from '../code/sourceCode';
import type { FunctionPlace } from '../code/program';
import { SENDING_METHODS } from './coverage';
import type { GoAnalysis } from './goAnalysis';
import { calledName, type CallPlace } from './goUnit';
import { outermost } from './relevance';
import type { GoType } from './values/goType';
import { packagesNamed } from './values/interfaces';

/** Which messaging libraries something in the process covers, and by what. */
export interface MessagingCover {
  /** Covered for senders, receivers or both, by library (`franz-go`, `pubsub`, `sqs`, …). */
  readonly covered: ReadonlyMap<string, string>;
}

const WRAPPERS: readonly (readonly [RegExp, string])[] = [
  [
    /otel-?kafka-?konsumer|otelkafkago|kafka-go-otel|otelkafka|otel-kafka|kafkaotel|kafka-otel|segmentio\/kafka\.go|segmentio\/kafka-go\.v0/i,
    'kafka-go',
  ],
  [
    /splunkkafka|otelkafka|otel-kafka-go|kafkaotel|confluent-kafka-go\/kafka\.v|confluentinc\/confluent-kafka-go\/kafka(\.v2)?$/i,
    'confluent-kafka-go',
  ],
  [/franz-go\/plugin\/kotel|twmb\/franz-go.*otel|kgotel/i, 'franz-go'],
  [/otelnats|nats-otel|otel-nats/i, 'nats'],
  [/otelamqp|amqp-otel|otelrabbit|rabbitmq-otel/i, 'rabbitmq'],
  [/DataDog\/dd-trace-go.*(sarama)/i, 'sarama'],
  [/otelsqs|sqs-otel|otelaws-sqs|propwrap/i, 'sqs'],
  [/watermill.*(otel|opentelemetry)|\bwotel\b/i, 'watermill'],
  [/otelasynq|asynq-?otel|asynq.*opentelemetry/i, 'asynq'],
  [/otelpulsar|pulsar-?otel|pulsartracing/i, 'pulsar'],
];
const TRACER_PACKAGE = /opentelemetry\.io|DataDog|splunk/;

/** Reads which messaging libraries the imports and options of a process cover. */
export function messagingCover({ unit, setup }: GoAnalysis): MessagingCover {
  const covered = new Map<string, string>();
  for (const source of unit.code.program.sources) for (const [library, by] of coverOf(source)) covered.set(library, by);
  for (const [library, by] of setup.coveredOutside) covered.set(library, by.text);
  return { covered };
}

const covers = new WeakMap<SourceCode, ReadonlyMap<string, string>>();

/** What one file covers by its imports and options, whatever process it is in. */
function coverOf(source: SourceCode): ReadonlyMap<string, string> {
  let found = covers.get(source);
  if (found === undefined) covers.set(source, (found = readCover(source)));
  return found;
}

function readCover(source: SourceCode): ReadonlyMap<string, string> {
  const covered = new Map<string, string>();
  for (const { from } of source.code.imports) {
    for (const [pattern, library] of WRAPPERS) {
      const isWrapper =
        pattern.test(from) &&
        (/otel|opentelemetry/i.test(from) || TRACER_PACKAGE.test(from) || /kotel|konsumer/.test(from));
      if (isWrapper) covered.set(library, from);
    }
  }
  const { text } = source.code;
  if (/EnableOpenTelemetryTracing\s*[:=]+\s*\w/.test(text) && !/EnableOpenTelemetryTracing\s*[:=]+\s*false/.test(text))
    covered.set('pubsub', 'EnableOpenTelemetryTracing');
  if (/\bxray\.Propagator\{/.test(text)) {
    covered.set('sqs', 'the X-Ray propagator');
    covered.set('sns', 'the X-Ray propagator');
  }
  return covered;
}

/** What else carries a context: fields for it in the message's body, or headers that are handed on. */
const CARRIED =
  /trace_?parent|trace_?context|span[-_]?(context|ctx)|trace_?id|TraceHeaders|otel(kafka|sarama|nats|amqp)?\.(Inject|Wrap)/i;
const FORWARDED =
  /Headers:\s*\w*(msg|message|record|rec|delivery|event|m|d)\.Headers\b|\.Headers\s*=\s*\w*(msg|message|record|delivery|original|orig|m|d)\.Headers\b/i;

/** `headers := cloneHeaders(delivery.Headers)`, which are the `Headers` of what is sent then. */
const COPIED =
  /(?:\b(\w+)\s*:?=\s*|\bHeaders:\s*)(?:\w+\.)?\w*(?:clone|copy|copied|merge)\w*\(\s*\w+\.Headers\s*[,)]/gi;

function forwardsCopy(text: string): boolean {
  return [...text.matchAll(COPIED)].some(
    ([, name]) => name === undefined || new RegExp(`\\bHeaders\\s*[:=]\\s*${name}\\b`).test(text),
  );
}

/** `for _, entry := range pending { … Header: natsHeaders(entry.Headers) … }`: kept with what is sent later, by who wrote it down. */
const KEPT = /\bHeaders?:\s*(?:[\w.]+\(\s*)?(\w+)\.Headers\b/g;

function sendsKeptHeaders(fn: CodeFunction, text: string): boolean {
  return [...text.matchAll(KEPT)].some(([, name]) => {
    const over = new RegExp(`\\bfor\\s+(?:\\w+\\s*,\\s*)?${name}\\s*:=\\s*range\\s+(\\w+)`).exec(text)?.[1];
    return over !== undefined && fn.parameters.every((parameter) => parameter.name !== over);
  });
}

/** Received headers that a caller hands on to what sends. */
const HANDS_ON = new RegExp(`${FORWARDED.source}|maps\\.(Copy|Clone)\\([^()]*\\.Headers\\)`, 'i');

const OF_A_LIBRARY = /^\*?\w+\.(Message|ConsumerMessage|Record|Delivery|Msg)$/;

/** `Headers: in.Headers`, where a parameter is a message of a library, whatever it is called. */
function forwards(fn: CodeFunction, text: string): boolean {
  const messages = fn.parameters.filter(({ name, type }) => name !== '' && OF_A_LIBRARY.test(type ?? ''));
  return messages.some(({ name }) => new RegExp(`\\bHeaders\\s*[:=]\\s*${name}\\.Headers\\b`).test(text));
}

/** The part of a message's body that a context is read from: `envelope.GetTraceContext()`. */
const IN_BODY = /(?<!propagation)\.(Get)?Trace_?(Context|Parent|Headers|Carrier)\b/i;

/** `Value: in.Value` of a message of a library, in a file that reads the context from bodies: it goes on with the body. */
function forwardsBody(source: SourceCode, fn: CodeFunction, text: string): boolean {
  if (!source.has(/\bExtract\(/) || !source.has(IN_BODY)) return false;
  const messages = fn.parameters.filter(({ name, type }) => name !== '' && OF_A_LIBRARY.test(type ?? ''));
  return messages.some(({ name }) =>
    new RegExp(`\\b(Value|Data|Body|Payload)\\s*[:=]\\s*${name}\\.(Value|Data|Body|Payload)\\b`).test(text),
  );
}

/** `Headers: opts.Headers`: who calls says what the headers are. */
function takesHeaders(source: SourceCode, fn: CodeFunction): boolean {
  const names = fn.parameters.map(({ name }) => name).filter((name) => name !== '' && name !== '_');
  return names.some((name) => new RegExp(`Headers?:\\s*${name}\\b(\\.Headers?\\b)?`).test(source.textOf(fn)));
}

/** Whether the message a function sends has a context already. */
export function carriesContext(analysis: GoAnalysis, source: SourceCode, fn: CodeFunction): boolean {
  const { injections, relevance } = analysis;
  const place = { source, function: fn };
  const text = textWithoutLogs(source, fn);
  if (injections.injects(place, undefined, 'message') || CARRIED.test(text)) return true;
  if (FORWARDED.test(text) || forwards(fn, text)) return true;
  if (forwardsBody(source, fn, text) || forwardsCopy(text) || sendsKeptHeaders(fn, text)) return true;
  if (sendsGivenBytes(fn) && (hasEnvelope(analysis, source) || isInjectedAbove(analysis, place))) return true;
  if (sendsGivenBytes(fn) && injectsIntoOwnMessages(analysis)) return true;
  if (isInjectedWhereMade(analysis, source, fn)) return true;
  return relevance.callersOf(place).some((caller) => {
    const around = outermost(caller.source, caller.function);
    if (preparesMessages(analysis, { source: caller.source, function: around })) return true;
    return takesHeaders(source, fn) && HANDS_ON.test(caller.source.textOf(around));
  });
}

/**
 * Whether a function injects, or calls what does so for it: what sends its own messages does it for those.
 * @param counts whether a function that injects does it for messages.
 */
function preparesMessages(
  { injections, unit }: GoAnalysis,
  { source, function: fn }: FunctionPlace,
  counts: (one: FunctionPlace) => boolean = () => true,
): boolean {
  const injects = (one: FunctionPlace): boolean => injections.injects(one, 0, 'message') && counts(one);
  if (injects({ source, function: fn })) return true;
  return source.within(fn).some((inner) =>
    source.callsIn(inner).some((call) => {
      const callee = unit.callee({ source, function: inner, call });
      const places = callee.kind === 'own' ? callee.places : [];
      return places.some((one) => injects(one) && !sendsItself(one));
    }),
  );
}

function sendsItself({ source, function: fn }: FunctionPlace): boolean {
  return source
    .within(fn)
    .some((inner) => source.callsIn(inner).some((call) => SENDING_METHODS.has(calledName(call) ?? '')));
}

/** What only tells of the message: `logger.Debug(&Log{CorrelationID: span.SpanContext().TraceID().String()})`. */
const TELLS =
  /(^|[.\w])(log|logger|slog|zap|logrus)\b[^()]*(\([^()]*\)[^()]*)*\.\w+$|\.(Debug|Info|Warn|Error|Log|Print)(f|w|ln|Context)?$|\.(SetAttributes|AddEvent|RecordError)$/i;

/** The propagator that a `main` sets for the process says nothing of the messages that are sent or read further down. */
const PROPAGATOR = /\bpropagation\.TraceContext\{\}/g;

/** `spanCtx, span := tracer.Start(ctx, …)`: however it is called, it is the context of here and none that a message carries. */
const STARTED = /\b(\w*span_?ctx|\w*span_?context|trace_?context),\s*\w+\s*:?=[^\n;]*\.Start\(/gi;

/** The text of a function with blanks instead of what it logs, of the propagators it names, and of contexts it starts spans in. */
export function textWithoutLogs(source: SourceCode, fn: CodeFunction): string {
  let text = source.textOf(fn).replace(PROPAGATOR, (name) => ' '.repeat(name.length));
  for (const name of new Set([...text.matchAll(STARTED)].map((match) => match[1]!)))
    text = text.replace(new RegExp(`(?<![.\\w])${name}\\b`, 'g'), ' '.repeat(name.length));
  for (const inner of source.within(fn)) {
    for (const call of source.callsIn(inner)) {
      if (call.callee.kind !== 'member' || !TELLS.test(source.textOf(call.callee))) continue;
      const [from, to] = [call.callee.end - fn.start, call.end - fn.start];
      text = text.slice(0, from) + ' '.repeat(to - from) + text.slice(to);
    }
  }
  return text;
}

/** What is sent was made elsewhere: `publish(ctx, subject string, payload []byte)`. */
function sendsGivenBytes(fn: CodeFunction): boolean {
  return fn.parameters.some(({ type }) => type === '[]byte');
}

/** How far above what sends bytes they may be made, with the context in them. */
const MAX_ABOVE = 4;
/** What writes the headers of a request or call leaves the bytes of a message as they are. */
const OF_REQUESTS = /\bhttp\.|\bmetadata\.|NewRequest/;

/** `msg.Headers = inject(ctx, msg.Headers)`, where the message is made that others then marshal and send: functions above. */
function isInjectedAbove(analysis: GoAnalysis, place: FunctionPlace, levels = MAX_ABOVE): boolean {
  return analysis.relevance.callersOf(place).some((caller) => {
    if (analysis.unit.callee(caller).kind !== 'own') return false;
    const above = { source: caller.source, function: outermost(caller.source, caller.function) };
    const isOfMessage = (one: FunctionPlace): boolean => !OF_REQUESTS.test(one.source.textOf(one.function));
    return (
      preparesMessages(analysis, above, isOfMessage) || (levels > 1 && isInjectedAbove(analysis, above, levels - 1))
    );
  });
}

/** `send(ctx, messages ...*Message)` with messages of the own code, into which what makes them puts the context. */
function isInjectedWhereMade({ unit, injections }: GoAnalysis, source: SourceCode, fn: CodeFunction): boolean {
  for (const { type } of fn.parameters) {
    const name = type === undefined ? undefined : /^(?:\[\]|\*)*(?:\w+\.)?([A-Z]\w*)$/.exec(type)?.[1];
    const written = name === undefined ? undefined : unit.types.written(source, type!.replace(/^(\[\]|\*)+/, ''));
    const declared = unit.types.declarationOf(written);
    if (declared === undefined || declared.type.kind !== 'struct') continue;
    const makes = new RegExp(`\\b${name}\\b`);
    for (const maker of unit.packages.of(declared.source).sources)
      for (const one of maker.code.functions)
        if (makes.test(one.returns ?? '') && injections.injects({ source: maker, function: one }, 1)) return true;
  }
  return false;
}

const ownMessages = new WeakMap<GoAnalysis, boolean>();

/** `inject(ctx, task.Headers)` with a type of the workspace: what it is made into carries the context in its body. */
function injectsIntoOwnMessages(analysis: GoAnalysis): boolean {
  const { unit, injections } = analysis;
  let found = ownMessages.get(analysis);
  if (found === undefined) {
    found = [...unit.callsLike(INJECTS)].some((place) => {
      const { source, function: fn, call } = place;
      const isInto = call.args.some(({ value }) => {
        const held = value.kind === 'call' ? value.args[0]?.value : value;
        if (held?.kind !== 'member' || !OWN_HEADERS.test(held.name)) return false;
        return unit.types.declarationOf(unit.types.typeOf(source, fn, held.object)) !== undefined;
      });
      if (!isInto) return false;
      const callee = unit.callee(place);
      return callee.kind !== 'own' || callee.places.some((one) => injections.injects(one));
    });
    ownMessages.set(analysis, found);
  }
  return found;
}

const INJECTS = /inject/i;
const OWN_HEADERS = /^(headers?|metadata|attributes|carrier)$/i;

/** Whether the package has a message type with a place for the context in its body. */
function hasEnvelope({ unit }: GoAnalysis, source: SourceCode): boolean {
  return [...unit.packages.of(source).types.values()].some(({ type }) =>
    type.fields.some(({ name }) => /^(trace_?parent|trace_?context|span_?context)$/i.test(name)),
  );
}

/**
 * The type of what a method is called on, also of an interface's or a field's others' type. An own interface over a
 * library's client, as mocks want it (`WriteMessages(ctx, ...kafka.Message) error`), stands for that client.
 */
export function receiverType(
  analysis: GoAnalysis,
  place: CallPlace,
  typeIn?: (from: string, method: string) => string | undefined,
): string | undefined {
  const { source, function: fn, call } = place;
  if (call.callee.kind !== 'member') return undefined;
  const { types } = analysis.unit;
  const callee = analysis.unit.callee(place);
  if (callee.kind === 'externalMethod') return callee.type;
  const isMocked = callee.kind === 'own' && callee.places.every((one) => isMock(one.source));
  if (callee.kind === 'own' && !isMocked) return undefined;
  const type = types.typeOf(source, fn, call.callee.object);
  const embedded = typeIn && embeddedClient(analysis, type, (from) => typeIn(from, methodOf(place)));
  if (embedded !== undefined) return embedded;
  const signature = types.signatureOf(type, call.callee.name);
  if (signature !== undefined && typeIn !== undefined) {
    for (const from of packagesNamed(signature)) {
      const stands = typeIn(from, call.callee.name);
      if (stands !== undefined) return stands;
    }
    const held = heldClient(analysis, place, (from) => typeIn(from, methodOf(place)));
    if (held !== undefined) return held;
  }
  return isMocked || type?.qualified === '' ? undefined : type?.qualified;
}

/** The library's client that is put where an own interface of plain types stands: `c.conn = nc` with a `*nats.Conn`. */
function heldClient(
  { unit: { types }, values }: GoAnalysis,
  { source, function: fn, call }: CallPlace,
  clientIn: (from: string) => string | undefined,
): string | undefined {
  if (call.callee.kind !== 'member') return undefined;
  for (const value of values.origins({ source, function: fn, expression: call.callee.object })?.values ?? []) {
    const type = types.typeOf(value.source, value.function, value.expression);
    if (type !== undefined && clientIn(type.from) === type.qualified) return type.qualified;
  }
  return undefined;
}

/** `type session struct { *amqp.Connection; *amqp.Channel }`: the embedded client that has the method. */
function embeddedClient(
  { unit: { types } }: GoAnalysis,
  type: GoType | undefined,
  clientIn: (from: string) => string | undefined,
): string | undefined {
  const place = types.declarationOf(type);
  for (const base of place?.type.bases ?? []) {
    const embedded = types.written(place!.source, base);
    if (embedded !== undefined && clientIn(embedded.from) === embedded.qualified) return embedded.qualified;
  }
  return undefined;
}

function isMock(source: SourceCode): boolean {
  return /(^|[/_])(mock|fake|stub)s?([_./]|\w*\.go$)/i.test(source.file.relative);
}

/** The last part of what is called. */
export function methodOf({ call }: CallPlace): string {
  return calledName(call) ?? '';
}
