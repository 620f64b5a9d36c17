import type { Finding } from '../../../model/finding';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt, relatedAt } from '../../report';
import { plainClientFix } from '../fixes/plainClientFix';
import type { GoAnalysis } from '../goAnalysis';
import { calledName, firstLine, placeOf, type CallPlace } from '../goUnit';
import type { HttpCall } from '../httpCall';
import { isGeneratedSource, urlOf } from '../httpCalls';
import { isCommandLine, isTool, SERVES } from './commandLines';
import { copiesHeaders } from './copiedHeaders';
import type { PlainOrigin } from '../values/httpChains';
import { outermost } from '../relevance';
import { tracingEvidence } from './warning';

/** A plain client with the calls that it carries out although a span may be active. */
export interface PlainClient {
  readonly origin: PlainOrigin;
  readonly calls: readonly HttpCall[];
}

/** GO-HTTP-PLAIN-CLIENT: requests carried out by a client that sends no context; one finding a client. */
export function plainClients(analysis: GoAnalysis): PlainClient[] {
  if (analysis.setup.coveredOutside.has('net/http')) return [];
  const byOrigin = new Map<unknown, { origin: PlainOrigin; calls: HttpCall[] }>();
  for (const call of analysis.httpCalls) {
    if (!isRelevant(analysis, call)) continue;
    for (const origin of plainOrigins(analysis, call)) {
      if (isGeneratedSource(origin.source) || isAside(analysis, origin.source) || isForeignClient(analysis, origin))
        continue;
      if (origin.source.has(SAME_MACHINE)) continue;
      const key = origin.kind === 'default' && origin.piece === call.place.call ? call : origin.piece;
      const known = byOrigin.get(key);
      if (known) known.calls.push(call);
      else byOrigin.set(key, { origin, calls: [call] });
    }
  }
  return [...byOrigin.values()];
}

const WHATS = {
  default: 'Go’s default client sends no trace context',
  client: 'This client’s transport sends no trace context (no `otelhttp.NewTransport` around it)',
  request: 'fasthttp sends no trace context unless it is put into the request’s headers by hand',
};

/** The findings for plain clients. */
export function plainClientFindings(analysis: GoAnalysis, clients: readonly PlainClient[]): Finding[] {
  return clients.map(({ origin, calls }) => {
    const { source, piece } = origin;
    const isDefault = origin.kind !== 'client';
    const used = calls.map(({ place }) => place).filter((place) => place.call !== piece);
    const [first] = used;
    const what = WHATS[origin.kind];
    const where =
      first === undefined || isDefault ? '' : `, and carries out the request at ${placeOf(first.source, first.call)}`;
    return findingAt('GO-HTTP-PLAIN-CLIENT', source, firstLine(source, piece), {
      severity: 'warning',
      message: `${what}${where}: the called service begins a trace of its own.`,
      evidence: tracingEvidence(analysis),
      related: used.map((place) =>
        relatedAt(place.source, firstLine(place.source, place.call), 'Sent without context here.'),
      ),
      fixes: plainClientFix(analysis.unit.code.unit, origin, calls),
    });
  });
}

function plainOrigins(analysis: GoAnalysis, call: HttpCall): readonly PlainOrigin[] {
  const { source, function: fn, call: at } = call.place;
  if (call.library !== undefined) {
    const value = { source, function: fn, expression: at };
    return [{ source, piece: at, value, kind: 'request' }];
  }
  if (call.client === undefined) {
    const verdict = analysis.chains.defaultVerdict();
    const value = { source, function: fn, expression: at };
    return verdict.is === 'plain' ? [{ source, piece: at, value, kind: 'default' }] : [];
  }
  const verdict = analysis.chains.verdict(call.client);
  return verdict.is === 'plain' ? verdict.origins : [];
}

/** What keeps users from naming addresses of the own system is for addresses that users name: `denyList`, `isPrivateIP(ip)`. */
const GUARDED = /\bssrf|(deny|block)_?list\b|is_?(private|internal)_?(ip|addr)|rebinding/i;

