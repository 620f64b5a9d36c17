import type { Finding, Fix, RelatedPlace } from '../../../model/finding';
import type { Piece } from '../../../syntax/code/piece';
import type { SourceCode } from '../../code/sourceCode';
import type { Evidence } from '../../evidence';
import { findingAt, relatedAt } from '../../report';
import { appOf, sameApp } from '../apps';
import { addInstrumentations } from '../fixes/addInstrumentation';
import { asFindingEvidence, evidenceAt, firstLine, whereIs } from '../evidenceAt';
import type { Coverage } from '../instrumentationList';
import { kafkaUse, type KafkaUse } from '../kafkaUse';
import { grpcPlaces, isNestByHand, nestPlaces, type LibraryPlace } from '../libraryUse';
import type { NodeCode } from '../nodeCode';
import { AUTO } from '../nodeTables';
import type { OutgoingCall } from '../outgoing';
import { isReached } from '../reached';
import { setupPiece, type Setup } from '../setups';

/** A list longer than this is marked by its first line only. */
const MAX_MARKED_LINES = 8;

/** More call sites than this say nothing more. */
const MAX_RELATED = 20;

/** The ways a process is set up that lack what its clients need: rules 8, 9 and 14, one finding a cause. */
export function setupFindings(node: NodeCode): Finding[] {
  const { tracing } = node;
  if (tracing.distribution !== undefined) return [];
  const found = tracing.setups.filter((setup) => isReached(node, setup)).flatMap((setup) => ofSetup(node, setup));
  if (tracing.setups.length === 0 && tracing.preload) found.push(...ofPreload(node, tracing.preload.coverage));
  return found;
}

function ofSetup(node: NodeCode, setup: Setup): Finding[] {
  if (setup.coverage.unknown.length > 0) return [];
  const gaps = gapsOf(node, setup.coverage, setup);
  const { source, piece } = setupPiece(setup);
  const at = { source, piece: marked(source, piece) };
  const isEmpty = setup.coverage.count === 0;
  const findings: Finding[] = [];
  if (gaps.http.length > 0 || (isEmpty && gaps.fetch.length > 0))
    findings.push(noInstrumentations(node, setup, at, [...gaps.http, ...gaps.fetch]));
  else if (gaps.fetch.length > 0) findings.push(noUndici(node, setup, at, gaps.fetch));
  if (gaps.kafka && findings.length === 0) findings.push(noKafkaJs(node, setup, at, gaps.kafka));
  if (findings.length === 0) findings.push(...otherLibraries(node, setup, at));
  return findings;
}

interface Gaps {
  readonly http: readonly OutgoingCall[];
  readonly fetch: readonly OutgoingCall[];
  readonly kafka: KafkaUse | undefined;
}

function lacks(node: NodeCode, coverage: Coverage, setup: Setup | undefined, library: string): boolean {
  return !coverage.covered.has(library) && !isDeclared(node, library) && !isCoveredElsewhere(node, setup, library);
}

function gapsOf(node: NodeCode, coverage: Coverage, setup: Setup | undefined): Gaps {
  const app = setup && appOf(node.code.unit, setup.source);
  const through = (transport: string): OutgoingCall[] =>
    node.ownRequests(transport).filter(({ source }) => sameApp(appOf(node.code.unit, source), app));
  return {
    http: lacks(node, coverage, setup, 'http') ? through('http') : [],
    fetch: lacks(node, coverage, setup, 'undici') ? through('undici') : [],
    kafka: lacks(node, coverage, setup, 'kafkajs') ? kafkaUse(node, app) : undefined,
  };
}

/** Other set-ups of the same process: which of them runs cannot be told, unless they are branches of one file. */
function isCoveredElsewhere(node: NodeCode, setup: Setup | undefined, library: string): boolean {
  return node.tracing.setups.some(
    (other) =>
      other !== setup &&
      other.source !== setup?.source &&
      (other.coverage.covered.has(library) || other.coverage.unknown.length > 0),
  );
}

const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  undici: ['fetch', 'undici'],
  http: ['http', 'https', 'axios'],
  kafkajs: ['kafkajs', 'kafka'],
  grpc: ['grpc', '@grpc/grpc-js'],
  amqplib: ['amqplib', 'rabbitmq'],
};

function isDeclared({ code }: NodeCode, library: string): boolean {
  return (OTHER_NAMES[library] ?? [library]).some((name) => code.settings.coveredBy.has(name));
}

interface At {
  readonly source: SourceCode;
  readonly piece: Piece;
}

/** gRPC and RabbitMQ of Nest: libraries that the whole process uses, and whose instrumentation is missing from the list. */
function otherLibraries(node: NodeCode, setup: Setup, at: At): Finding[] {
  const app = appOf(node.code.unit, setup.source);
  const isMissing = (library: string): boolean =>
    lacks(node, setup.coverage, setup, library) && node.isUncovered(library);
  const grpc = isMissing('grpc') ? grpcPlaces(node, app) : [];
  if (grpc.length > 0) return [missing(node, setup, at, 'JS-SDK-NO-INSTRUMENTATIONS', 'grpc', '@grpc/grpc-js', grpc)];
  const rabbit = isMissing('amqplib') && !isNestByHand(node, app) ? nestPlaces(node, app, 'RMQ') : [];
  return rabbit.length > 0 ? [missing(node, setup, at, 'MSG-NO-INJECT', 'amqplib', 'amqplib', rabbit)] : [];
}

