import type { EvidenceKindReader } from '../candidate';
import { celeryEvidence } from './names/celery';
import { dotnetHandlerEvidence } from './names/dotnetHandler';
import { classMethodEvidence } from './names/classMethod';
import { codeOriginEvidence } from './codeOrigin';
import { entityCallEvidence } from './calls/entityCall';
import { elixirNameEvidence } from './names/elixirNames';
import { exceptionEvidence } from './exception';
import { fileConventionEvidence } from './http/fileConvention';
import { fileLineEvidence } from './fileLine';
import { functionNameEvidence } from './functionName';
import { graphqlEvidence } from './calls/graphql';
import { httpCallEvidence } from './http/httpCall';
import { layerEvidence } from './http/layer';
import { messagingEvidence } from './messaging';
import { phpNamesEvidence } from './names/phpNames';
import { queryEvidence } from './query';
import { routeEvidence } from './http/route';
import { rpcEvidence } from './calls/rpc';
import { rubyJobEvidence } from './names/rubyJob';
import { rustModuleEvidence } from './names/rustModule';
import { spanNameEvidence } from './spanName';
import { trpcEvidence } from './calls/trpc';
import { temporalEvidence } from './names/temporal';

/** Every kind of evidence, strongest first. A new kind is one more function here. */
export const EVIDENCE_KINDS: readonly EvidenceKindReader[] = [
  fileLineEvidence,
  codeOriginEvidence,
  fileConventionEvidence,
  functionNameEvidence,
  classMethodEvidence,
  dotnetHandlerEvidence,
  temporalEvidence,
  celeryEvidence,
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
  exceptionEvidence,
];
