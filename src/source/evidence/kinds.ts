import type { OperationKey } from '../../model/operation';
import { NO_PLACES, type Candidate, type EvidenceContext, type EvidenceKindReader } from '../candidate';
import { celeryEvidence } from './names/celery';
import { dotnetHandlerEvidence } from './names/dotnetHandler';
import { classMethodEvidence } from './names/classMethod';
import { codeOriginEvidence } from './codeOrigin';
import { codeStackEvidence } from './codeStack';
import { entityCallEvidence } from './calls/entityCall';
import { elixirNameEvidence } from './names/elixirNames';
import { exceptionEvidence } from './exception';
import { fileConventionEvidence } from './http/fileConvention';
import { fileLineEvidence } from './fileLine';
import { functionNameEvidence } from './functionName';
import { graphqlEvidence } from './calls/graphql';
import { httpCallEvidence } from './http/httpCall';
import { layerEvidence } from './http/layer';
import { lambdaEvidence } from './names/lambdaFunction';
import { logEvidence } from './logs';
import { messagingEvidence } from './messaging';
import { phpNamesEvidence } from './names/phpNames';
import { pythonQueueEvidence } from './names/pythonQueue';
import { queryEvidence } from './query';
import { routeEvidence } from './http/route';
import { rpcEvidence } from './calls/rpc';
import { rubyJobEvidence } from './names/rubyJob';
import { rustModuleEvidence } from './names/rustModule';
import { spanNameEvidence } from './spanName';
import { trpcEvidence } from './calls/trpc';
import { temporalEvidence } from './names/temporal';

/**
 * What an operation must have for most kinds to say anything, as bits: an attribute that begins with one of these words, or a
 * `scope`. Of most operations it is less trouble to look at that once than to have every kind look for its own attributes.
 */
const FAMILIES = new Map<string, number>();
/** As many as a number has bits to tell apart. */
const MOST_FAMILIES = 32;

/** A kind of evidence with the {@link FAMILIES} of which it needs one; none where it may read something else. */
interface EvidenceKind {
  readonly read: EvidenceKindReader;
  readonly families: readonly string[];
  readonly bits: number;
}

function kind(read: EvidenceKindReader, ...families: readonly string[]): EvidenceKind {
  for (const word of families) if (!FAMILIES.has(word)) FAMILIES.set(word, 1 << FAMILIES.size);
  if (FAMILIES.size > MOST_FAMILIES) throw new Error(`More than ${MOST_FAMILIES} families of evidence.`);
  return { read, families, bits: families.reduce((bits, word) => bits | FAMILIES.get(word)!, 0) };
}

/** Every kind of evidence, strongest first. A new kind is one more row here. */
export const EVIDENCE_KINDS: readonly EvidenceKind[] = [
  kind(fileLineEvidence, 'code'),
  kind(codeOriginEvidence, '_dd'),
  kind(codeStackEvidence, 'code'),
  kind(fileConventionEvidence),
  kind(functionNameEvidence, 'code', 'nestjs', 'class', 'tornado'),
  kind(classMethodEvidence),
  kind(dotnetHandlerEvidence, 'messaging', 'nservicebus', 'job', 'faas', 'scope'),
  kind(temporalEvidence),
  kind(celeryEvidence, 'celery', 'scope'),
  kind(pythonQueueEvidence, 'rq', 'remoulade', 'scope'),
  kind(lambdaEvidence),
  kind(phpNamesEvidence, 'scope'),
  kind(rustModuleEvidence, 'code'),
  kind(elixirNameEvidence),
  kind(routeEvidence),
  kind(rpcEvidence),
  kind(trpcEvidence),
  kind(graphqlEvidence),
  kind(spanNameEvidence),
  kind(messagingEvidence),
  kind(rubyJobEvidence, 'messaging', 'scope'),
  kind(httpCallEvidence),
  kind(queryEvidence, 'db'),
  kind(entityCallEvidence),
  kind(layerEvidence, 'express', 'koa', 'fastify', 'router', 'restify', 'connect', 'hapi', 'hook'),
  kind(logEvidence),
  kind(exceptionEvidence, 'exception'),
];

/** The places that all kinds of evidence point at. */
export async function readEvidence(operation: OperationKey, context: EvidenceContext): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  const families = familiesOf(operation);
  for (const { read, bits } of EVIDENCE_KINDS) {
    if (bits !== 0 && (bits & families) === 0) continue;
    const found = read(operation, context);
    // Waiting for nothing, in turn for each kind and operation, was a quarter of the time.
    if (found !== NO_PLACES) candidates.push(...(found instanceof Promise ? await found : found));
  }
  return candidates;
}

function familiesOf({ attributes, scope }: OperationKey): number {
  let families = scope === '' ? 0 : FAMILIES.get('scope')!;
  for (const key of attributes.keys()) {
    const dot = key.indexOf('.');
    families |= FAMILIES.get(dot < 0 ? key : key.slice(0, dot)) ?? 0;
  }
  return families;
}
