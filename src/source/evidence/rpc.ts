import { attributeText } from '../../model/attributes';
import type { OperationKey } from '../../model/operation';
import { callsiteCandidate, ownerCandidate, type Candidate, type EvidenceContext } from '../candidate';
import type { RpcEntry } from '../index/entries';
import type { Entry } from '../index/keyedTable';

interface SpanRpc {
  /** Simple name of the service, '' if not known. */
  readonly service: string;
  /** As sent, with its package. */
  readonly fullService: string;
  readonly method: string;
}

/** An RPC's method to its implementation (server) or to the calls through the generated stub (client). */
export async function rpcEvidence(operation: OperationKey, context: EvidenceContext): Promise<Candidate[]> {
  const rpc = spanRpc(operation);
  if (!rpc) return [];
  const side = operation.kind === 'CLIENT' ? 'client' : 'server';
  const key = rpc.method.toLowerCase();
  context.touch(`rpc:${key}`);
  const possible = context.index.rpcs.get(key).filter(({ file, value }) => {
    const known = context.files.get(file);
    return known !== undefined && value.side === side && context.scope.allows(known) && sameService(value, rpc);
  });
  const near = context.scope.nearest(possible, ({ file }) => context.files.get(file)!);
  const named = near.filter(({ value }) => value.service !== '');
  const best = named.length > 0 ? named : near;
  if (best.length === 0) {
    const what = side === 'client' ? 'calls' : 'implements';
    context.miss('symbol-not-found', `No code this service is bound to ${what} ${rpc.fullService}/${rpc.method}.`);
    return [];
  }
  const places = (await Promise.all(best.map((entry) => place(entry, rpc, side, context)))).flat();
  const distinct = [
    ...new Map(places.map((candidate) => [`${candidate.file.path}:${candidate.line}`, candidate])).values(),
  ];
  if (distinct.length === 1) return distinct;
  return distinct.map((candidate) => ({ ...candidate, confidence: 0.5 }));
}

/** The old form (`rpc.service`, `rpc.method`), the new one (`rpc.method` fully qualified), or the span's name. */
export function spanRpc(operation: OperationKey): SpanRpc | undefined {
  const { attributes, name, kind } = operation;
  if (kind !== 'SERVER' && kind !== 'CLIENT' && kind !== 'UNSPECIFIED') return undefined;
  const sent = attributeText(attributes, 'rpc.method');
  const service = attributeText(attributes, 'rpc.service');
  if (service === 'aws-api' || attributeText(attributes, 'rpc.system') === 'aws-api') return undefined;
  if (sent !== undefined && sent !== '_OTHER' && sent !== '') {
    const qualified = /^\/?(.+)[/#]([^/#]+)$/.exec(sent);
    if (qualified) return spanned(qualified[1]!, qualified[2]!);
    if (service !== undefined) return spanned(service, sent);
  }
  const fromName = /^(?:POST )?\/?(?:grpc\.)?((?:[a-z_]\w*\.)*[A-Z]\w*)\/([A-Z]\w*)$/.exec(name);
  return fromName ? spanned(fromName[1]!, fromName[2]!) : undefined;
}

function spanned(fullService: string, method: string): SpanRpc {
  return { fullService, service: fullService.slice(fullService.lastIndexOf('.') + 1), method };
}

function sameService(entry: RpcEntry, rpc: SpanRpc): boolean {
  if (entry.service === '') return true;
  if (entry.service.toLowerCase() !== rpc.service.toLowerCase()) return false;
  // Where both name a package, the same simple name in another package is another service.
  const declared = entry.fullService.split('.');
  const sent = rpc.fullService.split('.');
  return (
    declared.length < 2 || !/^[a-z]/.test(declared[0]!) || sent.length < 2 || declared.join('.') === sent.join('.')
  );
}

async function place(
  entry: Entry<RpcEntry>,
  rpc: SpanRpc,
  side: 'client' | 'server',
  context: EvidenceContext,
): Promise<Candidate[]> {
  const file = context.files.get(entry.file)!;
  const facts = await context.facts(file);
  if (!facts) return [];
  const isNamed = entry.value.service !== '';
  const text = `RPC ${rpc.service}/${rpc.method}`;
  if (side === 'client') {
    return [callsiteCandidate(file, facts, entry.value.range, { kind: 'rpc', confidence: isNamed ? 0.8 : 0.7, text })];
  }
  const found = await context.functions.handler(file, facts, entry.value.handler, '', context.scope, context.touch);
  const confidence = found.length > 1 ? 0.5 : isNamed ? 0.85 : 0.75;
  return found.map((at) => ownerCandidate(at.file, at.facts, at.index, { kind: 'rpc', confidence, text }));
}
