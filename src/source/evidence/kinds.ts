import type { EvidenceKindReader } from '../candidate';
import { celeryEvidence } from './celery';
import { entityCallEvidence } from './entityCall';
import { exceptionEvidence } from './exception';
import { fileLineEvidence } from './fileLine';
import { functionNameEvidence } from './functionName';
import { graphqlEvidence } from './graphql';
import { httpCallEvidence } from './httpCall';
import { layerEvidence } from './layer';
import { messagingEvidence } from './messaging';
import { queryEvidence } from './query';
import { routeEvidence } from './route';
import { rpcEvidence } from './rpc';
import { spanNameEvidence } from './spanName';

/** Every kind of evidence, strongest first. A new kind is one more function here. */
export const EVIDENCE_KINDS: readonly EvidenceKindReader[] = [
  fileLineEvidence,
  functionNameEvidence,
  celeryEvidence,
  routeEvidence,
  rpcEvidence,
  graphqlEvidence,
  spanNameEvidence,
  messagingEvidence,
  httpCallEvidence,
  queryEvidence,
  entityCallEvidence,
  layerEvidence,
  exceptionEvidence,
];
