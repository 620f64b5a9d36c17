import type { EvidenceKindReader } from '../candidate';
import { exceptionEvidence } from './exception';
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
  functionNameEvidence,
  routeEvidence,
  rpcEvidence,
  spanNameEvidence,
  messagingEvidence,
  httpCallEvidence,
  queryEvidence,
  layerEvidence,
  exceptionEvidence,
];
