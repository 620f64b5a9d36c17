import { line1, toLine0 } from '../../base/positions';
import { attributeText } from '../../model/attributes';
import type { OperationKey } from '../../model/operation';
import {
  NO_PLACES,
  callsiteCandidate,
  ownerCandidate,
  type Candidate,
  type EvidenceContext,
  type FoundPlaces,
} from '../candidate';
import { locate } from '../placeInCode';
import { CONFIDENCE } from './confidences';

/** Frames that Datadog's libraries write at most. */
const MAX_FRAMES = 8;

/**
 * `_dd.code_origin.frames.N.{file,line,column,method,type}` of Datadog's libraries: the first frame that is code of the
 * workspace. Of `entry` spans it is the handler, or in JavaScript the row where the handler is registered.
 */
export function codeOriginEvidence(operation: OperationKey, context: EvidenceContext): FoundPlaces {
  return operation.attributes.has('_dd.code_origin.frames.0.file') ? placeOfFrames(operation, context) : NO_PLACES;
}

async function placeOfFrames(operation: OperationKey, context: EvidenceContext): Promise<Candidate[]> {
  for (let frame = 0; frame < MAX_FRAMES; frame++) {
    const read = (part: string): string | undefined =>
      attributeText(operation.attributes, `_dd.code_origin.frames.${frame}.${part}`);
    const file = read('file');
    if (file === undefined) break;
    const line = Number(read('line'));
    if (context.paths.isLibrary(file) || !(line > 0)) continue;
    const column = Number(read('column'));
    const place = { file, line, column: column > 0 ? column : undefined, function: undefined };
    const found = await locate(place, operation, context, true);
    if (found?.line === undefined) continue;
    const because = {
      kind: 'file-line',
      confidence: CONFIDENCE['file-line'].origin,
      text: `code origin ${found.file.relative}:${found.line}`,
    } as const;
    const row = toLine0(line1(found.line));
    const isEntry = attributeText(operation.attributes, '_dd.code_origin.type') === 'entry';
    const route = isEntry
      ? found.facts.routes.find(({ range }) => range.startLine <= row && row <= range.endLine)
      : undefined;
    if (route !== undefined) {
      const { functions, scope, touch } = context;
      const handlers = await functions.handler(found.file, found.facts, route.handler, route.method, scope, touch);
      if (handlers.length === 1) return handlers.map((at) => ownerCandidate(at.file, at.facts, at.index, because));
    }
    if (isEntry && found.function >= 0) return [ownerCandidate(found.file, found.facts, found.function, because)];
    const range = { startLine: row, startColumn: 0, endLine: row, endColumn: 0 };
    return [callsiteCandidate(found.file, found.facts, range, because)];
  }
  return [];
}
