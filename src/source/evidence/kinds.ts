import type { EvidenceKindReader } from '../candidate';
import { celeryEvidence } from './celery';
import { exceptionEvidence } from './exception';
import { fileConventionEvidence } from './fileConvention';
import { fileLineEvidence } from './fileLine';
import { functionNameEvidence } from './functionName';
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
  fileConventionEvidence,
  functionNameEvidence,
  celeryEvidence,
  routeEvidence,
  rpcEvidence,
  spanNameEvidence,
  messagingEvidence,
  httpCallEvidence,
  queryEvidence,
  layerEvidence,
  exceptionEvidence,
];
