import type { CodeFunction } from '../../syntax/code/code';
import type { Call } from '../../syntax/code/expression';
import { lastPart, qualified } from '../code/names';
import type { SourceCode } from '../code/sourceCode';
import { appOf, sameApp } from './process/apps';
import { functionsOf } from './handlers';
import { isGivenByCallers, isHandMade, isPropagation } from './handMade';
import { isSentByHook } from './hookedClients';
import { isNestByHand, nestPlaces, type LibraryPlace } from './libraryUse';
import type { NodeCode } from './nodeCode';
import { isAside } from './serverSide';
import { possibleValues } from './values';
import { importsOne } from './loadedModules';

/** Where a process sends and receives by kafkajs without handing the context on itself. */
export interface KafkaUse {
  readonly places: readonly LibraryPlace[];
}

/** A `producer.send` or `consumer.run`. */
export interface KafkaPlace {
  readonly source: SourceCode;
  readonly function: CodeFunction;
  readonly call: Call;
  readonly side: 'producer' | 'consumer';
  readonly what: string;
  readonly byHand: boolean;
}

/** Uses of kafkajs in an application; undefined without any, or where the project hands the context on by hand. */
export function kafkaUse(node: NodeCode, app: string | undefined): KafkaUse | undefined {
  const places = kafkaPlaces(node).filter(({ source }) => sameApp(appOf(node.code.unit, source), app));
  if (places.some(({ byHand }) => byHand) || isNestByHand(node, app)) return undefined;
  const all = [
    ...places.map(({ source, call, what }) => ({ source, piece: call, what })),
    ...nestPlaces(node, app, 'KAFKA'),
  ];
  return all.length === 0 ? undefined : { places: all };
}

const SENDS = /^(send|sendBatch)$/;

const placesOf = new WeakMap<NodeCode, readonly KafkaPlace[]>();

/** All `send`, `sendBatch` and `run` of kafkajs in the program. */
export function kafkaPlaces(node: NodeCode): readonly KafkaPlace[] {
  let known = placesOf.get(node);
  if (known === undefined) placesOf.set(node, (known = findPlaces(node)));
  return known;
}

function findPlaces(node: NodeCode): KafkaPlace[] {
  const usesKafka = node.program.sources.some((source) => importsKafka(source));
  if (!usesKafka) return [];
  return node.program.sources.flatMap((source) =>
    isAside(node.code.unit, source) || !source.has(/\b(send|sendBatch|run)\b/)
      ? []
      : source.code.functions.flatMap((fn) => placesIn(node, source, fn)),
  );
}

function importsKafka(source: SourceCode): boolean {
  return importsOne(source, ['kafkajs'], ({ from, typeOnly }) => from === 'kafkajs' && typeOnly !== true);
}

function placesIn(node: NodeCode, source: SourceCode, fn: CodeFunction): KafkaPlace[] {
  return source.callsIn(fn).flatMap((call): KafkaPlace[] => {
    const { callee } = call;
    if (callee.kind !== 'member') return [];
    const side = SENDS.test(callee.name) ? 'producer' : callee.name === 'run' ? 'consumer' : undefined;
    if (side === undefined || !isKafkaJs(node, source, fn, call)) return [];
    const byHand =
      isHandMade(node.program, source, fn, side === 'producer' ? 'inject' : 'extract', node.code.settings) ||
      (side === 'producer'
        ? isGivenByCallers(node.program, fn, node.code.settings) ||
          isSentByHook(node.program, { source, function: fn, call }, node.code.settings)
        : handlerExtracts(node, source, fn, call) || extractsBeside(node, source, call));
    const what =
      side === 'producer' ? 'sends messages without trace context' : 'reads messages without their trace context';
    return [{ source, function: fn, call, side, what, byHand }];
  });
}

/** `eachMessage` handlers given in place. */
function handlerExtracts(node: NodeCode, source: SourceCode, fn: CodeFunction, call: Call): boolean {
  return handlersOf(node, source, fn, call).some((handler) =>
    isHandMade(node.program, handler.source, handler.function, 'extract', node.code.settings),
  );
}

