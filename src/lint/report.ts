import type { Finding, FindingEvidence, FindingSeverity, Fix, RelatedPlace } from '../model/finding';
import type { Piece } from '../syntax/code/piece';
import type { SourceCode } from './code/sourceCode';

/** What a finding has besides its rule and its place. */
export interface FindingParts {
  readonly severity: FindingSeverity;
  readonly message: string;
  readonly evidence?: readonly FindingEvidence[];
  readonly related?: readonly RelatedPlace[];
  readonly fixes?: readonly Fix[];
}

/** A finding at a piece of code. Point at the call's name or first line, not at a whole block. */
export function findingAt(rule: string, source: SourceCode, piece: Piece, parts: FindingParts): Finding {
  const { severity, message, evidence = [], related = [], fixes = [] } = parts;
  return { rule, severity, file: source.path, range: source.range(piece), message, evidence, related, fixes };
}

/** A call site of a cause, or another place that takes part. */
export function relatedAt(source: SourceCode, piece: Piece, message: string): RelatedPlace {
  return { file: source.path, range: source.range(piece), message };
}
