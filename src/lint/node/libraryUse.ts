import type { CodeFunction } from '../../syntax/code/code';
import type { Call, Expression } from '../../syntax/code/expression';
import type { Piece } from '../../syntax/code/piece';
import { qualified } from '../code/names';
import type { SourceCode } from '../code/sourceCode';
import { expressionsIn, expressionsOf } from '../code/walk';
import { appOf, sameApp } from './process/apps';
import { isHandMade } from './handMade';
import type { NodeCode } from './nodeCode';
import { importsOne } from './loadedModules';

/** Where a process uses a library that has to be instrumented. */
export interface LibraryPlace {
  readonly source: SourceCode;
  readonly piece: Piece;
  readonly what: string;
}

/** Transports of Nest's microservices that send through a library with an instrumentation. */
export type NestTransport = 'KAFKA' | 'RMQ' | 'GRPC';

/** Where an application serves or calls gRPC by `@grpc/grpc-js`; none where its metadata gets the context by hand. */
export function grpcPlaces(node: NodeCode, app: string | undefined): LibraryPlace[] {
  const sources = ofApp(node, app);
  const byHand = sources.some(
    ({ code: { text } }) =>
      /\bMetadata\b/.test(text) && /propagat\w*\s*\.\s*(inject|extract)\(|traceparent/i.test(text),
  );
  if (byHand) return [];
  const found = sources
    .filter((source) =>
      importsOne(source, ['@grpc/grpc-js'], (one) => one.from === '@grpc/grpc-js' && one.typeOnly !== true),
    )
    .flatMap((source) =>
      source.code.functions.flatMap((fn) => source.callsIn(fn).flatMap((call) => grpcPlace(source, fn, call) ?? [])),
    );
  return [...found, ...nestPlaces(node, app, 'GRPC')];
}

function grpcPlace(source: SourceCode, fn: CodeFunction, call: Call): LibraryPlace | undefined {
  if (call.isNew !== true) return undefined;
  const name = qualified(source, fn, call.callee) ?? source.textOf(call.callee);
  if (name === '@grpc/grpc-js.Server')
    return { source, piece: call, what: 'serves gRPC without reading trace context' };
  // The exporter of the SDK is a client, too, and never traced.
  if (/Exporter$|Metadata$/.test(name)) return undefined;
  const isClient = call.args
    .slice(1)
    .some(({ value }) => /\b(?:credentials|ChannelCredentials)\s*\.\s*create\w+\(/.test(source.textOf(value)));
  return isClient ? { source, piece: call, what: 'calls gRPC without trace context' } : undefined;
}

/** `transport: Transport.KAFKA` of Nest, for clients and servers. */
export function nestPlaces(node: NodeCode, app: string | undefined, transport: NestTransport): LibraryPlace[] {
  return ofApp(node, app)
    .filter((source) => source.has(`Transport.${transport}`))
    .flatMap((source) =>
      [...writtenIn(source)].flatMap(({ function: fn, expression }): LibraryPlace[] => {
        if (expression.kind !== 'member' || expression.name !== transport) return [];
        if (qualified(source, fn, expression) !== `@nestjs/microservices.Transport.${transport}`) return [];
        return [{ source, piece: expression, what: 'sends and takes messages without trace context' }];
      }),
    );
}

/** All that a file says in functions, and in decorators of its classes and their fields: `@Module({ imports: [ … ] })`. */
export function* writtenIn(source: SourceCode): Generator<{ function: CodeFunction; expression: Expression }> {
  const { functions, types } = source.code;
  for (const fn of functions) for (const expression of expressionsIn(fn.body)) yield { function: fn, expression };
  for (const { annotations, fields, function: around } of types) {
    const fn = functions[around] ?? functions[0];
    for (const decorator of [...annotations, ...fields.flatMap((field) => field.annotations)])
      if (fn !== undefined) for (const expression of expressionsOf(decorator)) yield { function: fn, expression };
  }
}

/** Whether what an application sends by Nest's clients gets the context by hand somewhere. */
export function isNestByHand(node: NodeCode, app: string | undefined): boolean {
  return ofApp(node, app).some(
    (source) =>
      source.has(/\bClient(Kafka|KafkaProxy|Proxy|RMQ)\b/) &&
      source.code.functions.some(
        (fn) =>
          source.callsIn(fn).some(({ callee }) => callee.kind === 'member' && /^(emit|send)$/.test(callee.name)) &&
          isHandMade(node.program, source, fn, 'inject', node.code.settings),
      ),
  );
}

/** Files that may use gRPC or Nest's microservices: each set-up of a process asks for those of its application. */
const candidates = new WeakMap<NodeCode, readonly SourceCode[]>();

function ofApp(node: NodeCode, app: string | undefined): SourceCode[] {
  let known = candidates.get(node);
  if (known === undefined) candidates.set(node, (known = node.inNodeWith(/grpc|Transport\.|Client(Kafka|Proxy|RMQ)/)));
  return known.filter((source) => sameApp(appOf(node.code.unit, source), app));
}