/** A client that is held under a name that says whom it asks. */
function isForeignClient({ destinations }: GoAnalysis, { source, piece, value }: PlainOrigin): boolean {
  const { text } = source.code;
  if (value.function.id !== 0 && GUARDED.test(value.source.textOf(value.function))) return true;
  const before = text.slice(text.lastIndexOf('\n', piece.start) + 1, piece.start);
  const holder = /([\w.]+)\s*(?::=|=|:)\s*&?$/.exec(before)?.[1];
  return holder !== undefined && destinations.isForeignHolder(holder);
}

/** Requests of a traced function to a service of the own system, into which nobody puts the context by hand. */
export function isRelevant(analysis: GoAnalysis, call: HttpCall): boolean {
  const { place, made, isHanded } = call;
  const { source, function: fn } = place;
  const { relevance, injections } = analysis;
  if (isAside(analysis, source) || isCommandLine(source) || isTool(analysis) || relevance.isProbe(source, fn))
    return false;
  // A client is handed over at start-up to what serves requests later.
  if (!isHanded && !relevance.isTraced(source, fn)) return false;
  const text = source.textOf(outermost(source, fn));
  if (STORES.test(text) || SIGNED_HOOK.test(text) || source.has(SIGNED_URLS)) return false;
  if (!goesToOwn(analysis, call) || (isHanded && isForeignConstructor(analysis, place))) return false;
  return ![place, ...made].some((one) => {
    const around = outermost(one.source, one.function);
    return (
      copiesHeaders(analysis, one.source, around) ||
      injections.injects({ source: one.source, function: around }, 2, 'request')
    );
  });
}

/** Of several ways to make the request, those at hand if there are any, one goes to an own service and none to others. */
function goesToOwn({ destinations }: GoAnalysis, { place, made, url }: HttpCall): boolean {
  const { source, function: fn } = place;
  const near = made.filter((one) => one.source === source);
  const urls = made.length > 1 ? (near.length > 0 ? near : made).map(urlOf) : [url];
  return (
    urls.some((one) => destinations.isOwn(one, source, fn)) &&
    !urls.some((one) => destinations.isForeign(one, source, fn))
  );
}

/** What tells whoever has asked for it, and proves with a signature who tells: `req.Header.Set("webhook-signature", …)`. */
const SIGNED_HOOK =
  /\.(Set|Add)\(\s*["`](x-)?(\w+-)?(web)?hook-?(id|signature|timestamp|event|delivery)\b|["`]x-hub-signature/i;

const SIGNED_URLS = /\bpre_?signed\b[^\n]*\b(S3|GCS|URL)\b/i;

/** A process of the same machine that was started on some port: `fmt.Sprintf("http://127.0.0.1:%d", port)`. */
const SAME_MACHINE = /["`]https?:\/\/(127\.0\.0\.1|localhost|\[::1\]):%[dv]/;

/** Object stores by addresses that were signed before, and sockets of the same machine. */
const STORES = /pre_?signed|signed_?url|"unix"|unix:\/\//i;

/** A constructor of a vendor's client, by the path of its package. */
function isForeignConstructor({ unit, destinations }: GoAnalysis, place: CallPlace): boolean {
  const name = unit.external(place) ?? calledName(place.call) ?? '';
  return destinations.isForeignHolder(name.replace(/^([\w-]+\.)+\w+\//, ''));
}

/** Examples, mocks and command-line tools that lie beside the service. */
export function isAside({ unit }: GoAnalysis, source: SourceCode): boolean {
  const aside =
    /(^|\/)(_?examples?|samples?|scripts?|hack|tools\/cmd|mocks?|fakes?|test(ing)?_?utils?|testing|e2e\w*|benchmarks?|loadtest)\//i;
  if (
    /(^|[/_])(mock|fake|stub|testutil)s?([_.]|\w*\.go$)|^test(ing)?\.go$/i.test(source.file.relative.split('/').at(-1)!)
  )
    return true;
  // What takes a `*testing.T` helps tests, whatever its file is called.
  if (source.code.imports.some(({ from }) => from === 'testing')) return true;
  // Commands ask the service, and who traces them traces no request; but one of them may begin the service.
  if (/(^|\/)([\w-]*cli|[a-z]+ctl)\//.test(source.file.relative) && !source.has(SERVES)) return true;
  return aside.test(source.file.relative) && !aside.test(`${unit.code.unit.root}/`);
}
