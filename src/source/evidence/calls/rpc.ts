import path from 'node:path';
import { attributeText } from '../../../model/attributes';
import type { OperationKey } from '../../../model/operation';
import {
  NO_PLACES,
  callsiteCandidate,
  ownerCandidate,
  settle,
  type Candidate,
  type EvidenceContext,
  type FoundPlaces,
} from '../../candidate';
import type { RpcEntry } from '../../index/entries';
import type { Entry } from '../../index/keyedTable';
import { isDouble } from '../../implementations';
import { missInReach } from '../../missed';
import { dialectOf } from '../../names/qualifiedName';
import { handlerPlaces } from './handlerPlaces';
import { CONFIDENCE, SHARED } from '../confidences';

interface SpanRpc {
  /** Simple name of the service, '' if not known. */
  readonly service: string;
  /** As sent, with its package. */
  readonly fullService: string;
  readonly method: string;
}

/** An RPC's method to its implementation (server) or to the calls through the generated stub (client). */
export function rpcEvidence(operation: OperationKey, context: EvidenceContext): FoundPlaces {
  const rpc = spanRpc(operation);
  return rpc === undefined ? NO_PLACES : placesOfRpc(rpc, operation, context);
}

async function placesOfRpc(rpc: SpanRpc, operation: OperationKey, context: EvidenceContext): Promise<Candidate[]> {
  const side = operation.kind === 'CLIENT' ? 'client' : 'server';
  const named = entries(rpc.method.toLowerCase(), rpc, side, context);
  let places = (await Promise.all(bestOf(named).map((entry) => place(entry, rpc, side, context)))).flat();
  if (places.length === 0 && side === 'server') {
    const registered = entries('*', rpc, side, context);
    places = (await Promise.all(bestOf(registered).map((entry) => methodOfType(entry, rpc, context)))).flat();
  }
  if (places.length === 0) {
    const does = side === 'client' ? 'calls' : 'implements';
    missInReach(`${does} ${rpc.fullService}/${rpc.method}`, operation, context);
    return [];
  }
  const real = places.filter(({ file, symbol }) => !isDouble(file.relative, symbol.split('.').slice(0, -1)));
  return settle(real.length > 0 ? real : places, SHARED.rpc, operation, context);
}

function entries(key: string, rpc: SpanRpc, side: RpcEntry['side'], context: EvidenceContext): Entry<RpcEntry>[] {
  context.touch(`rpc:${key}`);
  const possible = context.index.rpcs.get(key).filter(({ file, value }) => {
    return context.reaches(context.files.get(file)) && value.side === side && sameService(value, rpc);
  });
  return context.scope.nearest(possible, ({ file }) => context.files.get(file)!);
}

/** Entries that name the service speak louder than those that know the method alone. */
function bestOf(found: Entry<RpcEntry>[]): Entry<RpcEntry>[] {
  const named = found.filter(({ value }) => value.service !== '');
  return named.length > 0 ? named : found;
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
  const fromName = /^(?:POST )?\/?(?:twirp\/)?(?:grpc\.)?((?:[a-z_]\w*\.)*[A-Z]\w*)\/([A-Z]\w*)$/.exec(name);
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
  const isNamed = entry.value.service !== '';
  const text = `RPC ${rpc.service}/${rpc.method}`;
  if (side === 'server') {
    return handlerPlaces(
      entry,
      { kind: 'rpc', confidence: CONFIDENCE.rpc[isNamed ? 'service' : 'method'], text },
      context,
    );
  }
  const file = context.files.get(entry.file)!;
  const facts = await context.facts(file);
  if (!facts) return [];
  return [
    callsiteCandidate(file, facts, entry.value.range, {
      kind: 'rpc',
      confidence: CONFIDENCE.rpc[isNamed ? 'call' : 'callOfMethod'],
      text,
    }),
  ];
}

/** `RegisterOrdersServer(server, &Orders{})`: the type is known, its method is found by name. */
async function methodOfType(entry: Entry<RpcEntry>, rpc: SpanRpc, context: EvidenceContext): Promise<Candidate[]> {
  const { handler } = entry.value;
  const language = context.index.store.languageOf(entry.file);
  if (handler.kind !== 'name' || language === undefined) return [];
  const type = handler.name.slice(handler.name.lastIndexOf('.') + 1);
  const dialect = dialectOf(language);
  for (const name of [rpc.method, rpc.method[0]!.toLowerCase() + rpc.method.slice(1)]) {
    const found = await context.functions.find({ container: [type], name }, dialect, context.scope, context.touch);
    const bodies = await context.functions.implementing(found, context.scope, context.touch);
    const reached = context.scope.nearest(
      bodies.filter(({ file }) => context.reaches(file)),
      ({ file }) => file,
    );
    // The same type name in another package implements something else.
    const beside = reached.filter(({ file }) => path.dirname(file.path) === path.dirname(entry.file));
    const best = beside.length > 0 ? beside : reached;
    if (best.length === 0) continue;
    const because = {
      kind: 'rpc',
      confidence: best.length > 1 ? SHARED.rpc : CONFIDENCE.rpc.service,
      text: `RPC ${rpc.service}/${rpc.method}`,
    } as const;
    return best.map((at) => ownerCandidate(at.file, at.facts, at.index, because));
  }
  return [];
}
