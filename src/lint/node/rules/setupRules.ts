import type { Finding, FindingEvidence, Fix, RelatedPlace } from '../../../model/finding';
import type { Piece } from '../../../syntax/code/piece';
import type { SourceCode } from '../../code/sourceCode';
import type { Evidence } from '../../evidence';
import { findingAt, relatedAt } from '../../report';
import { isWithoutManifest, type ProcessUnit } from '../../project/processUnit';
import type { ExplainedFact } from '../../rule';
import { appOf, sameApp } from '../process/apps';
import { callsOf, type CallIn } from '../calls';
import { addInstrumentations } from '../fixes/addInstrumentation';
import { removeSwitch } from '../fixes/removeSwitch';
import { updateMetaPackage } from '../fixes/updateMeta';
import { asFindingEvidence, evidenceAt, firstLine, whereIs } from '../evidenceAt';
import type { Coverage } from '../process/instrumentationList';
import { kafkaUse, type KafkaUse } from '../kafkaUse';
import { grpcPlaces, isNestByHand, nestPlaces, type LibraryPlace } from '../libraryUse';
import type { NodeCode } from '../nodeCode';
import { AUTO, INSTALL } from '../nodeTables';
import type { OutgoingCall } from '../outgoing';
import { injectsByHand } from './forgottenInject';
import { isReached, startingApps } from '../reached';
import { setupPiece, type Setup } from '../process/setups';
import { startsOf, type Start } from '../process/starts';
import { idleServer, listensAt, unreadServer } from './idleSetup';

/** A list longer than this is marked by its first line only. */
const MAX_MARKED_LINES = 8;

/** More call sites than this say nothing more. */
const MAX_RELATED = 20;

/** The ways a process is set up that lack what its clients need: rules 8, 9 and 14, one finding a cause. */
export function setupFindings(node: NodeCode): Finding[] {
  const { tracing } = node;
  if (tracing.distribution !== undefined && !isFetchLeftAlone(node)) return [];
  const found = tracing.setups.filter((setup) => isReached(node, setup)).flatMap((setup) => ofSetup(node, setup));
  if (tracing.setups.length === 0 && tracing.preload) found.push(...ofPreload(node, tracing.preload.coverage));
  return found;
}

/** In Bun and Deno only of `fetch` is it known what covers it. */
function isFetchLeftAlone({ tracing }: NodeCode): boolean {
  return tracing.isOtherRuntime === true && tracing.leftOut.has('undici');
}

function ofSetup(node: NodeCode, setup: Setup): Finding[] {
  if (setup.coverage.unknown.length > 0) return [];
  if (setup.coverage.count === 0 && hasOnlyGivenParents(node)) return [];
  const gaps = toldAt(node, setup);
  const { source, piece } = setupPiece(setup);
  const at = { source, piece: marked(source, piece) };
  const isEmpty = setup.coverage.count === 0;
  const findings: Finding[] = [];
  if (gaps.http.length > 0 || (isEmpty && gaps.fetch.length > 0))
    findings.push(noInstrumentations(node, setup, at, gaps));
  else if (gaps.fetch.length > 0) findings.push(noUndici(node, setup, at, gaps.fetch));
  // An empty list is the cause of all that lacks; of a written one each entry that lacks is a cause.
  const isAllTold = (isEmpty && findings.length > 0) || isFetchLeftAlone(node);
  if (gaps.kafka && !isAllTold) findings.push(noKafkaJs(node, setup, at, gaps.kafka));
  if (!isAllTold) findings.push(...otherLibraries(node, setup, at));
  const server = isEmpty && findings.length === 0 ? idleServer(node, setup) : undefined;
  if (server !== undefined) return [isIdle(node, setup, at, server)];
  const unread = gaps.http.length > 0 ? undefined : unreadServer(node, setup);
  return unread === undefined ? findings : [...findings, isUnread(node, setup, at, unread)];
}

/** The framework's spans are roots: the instrumentation that reads what requests bring is not listed. */
function isUnread(node: NodeCode, setup: Setup, at: At, server: CallIn): Finding {
  const why = `${setup.name} is set up without HttpInstrumentation`;
  const where = whereIs(server.source, listensAt(server));
  return findingAt('JS-SDK-NO-INSTRUMENTATIONS', at.source, at.piece, {
    severity: 'warning',
    message: `${why}, on which that of the web framework rests: the trace context of requests that come in (${where}) is not read.`,
    evidence: whatCovers(node, at, evidenceAt(at.source, at.piece, why), 'http'),
    related: [relatedAt(server.source, firstLine(server.source, server.call), 'takes requests in')],
    fixes: fixesOf(node, setup, ['http']),
  });
}