function missing(
  node: NodeCode,
  setup: Setup,
  at: At,
  rule: string,
  library: string,
  name: string,
  used: readonly LibraryPlace[],
): Finding {
  const hole = setup.coverage.holes.get(library);
  const why = hole ? `\`${whereIs(at.source, hole)}\`: ${hole.text}` : `No instrumentation listed here covers ${name}`;
  const [first] = used;
  const where = whereIs(first!.source, evidenceAt(first!.source, first!.piece, ''));
  return findingAt(rule, at.source, at.piece, {
    severity: 'warning',
    message: `${why}: what goes through it carries no trace context (${where}).`,
    evidence: asFindingEvidence([...(hole ? [hole] : []), evidenceAt(at.source, at.piece, 'the instrumentations')]),
    related: used
      .slice(0, MAX_RELATED)
      .map(({ source, piece, what }) => relatedAt(source, firstLine(source, piece), what)),
    fixes: fixesOf(node, setup, [library]),
  });
}

function noUndici(node: NodeCode, setup: Setup, at: At, calls: readonly OutgoingCall[]): Finding {
  const hole = setup.coverage.holes.get('undici');
  const why = hole ? `\`${whereIs(at.source, hole)}\`: ${hole.text}` : 'No instrumentation listed here covers undici';
  const what = calls[0]!.client === 'fetch' ? 'fetch' : calls[0]!.client;
  return findingAt('JS-FETCH-NO-UNDICI', at.source, at.piece, {
    severity: 'warning',
    message: `${why}: \`${what}\` sends no trace context (${places(calls)}).`,
    evidence: asFindingEvidence([...(hole ? [hole] : []), evidenceAt(at.source, at.piece, 'the instrumentations')]),
    related: relatedCalls(calls),
    fixes: fixesOf(node, setup, ['undici']),
  });
}

function noInstrumentations(node: NodeCode, setup: Setup, at: At, calls: readonly OutgoingCall[]): Finding {
  const isEmpty = setup.coverage.count === 0;
  const clients = [...new Set(calls.map(({ client }) => `\`${client}\``))].join(', ');
  const why = isEmpty
    ? `${setup.name} is set up without instrumentations`
    : `${setup.name} is set up without HttpInstrumentation`;
  return findingAt('JS-SDK-NO-INSTRUMENTATIONS', at.source, at.piece, {
    severity: 'warning',
    message: `${why}: requests by ${clients} carry no trace context (${places(calls)}).`,
    evidence: asFindingEvidence([evidenceAt(at.source, at.piece, why)]),
    related: relatedCalls(calls),
    fixes: fixesOf(node, setup, setup.coverage.covered.has('undici') ? ['http'] : ['http', 'undici']),
  });
}

function noKafkaJs(node: NodeCode, setup: Setup, at: At, use: KafkaUse): Finding {
  const hole = setup.coverage.holes.get('kafkajs');
  const why = hole ? `\`${whereIs(at.source, hole)}\`: ${hole.text}` : 'No instrumentation listed here covers kafkajs';
  return findingAt('JS-KAFKAJS-NO-INSTR', at.source, at.piece, {
    severity: 'warning',
    message: `${why}: Kafka messages carry no trace context and what comes with them is not read.`,
    evidence: asFindingEvidence([...(hole ? [hole] : []), evidenceAt(at.source, at.piece, 'the instrumentations')]),
    related: use.places
      .slice(0, MAX_RELATED)
      .map(({ source, piece, what }) => relatedAt(source, firstLine(source, piece), what)),
    fixes: fixesOf(node, setup, ['kafkajs']),
  });
}

function fixesOf({ code }: NodeCode, setup: Setup, libraries: readonly string[]): Fix[] {
  return addInstrumentations(code.program, code.unit, setup, libraries);
}

/** A preload has no set-up in code: its version or switch is what lacks something. */
function ofPreload(node: NodeCode, coverage: Coverage): Finding[] {
  const dependency = node.code.unit.dependencies.get(AUTO.package);
  const gaps = gapsOf(node, coverage, undefined);
  const make = (rule: string, library: string, what: string, related: readonly RelatedPlace[]): Finding[] => {
    const hole: Evidence | undefined = coverage.holes.get(library) ?? dependency?.at;
    if (hole === undefined) return [];
    const message = `${hole.text}: ${what}`;
    const evidence = asFindingEvidence([hole]);
    return [{ rule, severity: 'warning', file: hole.file, range: hole.range, message, evidence, related, fixes: [] }];
  };
  const calls = gaps.fetch;
  if (calls.length > 0)
    return make(
      'JS-FETCH-NO-UNDICI',
      'undici',
      `\`fetch\` sends no trace context (${places(calls)}).`,
      relatedCalls(calls),
    );
  if (gaps.kafka === undefined) return [];
  const related = gaps.kafka.places.map(({ source, piece, what }) => relatedAt(source, firstLine(source, piece), what));
  return make('JS-KAFKAJS-NO-INSTR', 'kafkajs', 'Kafka messages carry no trace context.', related);
}

function places(calls: readonly OutgoingCall[]): string {
  const [first] = calls;
  const at = whereIs(first!.source, evidenceAt(first!.source, first!.call, ''));
  return calls.length === 1 ? at : `${calls.length} calls, the first at ${at}`;
}

function relatedCalls(calls: readonly OutgoingCall[]): RelatedPlace[] {
  return calls
    .slice(0, MAX_RELATED)
    .map(({ source, call, client }) =>
      relatedAt(source, firstLine(source, call), `\`${client}\` without trace context`),
    );
}

/** A short list as a whole, of a long one the first line. */
function marked(source: SourceCode, piece: Piece): Piece {
  const lines = source.textOf(piece).split('\n').length;
  return lines <= MAX_MARKED_LINES && source.code.text.startsWith('instrumentations', piece.start)
    ? piece
    : firstLine(source, piece);
}
