import type { Finding } from '../../../model/finding';
import type { Call } from '../../../syntax/code/expression';
import type { Piece } from '../../../syntax/code/piece';
import { dotted } from '../../code/names';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt, relatedAt } from '../../report';
import { writtenIn } from '../libraryUse';
import { importsOne } from '../loadedModules';
import type { NodeCode } from '../nodeCode';
import { isAside } from '../serverSide';

/** What makes clients of Nest's microservices. */
const MAKES_CLIENTS = /^(ClientsModule\.register(Async)?|ClientProxyFactory\.create|Client)$/;

/** Transports that carry a text and nothing beside it, so that no instrumentation of a library below can put the context in. */
const TRANSPORT = /\bTransport\.(TCP|NATS|REDIS)\b/;

const WAYS: Readonly<Record<string, { readonly rule: string; readonly what: string }>> = {
  TCP: { rule: 'JS-UNCOVERED-LIB', what: 'TCP' },
  NATS: { rule: 'MSG-NO-INJECT', what: 'NATS' },
  REDIS: { rule: 'MSG-NO-INJECT', what: 'Redis' },
};

/** The context in what is sent, or a serializer or wrapper that may put it there. */
const CARRIED = /propagat\w*\s*\.\s*inject\(|traceparent|trace_?context|spanContext\(|\bcarrier\b/i;

/**
 * Rules 10 and 31 for clients of Nest's microservices over TCP, NATS and Redis: Nest writes the pattern and the data, and
 * what instruments sockets, NATS or Redis puts nothing into them. Those over Kafka, RabbitMQ and gRPC have instrumentations.
 */
export function nestClientFindings(node: NodeCode): Finding[] {
  const { tracing, program, code } = node;
  if (!node.isTraced || tracing.distribution !== undefined || tracing.isOtherRuntime === true) return [];
  const sources = program.sources.filter(
    (source) =>
      source.has(TRANSPORT) &&
      importsOne(source, ['@nestjs/microservices'], ({ from }) => from === '@nestjs/microservices') &&
      !isAside(code.unit, source) &&
      node.runsInNode(source),
  );
  if (sources.length === 0 || program.sources.some((source) => source.has(CARRIED))) return [];
  const clients = sources.flatMap((source) =>
    [...writtenIn(source)].flatMap(({ expression }) =>
      expression.kind === 'call' && MAKES_CLIENTS.test(dotted(expression.callee) ?? '')
        ? clientsIn(node, source, expression)
        : [],
    ),
  );
  return Object.keys(WAYS).flatMap((way) => {
    const [first, ...others] = clients.filter((one) => one.way === way);
    return first === undefined ? [] : [told(first, others)];
  });
}

/** A client of Nest, where its transport is written. */
interface NestClient {
  readonly source: SourceCode;
  readonly piece: Piece;
  readonly way: string;
}

function clientsIn(node: NodeCode, source: SourceCode, call: Call): NestClient[] {
  const text = source.textOf(call);
  if (/\bserializer\s*:|\bcustomClass\s*:/.test(text)) return [];
  return Array.from(text.matchAll(new RegExp(TRANSPORT, 'g'))).flatMap(({ 0: written, 1: way, index }) => {
    if (/\/\/[^\n]*$/.test(text.slice(0, index)) || (way === 'NATS' && !node.isUncovered('nats'))) return [];
    return [{ source, way: way!, piece: { start: call.start + index, end: call.start + index + written.length } }];
  });
}

/** More places than this say nothing more. */
const MAX_RELATED = 20;

/** Once for a process: all its clients of one transport lack the same. */
function told({ source, piece, way }: NestClient, others: readonly NestClient[]): Finding {
  const { rule, what } = WAYS[way]!;
  return findingAt(rule, source, piece, {
    severity: 'warning',
    message: `What this client of Nest sends over ${what} carries no trace context: nothing instruments Nest's messages, and nothing is injected by hand.`,
    related: others.slice(0, MAX_RELATED).map((one) => relatedAt(one.source, one.piece, `another over ${what}`)),
  });
}
