import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Expression } from '../../../syntax/code/expression';
import { dotted, qualified } from '../../code/names';
import type { SourceCode } from '../../code/sourceCode';
import { destinationOfName } from '../../code/thirdParty';
import { answererOf } from '../destinations';
import { asFindingEvidence, firstLine } from '../evidenceAt';
import { libraryEvidence } from '../libraryEvidence';
import { findingAt, relatedAt } from '../../report';
import { isHandMade } from '../handMade';
import type { Place } from '../modules';
import type { NodeCode } from '../nodeCode';
import { entryOf, possibleValues } from '../values';
import { importsOne } from '../loadedModules';

/** A client that nothing instruments: how it is made, and what then sends. */
interface RawClient {
  readonly module: string;
  readonly makes: RegExp;
  readonly sends: RegExp;
  readonly what: string;
}

const CLIENTS: readonly RawClient[] = [
  { module: 'http2', makes: /^(?:node:)?http2\.connect$/, sends: /^request$/, what: 'requests of HTTP/2' },
  { module: 'ws', makes: /^ws(\.WebSocket|\.default)?$/, sends: /^send$/, what: 'messages of a WebSocket' },
  {
    module: 'net',
    makes: /^(?:node:)?net\.(connect|createConnection)$/,
    sends: /^(write|end)$/,
    what: 'bytes of a socket',
  },
];

const ANY_CLIENT = /['"`](?:node:)?(?:http2|ws|net)['"`]/;

/** Own instrumentations of such clients, and libraries that carry the context in what they send. */
const OWN = /new\s+\w*(Ws|WebSocket|Http2|Net|Socket)\w*Instrumentation|instrumentation-(ws|websocket|http2)/i;

/**
 * Rule 10, for the clients of Node itself: requests over HTTP/2, messages over WebSockets and sockets to a service of the
 * own system. Only where the address says that it is one: streams to browsers and vendors have no trace to continue.
 */
export function rawClientFindings(node: NodeCode): Finding[] {
  if (!node.isTraced || node.tracing.distribution !== undefined) return [];
  const { sources } = node.program;
  if (sources.some((source) => source.has(OWN))) return [];
  return sources.flatMap((source) => {
    if (!source.has(ANY_CLIENT)) return [];
    const clients = CLIENTS.filter(({ module }) =>
      importsOne(
        source,
        written(module),
        ({ from, typeOnly }) => typeOnly !== true && from.replace(/^node:/, '') === module,
      ),
    );
    if (clients.length === 0 || !node.runsInNode(source)) return [];
    return clients.flatMap((client) => findingsOf(node, source, client));
  });
}

/** A module's name as it is imported: `ws` and `net` stand in most texts as parts of other words. */
function written(module: string): string[] {
  return ["'", '"', '`'].flatMap((quote) => [quote + module + quote, `${quote}node:${module}${quote}`]);
}

/** The first place where a client that is made there sends. */
function findingsOf(node: NodeCode, source: SourceCode, client: RawClient): Finding[] {
  if (node.code.settings.coveredBy.has(client.module)) return [];
  const found = new Map<Expression, Finding>();
  for (const fn of source.code.functions) {
    for (const call of source.callsIn(fn)) {
      const made = madeBy(node, source, fn, call, client);
      if (made === undefined || found.has(made.expression)) continue;
      if (!isOwn(node, made) || (client.module !== 'http2' && !makesMessage(source, call))) continue;
      if (isHandMade(node.program, source, fn, 'inject', node.code.settings)) continue;
      found.set(
        made.expression,
        findingAt('JS-UNCOVERED-LIB', source, firstLine(source, call), {
          severity: 'warning',
          message: `No instrumentation covers \`${client.module}\`, and nothing is injected by hand: ${client.what} carry no trace context.`,
          evidence: asFindingEvidence(libraryEvidence(node, client.module, made.source)),
          related: [relatedAt(made.source, firstLine(made.source, made.expression), 'made here')],
        }),
      );
    }
  }
  return [...found.values()];
}

/** A message that is put together here could carry the context; bytes that are passed on could not. */
function makesMessage(source: SourceCode, { args }: Call): boolean {
  return args.some(({ value }) => /\bJSON\.stringify\(/.test(source.textOf(value)));
}

function madeBy(
  node: NodeCode,
  source: SourceCode,
  fn: CodeFunction,
  { callee }: Call,
  { makes, sends }: RawClient,
): Place | undefined {
  if (callee.kind !== 'member' || !sends.test(callee.name)) return undefined;
  return possibleValues(node.program, { source, function: fn, expression: callee.object }).find(
    ({ expression, source: at, function: around }) =>
      expression.kind === 'call' && makes.test(qualified(at, around, expression.callee) ?? ''),
  );
}

/** `http2.connect('http://orders:8080')`, `net.connect(9000, 'stock')`, `net.connect({ host: 'stock' })`. */
function isOwn(node: NodeCode, made: Place): boolean {
  if (made.expression.kind !== 'call') return false;
  return made.expression.args.some(({ value }) => {
    const host = value.kind === 'object' ? entryOf(value, 'host')?.value : value;
    if (host === undefined) return false;
    if (host.kind === 'text' && /^[a-z][\w-]*$/i.test(host.value ?? '')) return host.value !== 'localhost';
    const answerer = answererOf(node.program, { ...made, expression: host });
    return answerer === 'own' || (answerer === 'unknown' && isCalledAfterService(node, { ...made, expression: host }));
  });
}

function isCalledAfterService(node: NodeCode, host: Place): boolean {
  return [host, ...possibleValues(node.program, host)].some(({ expression }) => namesService(dotted(expression)));
}

/** Says only that there is an address, or that it is anybody's. */
const ANYBODY =
  /^(process|env|config|options|this|server|target|upstream|proxy|remote|origin|peer|push|callback|public|base|api)$/;

/** `process.env.PAYMENTS_URL`, `config.stockHost`: an address called after what answers there, which is no vendor. */
function namesService(written: string | undefined): boolean {
  const name = (written?.split('.').at(-1) ?? '').replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
  const service =
    /^(\w+?)_(?:service_|svc_|grpc_|http2?_|h2c?_|internal_)*(?:url|uri|host|hostname|addr|address|endpoint|authority)$/.exec(
      name,
    )?.[1];
  return service !== undefined && !ANYBODY.test(service) && destinationOfName(service) === 'unknown';
}
