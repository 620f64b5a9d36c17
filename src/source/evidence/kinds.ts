import type { OperationKey } from '../../model/operation';
import type { Candidate, EvidenceContext, EvidenceKindReader } from '../candidate';
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

/** Every kind of evidence, strongest first. A new kind is one more function here. */
const EVIDENCE_KINDS: readonly EvidenceKindReader[] = [
  fileLineEvidence,
  codeOriginEvidence,
  codeStackEvidence,
  fileConventionEvidence,
  functionNameEvidence,
  classMethodEvidence,
  dotnetHandlerEvidence,
  temporalEvidence,
  celeryEvidence,
  pythonQueueEvidence,
  lambdaEvidence,
  phpNamesEvidence,
  rustModuleEvidence,
  elixirNameEvidence,
  routeEvidence,
  rpcEvidence,
  trpcEvidence,
  graphqlEvidence,
  spanNameEvidence,
  messagingEvidence,
  rubyJobEvidence,
  httpCallEvidence,
  queryEvidence,
  entityCallEvidence,
  layerEvidence,
  logEvidence,
  exceptionEvidence,
];

/** The places that all kinds of evidence point at. */
export async function readEvidence(operation: OperationKey, context: EvidenceContext): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const read of EVIDENCE_KINDS) candidates.push(...(await read(operation, context)));
  return candidates;
}