/**
 * Whether the file takes the context out of messages apart from the handlers of its consumers, as in steps that a message goes
 * through or in a `run` of its own in place of the client's.
 */
function extractsBeside(node: NodeCode, source: SourceCode, run: Call): boolean {
  const others = source.code.functions.flatMap((fn) =>
    source
      .callsIn(fn)
      .filter((call) => call !== run && call.callee.kind === 'member' && call.callee.name === 'run')
      .flatMap((call) => handlersOf(node, source, fn, call).map((handler) => handler.function)),
  );
  const ofOthers = new Set(others.flatMap((handler) => source.within(handler)));
  const isBeside = (fn: CodeFunction): boolean => !ofOthers.has(fn);
  const isRun = (fn: CodeFunction): boolean => {
    const callers = callersIn(source, fn);
    return callers.length === 0 ? fn.name === '' || fn.parent !== 0 : callers.some(isBeside);
  };
  return source.code.functions.some(
    (fn) => isBeside(fn) && source.callsIn(fn).some((call) => isPropagation(source, fn, call, 'extract')) && isRun(fn),
  );
}

/** The functions of a file that call one of its functions by name. */
function callersIn(source: SourceCode, called: CodeFunction): CodeFunction[] {
  return source.code.functions.filter(
    (fn) => fn !== called && source.callsIn(fn).some((call) => lastPart(call.callee) === called.name),
  );
}

/** The functions given as `eachMessage` or `eachBatch`, with which it is. */
export function handlersOf(
  node: NodeCode,
  source: SourceCode,
  fn: CodeFunction,
  call: Call,
): { readonly source: SourceCode; readonly function: CodeFunction; readonly kind: string }[] {
  const [first] = call.args;
  if (first === undefined) return [];
  return possibleValues(node.program, { source, function: fn, expression: first.value }).flatMap((place) => {
    if (place.expression.kind !== 'object') return [];
    return place.expression.entries.flatMap(({ key, value }) => {
      if (key !== 'eachMessage' && key !== 'eachBatch') return [];
      return functionsOf(node, place.source, place.function, value).map((handler) => ({
        source: handler.source,
        function: handler.function,
        kind: key,
      }));
    });
  });
}

/** What is sent with messages, and what is run with handlers for them. */
const MESSAGES = /^(messages|topicMessages)$/;
const HANDLERS = /^each(Message|Batch)$/;

/** Whether the shape of a call says that it is one of Kafka: `send({ topic, messages })`, `run({ eachMessage })`. */
export function namesKafka(
  { program }: NodeCode,
  source: SourceCode,
  fn: CodeFunction,
  { callee, args }: Call,
): boolean {
  const [first] = args;
  if (callee.kind !== 'member' || first === undefined) return false;
  const keys = SENDS.test(callee.name) ? MESSAGES : callee.name === 'run' ? HANDLERS : undefined;
  if (keys === undefined) return false;
  return possibleValues(program, { source, function: fn, expression: first.value }).some(
    ({ expression }) =>
      expression.kind === 'object' && expression.entries.some(({ key }) => key !== undefined && keys.test(key)),
  );
}

/** Whether a call is of kafkajs: its shape is that of Kafka, and no other client is seen to make what sends. */
function isKafkaJs(node: NodeCode, source: SourceCode, fn: CodeFunction, call: Call): boolean {
  const { callee } = call;
  if (callee.kind !== 'member' || !namesKafka(node, source, fn, call)) return false;
  if (!SENDS.test(callee.name)) return true;
  const makers = possibleValues(node.program, { source, function: fn, expression: callee.object });
  return !makers.some(
    ({ expression, source: at, function: around }) =>
      expression.kind === 'call' && /confluent|rdkafka/.test(qualified(at, around, expression.callee) ?? ''),
  );
}
