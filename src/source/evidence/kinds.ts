import type { EvidenceKindReader } from '../candidate';
import { celeryEvidence } from './celery';
import { dotnetHandlerEvidence } from './dotnetHandler';
import { classMethodEvidence } from './classMethod';
import { codeOriginEvidence } from './codeOrigin';
import { entityCallEvidence } from './entityCall';
import { elixirNameEvidence } from './elixirNames';
import { exceptionEvidence } from './exception';
import { fileConventionEvidence } from './fileConvention';
import { fileLineEvidence } from './fileLine';
import { functionNameEvidence } from './functionName';
import { graphqlEvidence } from './graphql';
import { httpCallEvidence } from './httpCall';
import { layerEvidence } from './layer';
import { messagingEvidence } from './messaging';
import { phpNamesEvidence } from './phpNames';
import { queryEvidence } from './query';
import { routeEvidence } from './route';
import { rpcEvidence } from './rpc';
import { rubyJobEvidence } from './rubyJob';
import { rustModuleEvidence } from './rustModule';
import { spanNameEvidence } from './spanName';
import { trpcEvidence } from './trpc';
import { temporalEvidence } from './temporal';

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
