import type { CodeFunction } from '../../syntax/code/code';
import type { Call } from '../../syntax/code/expression';
import { qualified } from '../code/names';
import type { SourceCode } from '../code/sourceCode';
import { appOf, sameApp } from './process/apps';
import { functionsOf } from './handlers';
import { isHandMade } from './handMade';
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

/** All `send`, `sendBatch` and `run` of kafkajs in the program. */
export function kafkaPlaces(node: NodeCode): KafkaPlace[] {
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
    if (side === undefined || !isKafkaCall(node, source, fn, call, side)) return [];
    const byHand =
      isHandMade(node.program, source, fn, side === 'producer' ? 'inject' : 'extract', node.code.settings) ||
      handlerExtracts(node, source, fn, call);
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

function isKafkaCall(
  node: NodeCode,
  source: SourceCode,
  fn: CodeFunction,
  call: Call,
  side: 'producer' | 'consumer',
): boolean {
  const { callee, args } = call;
  if (callee.kind !== 'member') return false;
  const [first] = args;
  if (side === 'consumer') {
    const options = first && possibleValues(node.program, { source, function: fn, expression: first.value });
    return (
      options?.some(
        ({ expression }) =>
          expression.kind === 'object' &&
          expression.entries.some(({ key }) => key === 'eachMessage' || key === 'eachBatch'),
      ) ?? false
    );
  }
  const options = first ? possibleValues(node.program, { source, function: fn, expression: first.value }) : [];
  const named = options.some(
    ({ expression }) =>
      expression.kind === 'object' &&
      expression.entries.some(({ key }) => key === 'messages' || key === 'topicMessages'),
  );
  if (!named) return false;
  const makers = possibleValues(node.program, { source, function: fn, expression: callee.object });
  const isOther = makers.some(
    ({ expression, source: at, function: around }) =>
      expression.kind === 'call' && /confluent|rdkafka/.test(qualified(at, around, expression.callee) ?? ''),
  );
  return !isOther;
}
