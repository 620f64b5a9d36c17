import { firstText } from '../../../model/attributes';
import type { OperationKey } from '../../../model/operation';
import { NO_PLACES, callsiteCandidate, type Candidate, type EvidenceContext, type FoundPlaces } from '../../candidate';
import type { HttpCallEntry } from '../../index/entries';
import { addressOfText, isHole, isLoopback, segmentFits, type HttpAddress } from './httpAddress';
import { CONFIDENCE } from '../confidences';

/** How a call in the code compares with a request: a call that could be anything is `possible`. */
type Verdict =
  { readonly kind: 'match'; readonly confidence: number; readonly statics: number } | { readonly kind: 'possible' };

/** From so many constant segments on, a path tells its call from those whose path cannot be read. */
const TELLING_SEGMENTS = 2;

/**
 * An outgoing HTTP request to the call that makes it: by host and path where the code writes them down. Only if exactly
 * one call fits and none of those that cannot be read might be meant: a wrong line is worse than the function around.
 */
export function httpCallEvidence(operation: OperationKey, context: EvidenceContext): FoundPlaces {
  const request = sentRequest(operation);
  return request === undefined ? NO_PLACES : placesOfRequest(request, context);
}

async function placesOfRequest(request: SentRequest, context: EvidenceContext): Promise<Candidate[]> {
  context.touch('http-calls');
  const inReach = context.index.httpCalls.get('').filter(({ file }) => context.reaches(context.files.get(file)));
  const calls = context.scope.nearest(inReach, ({ file }) => context.files.get(file)!);
  const verdicts = calls.map((call) => ({ call, verdict: compare(call.value, request) }));
  const matches = verdicts.flatMap(({ call, verdict }) => (verdict?.kind === 'match' ? [{ call, ...verdict }] : []));
  const most = Math.max(0, ...matches.map(({ statics }) => statics));
  const best = matches.filter(({ statics }) => statics === most);
  const [only] = best;
  const isUnclear = most < TELLING_SEGMENTS && verdicts.some(({ verdict }) => verdict?.kind === 'possible');
  if (best.length !== 1 || !only || isUnclear) return [];
  const file = context.files.get(only.call.file)!;
  const facts = await context.facts(file);
  if (!facts) return [];
  const because = { kind: 'http-call', confidence: only.confidence, text: `request ${request.words}` } as const;
  return [callsiteCandidate(file, facts, only.call.value.range, because)];
}

interface SentRequest extends HttpAddress {
  /** Undefined where any may be meant. */
  readonly method: string | undefined;
  /** For the hover. */
  readonly words: string;
}

/** What a client span says of its request; undefined for other spans, and where it names neither host nor path. */
function sentRequest({ kind, name, attributes }: OperationKey): SentRequest | undefined {
  if (kind !== 'CLIENT' || attributes.has('rpc.method')) return undefined;
  const named = /^([A-Z]+)(?: (\/\S*))?$/.exec(name);
  const sent = firstText(attributes, ['http.request.method', 'http.method'])?.toUpperCase() ?? named?.[1];
  if (sent === undefined) return undefined;
  const method = sent === '_OTHER' ? undefined : sent;
  const url = firstText(attributes, ['url.full', 'http.url']);
  const path = firstText(attributes, ['url.template', 'url.path', 'http.target']) ?? named?.[2];
  const full = url === undefined ? undefined : addressOfText({ kind: 'literal', text: url });
  const host = full?.host ?? firstText(attributes, ['server.address', 'net.peer.name'])?.toLowerCase();
  const port = full?.port ?? firstText(attributes, ['server.port', 'net.peer.port']);
  const segments =
    full?.segments ?? (path === undefined ? undefined : addressOfText({ kind: 'literal', text: path })?.segments);
  if (host === undefined && segments === undefined) return undefined;
  const where = url?.replace(/[?#].*$/s, '') ?? `${host ?? ''}${path ?? ''}`;
  return { host, port, segments, method, words: `${sent} ${where}` };
}

/** Undefined where the call cannot be the one that sent the request. */
function compare(call: HttpCallEntry, request: SentRequest): Verdict | undefined {
  if (call.method !== undefined && request.method !== undefined && call.method !== request.method) return undefined;
  const address = call.url && addressOfText(call.url);
  if (!address) return { kind: 'possible' };
  const hosts = compareHosts(address, request);
  if (hosts === 'differ') return undefined;
  if (request.segments === undefined) {
    return hosts === 'same'
      ? { kind: 'match', confidence: CONFIDENCE['http-call'].part, statics: 0 }
      : { kind: 'possible' };
  }
  const statics = sharedStatics(address.segments ?? [], request.segments, hosts === 'same');
  if (statics === undefined) return undefined;
  if (hosts === 'same') return { kind: 'match', confidence: CONFIDENCE['http-call'].host, statics };
  if (statics === 0) return { kind: 'possible' };
  return { kind: 'match', confidence: CONFIDENCE['http-call'][statics >= TELLING_SEGMENTS ? 'path' : 'part'], statics };
}

/** On one machine every service is `localhost`: there only the port tells. */
function compareHosts(call: HttpAddress, request: HttpAddress): 'same' | 'differ' | 'unknown' {
  if (call.host === undefined || request.host === undefined) return 'unknown';
  const isLocal = isLoopback(call.host) && isLoopback(request.host);
  if (!isLocal && call.host !== request.host) return 'differ';
  if (call.port !== undefined && request.port !== undefined) return call.port === request.port ? 'same' : 'differ';
  return isLocal ? 'unknown' : 'same';
}

/**
 * How many constant segments of a written path were sent; undefined if another path was.
 * @param whole false where a base address may bring segments of its own in front.
 */
function sharedStatics(written: readonly string[], sent: readonly string[], whole: boolean): number | undefined {
  if (written.length > sent.length || (whole && written.length !== sent.length)) return undefined;
  const tail = sent.slice(sent.length - written.length);
  if (!written.every((segment, i) => segmentFits(segment, tail[i]!))) return undefined;
  return written.filter((segment, i) => !isHole(segment) && !isHole(tail[i]!) && /\p{L}{2}/u.test(segment)).length;
}