/** Nothing makes a span: what comes in and what goes out are equally lost. */
function isIdle(node: NodeCode, setup: Setup, at: At, server: CallIn): Finding {
  const why = `${setup.name} is set up without instrumentations`;
  const where = whereIs(server.source, listensAt(server));
  return findingAt('JS-SDK-NO-INSTRUMENTATIONS', at.source, at.piece, {
    severity: 'warning',
    message: `${why}, and nothing else here makes spans: requests that come in (${where}) have none, and their trace context is not read.`,
    evidence: whatCovers(node, at, evidenceAt(at.source, at.piece, why), 'http'),
    related: [relatedAt(server.source, firstLine(server.source, server.call), 'takes requests in')],
    fixes: fixesOf(node, setup, ['http', ...(setup.coverage.covered.has('undici') ? [] : ['undici'])]),
  });
}

/**
 * Whether all spans of a process without instrumentations are given their parents, and none is ever active: no request has
 * a span around it then, and would only begin a trace of its own.
 */
function hasOnlyGivenParents({ program }: NodeCode): boolean {
  const started = callsOf(program, 'startSpan').filter(({ call }) => call.callee.kind === 'member');
  if (started.length === 0 || started.some(({ call }) => call.args.length < 3)) return false;
  return !program.sources.some((source) => source.has(/\bstartActiveSpan\b|context\.(?:with|bind)\(/i));
}

/** What a set-up lacks that its process uses, for people. */
export function lackingIn(node: NodeCode, setup: Setup): ExplainedFact[] {
  if (setup.coverage.unknown.length > 0 || node.tracing.distribution !== undefined) return [];
  const { http, fetch, kafka } = gapsOf(node, setup.coverage, setup);
  const { source, piece } = setupPiece(setup);
  const fact = (library: string, text: string): ExplainedFact[] => {
    if (setup.coverage.holes.has(library)) return [];
    return [{ topic: 'uncovered', text, evidence: whatCovers(node, { source, piece }, undefined, library) }];
  };
  return [
    ...(http.length > 0 ? fact('http', `http: ${places(http)}`) : []),
    ...(fetch.length > 0 ? fact('undici', `undici (\`fetch\`): ${places(fetch)}`) : []),
    ...(kafka !== undefined ? fact('kafkajs', `kafkajs: ${kafka.places.length} uses`) : []),
  ];
}

/** What lacks because of the list: requests where others inject by hand lack that, and are told one by one. */
function toldAt(node: NodeCode, setup: Setup): Gaps {
  const gaps = gapsOf(node, setup.coverage, setup);
  if (injectsByHand(node, setup)) return { ...gaps, http: [], fetch: [] };
  if (!isFetchLeftAlone(node)) return gaps;
  return { http: [], fetch: gaps.fetch.filter(({ client }) => client === 'fetch'), kafka: undefined };
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
  const starting = setup && startingApps(node, setup);
  const apart = setup && startedApart(node, setup);
  const through = (transport: string): OutgoingCall[] =>
    node.ownRequests(transport).filter(({ source }) => {
      if (apart !== undefined && !apart.loads.has(source)) return false;
      const own = appOf(node.code.unit, source);
      return sameApp(own, app) && (own === undefined || starting?.has(own) !== false);
    });
  return {
    http: lacks(node, coverage, setup, 'http') ? through('http') : [],
    fetch: lacks(node, coverage, setup, 'undici') ? through('undici') : [],
    kafka: lacks(node, coverage, setup, 'kafkajs') ? kafkaUse(node, app) : undefined,
  };
}

/** The only command that loads a set-up, where another command loads another set-up instead. */
function startedApart(node: NodeCode, setup: Setup): Start | undefined {
  const isApart = node.tracing.setups.some((other) => areStartedApart(node, setup, other));
  return isApart ? startsWith(node, setup)[0] : undefined;
}

/** Whether one command loads one of two set-ups, and another command the other. */
function areStartedApart(node: NodeCode, setup: Setup | undefined, other: Setup): boolean {
  if (other.source === setup?.source) return false;
  const [only, ...more] = setup === undefined ? [] : startsWith(node, setup);
  if (only?.entry === undefined || more.length > 0) return false;
  const others = startsWith(node, other);
  return others.length > 0 && !others.includes(only);
}

function startsWith({ code: { program, unit } }: NodeCode, { source }: Setup): Start[] {
  return startsOf(program, unit).filter(({ loads }) => loads.has(source));
}

/** Other set-ups of the same process: which of them runs cannot be told, unless they are branches of one file. */
function isCoveredElsewhere(node: NodeCode, setup: Setup | undefined, library: string): boolean {
  return node.tracing.setups.some(
    (other) =>
      other !== setup &&
      other.source !== setup?.source &&
      !areStartedApart(node, setup, other) &&
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
  const rabbit = isMissing('amqplib') && !isNestByHand(node, app) ? nestPlaces(node, app, 'RMQ') : [];
  return [
    ...(grpc.length > 0 ? [missing(node, setup, at, 'JS-SDK-NO-INSTRUMENTATIONS', 'grpc', '@grpc/grpc-js', grpc)] : []),
    ...(rabbit.length > 0 ? [missing(node, setup, at, 'MSG-NO-INJECT', 'amqplib', 'amqplib', rabbit)] : []),
  ];
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
  const evidence = whatCovers(node, at, hole, library);
  const why = whyNot(at, evidence, hole, name);
  const [first] = used;
  const where = whereIs(first!.source, evidenceAt(first!.source, first!.piece, ''));
  return findingAt(rule, at.source, at.piece, {
    severity: 'warning',
    message: `${why}: what goes through it carries no trace context (${where}).`,
    evidence,
    related: used
      .slice(0, MAX_RELATED)
      .map(({ source, piece, what }) => relatedAt(source, firstLine(source, piece), what)),
    fixes: fixesOf(node, setup, [library]),
  });
}

function noUndici(node: NodeCode, setup: Setup, at: At, calls: readonly OutgoingCall[]): Finding {
  const hole = setup.coverage.holes.get('undici');
  const evidence = whatCovers(node, at, hole, 'undici');
  const why = whyNot(at, evidence, hole, 'undici');
  const what = calls[0]!.client === 'fetch' ? 'fetch' : calls[0]!.client;
  const start = startedApart(node, setup);
  const where = start === undefined ? '' : ` in \`${start.at.text}\``;
  return findingAt('JS-FETCH-NO-UNDICI', at.source, at.piece, {
    severity: 'warning',
    message: `${why}: \`${what}\` sends no trace context${where} (${places(calls)}).`,
    evidence: start === undefined ? evidence : [...evidence, ...asFindingEvidence([start.at])],
    related: relatedCalls(calls),
    fixes: fixesOf(node, setup, ['undici']),
  });
}

function noInstrumentations(node: NodeCode, setup: Setup, at: At, gaps: Gaps): Finding {
  const calls = [...gaps.http, ...gaps.fetch];
  const isEmpty = setup.coverage.count === 0;
  const clients = [...new Set(calls.map(({ client }) => `\`${client}\``))].join(', ');
  const why = isEmpty
    ? `${setup.name} is set up without instrumentations`
    : `${setup.name} is set up without HttpInstrumentation`;
  return findingAt('JS-SDK-NO-INSTRUMENTATIONS', at.source, at.piece, {
    severity: 'warning',
    message: `${why}: requests by ${clients} carry no trace context (${places(calls)}).`,
    evidence: whatCovers(node, at, evidenceAt(at.source, at.piece, why), 'http'),
    related: relatedCalls(calls),
    fixes: fixesOf(node, setup, [
      'http',
      ...(setup.coverage.covered.has('undici') ? [] : ['undici']),
      ...(isEmpty && gaps.kafka ? ['kafkajs'] : []),
    ]),
  });
}

function noKafkaJs(node: NodeCode, setup: Setup, at: At, use: KafkaUse): Finding {
  const hole = setup.coverage.holes.get('kafkajs');
  const evidence = whatCovers(node, at, hole, 'kafkajs');
  const why = whyNot(at, evidence, hole, 'kafkajs');
  return findingAt('JS-KAFKAJS-NO-INSTR', at.source, at.piece, {
    severity: 'warning',
    message: `${why}: Kafka messages carry no trace context and what comes with them is not read.`,
    evidence,
    related: use.places
      .slice(0, MAX_RELATED)
      .map(({ source, piece, what }) => relatedAt(source, firstLine(source, piece), what)),
    fixes: fixesOf(node, setup, ['kafkajs']),
  });
}

/** What shows that a library is not covered: the hole, the list, and the packages that the manifest or lock file names. */
function whatCovers(node: NodeCode, at: At, hole: Evidence | undefined, library: string): FindingEvidence[] {
  const wanted = INSTALL.find((row) => row.library === library)?.package;
  const { unit } = node.code;
  const packages = ['@opentelemetry/sdk-node', AUTO.package, ...(wanted === undefined ? [] : [wanted])];
  const named = packages.flatMap((name): Evidence[] => {
    const dependency = unit.dependencies.get(name);
    if (dependency === undefined || dependency.scope === 'indirect') return [];
    const { range, version } = dependency;
    const locked = version === undefined || version === range ? '' : ` (${version} by the lock file)`;
    return [{ ...dependency.at, text: `${name} ${range}${locked}` }];
  });
  const isNamed = named.some(({ text }) => wanted !== undefined && text.startsWith(wanted));
  const list = evidenceAt(at.source, at.piece, 'the instrumentations');
  // Without a manifest nothing but the list shows it.
  const { file, range } = isWithoutManifest(unit) ? list : unit.manifest;
  const absent = { file, range, text: `${wanted ?? library} ${notNamedIn(unit)}` };
  return asFindingEvidence([...(hole ? [hole] : []), list, ...named, ...(isNamed ? [] : [absent])]);
}

function notNamedIn(unit: ProcessUnit): string {
  const { dependencies, manifest, missing = [] } = unit;
  if (dependencies.size > 0) return 'is not among the dependencies';
  if (isWithoutManifest(unit)) return 'is not set up, and no manifest is among the files';
  const isUnread = missing.some(({ file }) => file === manifest.file);
  return isUnread
    ? 'is not set up, and the manifest cannot be read'
    : 'is not set up, and the manifest names no dependencies';
}

/** The hole that the reader would not expect, or the list with what the manifest says of the package that lacks. */
function whyNot(at: At, evidence: readonly FindingEvidence[], hole: Evidence | undefined, name: string): string {
  if (hole !== undefined) return `\`${whereIs(at.source, hole)}\`: ${hole.text}`;
  const last = evidence.at(-1)!;
  return `No instrumentation listed here covers ${name} (\`${whereIs(at.source, last)}\`: ${last.text})`;
}

function fixesOf(node: NodeCode, setup: Setup, libraries: readonly string[]): Fix[] {
  // What patches Node's modules would be no cure there.
  if (node.tracing.isOtherRuntime) return [];
  const { hookless, switches } = setup.coverage;
  const missing = libraries.filter((library) => hookless?.has(library) !== true);
  const [first] = missing.flatMap((library) => switches.get(library) ?? []);
  // One step at a time: with a switch gone, what else lacks is told by itself.
  if (first !== undefined) return [removeSwitch(first)];
  // Beside a distribution's function there may be a list already.
  const beside = setup.by && node.tracing.found.find(({ kind, list }) => kind === 'register' && list !== undefined);
  return missing.length === 0 ? [] : addInstrumentations(node.code.program, node.code.unit, beside ?? setup, missing);
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
    // What a lock file says is mended in the manifest.
    const isLocked = dependency?.versionAt !== undefined && isSamePlace(dependency.versionAt, hole);
    const { file, range } = isLocked ? dependency.at : hole;
    const fixes = updateMetaPackage(node.code.unit, { file, range, text: '' }, library);
    return [{ rule, severity: 'warning', file, range, message, evidence, related, fixes }];
  };
  const { fetch: calls, kafka } = gaps;
  const found: Finding[] = [];
  if (calls.length > 0) {
    const what = `\`fetch\` sends no trace context (${places(calls)}).`;
    found.push(...make('JS-FETCH-NO-UNDICI', 'undici', what, relatedCalls(calls)));
  }
  if (kafka !== undefined) {
    const related = kafka.places.map(({ source, piece, what }) => relatedAt(source, firstLine(source, piece), what));
    found.push(...make('JS-KAFKAJS-NO-INSTR', 'kafkajs', 'Kafka messages carry no trace context.', related));
  }
  return found;
}

function isSamePlace(one: Evidence, other: Evidence): boolean {
  return one.file === other.file && one.range.startLine === other.range.startLine;
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
