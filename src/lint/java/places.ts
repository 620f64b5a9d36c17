import type { FindingEvidence } from '../../model/finding';
import type { Piece } from '../../syntax/code/piece';
import type { SourceCode } from '../code/sourceCode';
import { seenFrom } from '../seenFrom';
import type { Evidence } from '../evidence';

/** What a piece of code shows. */
export function evidenceAt(source: SourceCode, piece: Piece, text: string): Evidence {
  return { file: source.path, range: source.range(firstLine(source, piece)), text };
}

/** A piece up to the end of its first line. */
export function firstLine(source: SourceCode, piece: Piece): Piece {
  const end = source.code.text.slice(piece.start, piece.end).search(/[\r\n]/);
  return end < 0 ? { start: piece.start, end: piece.end } : { start: piece.start, end: piece.start + end };
}

/** A finding's evidence. */
export function asFindingEvidence(evidence: readonly Evidence[]): FindingEvidence[] {
  return evidence.map(({ file, range, text }) => ({ file, range, text }));
}

/** `order-service/pom.xml:12`, relative to the workspace folder of a file. */
export function whereIs(source: SourceCode, { file, range }: Evidence): string {
  return `${seenFrom(source.file.folder, file)}:${range.startLine + 1}`;
}
