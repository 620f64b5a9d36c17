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
  const end = source.code.text.indexOf('\n', piece.start);
  return { start: piece.start, end: end < 0 ? piece.end : Math.min(piece.end, end) };
}

/** A finding's evidence. */
export function asFindingEvidence(evidence: readonly Evidence[]): FindingEvidence[] {
  return evidence.map(({ file, range, text }) => ({ file, range, text }));
}

/** `src/tracing.ts:12`, relative to the workspace folder of a file. */
export function whereIs(source: SourceCode, { file, range }: Evidence): string {
  return `${seenFrom(source.file.folder, file)}:${range.startLine + 1}`;
}
