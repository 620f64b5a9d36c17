import { line1, toLine0 } from '../../base/positions';
import { firstText } from '../../model/attributes';
import type { OperationKey } from '../../model/operation';
import {
  NO_PLACES,
  callsiteCandidate,
  ownerCandidate,
  type Candidate,
  type EvidenceContext,
  type FoundPlaces,
} from '../candidate';
import { functionsNamed } from '../names/matchFunction';
import { locate, type CodePlace, type LocatedPlace } from '../placeInCode';
import { isBlock, rustModuleFiles, spanMovedTo } from './names/rustModule';
import { dialectOf, parseQualifiedName } from '../names/qualifiedName';
import { CONFIDENCE } from './confidences';

/** Attributes that are equal except in their spelling, newest first. */
const FILE = ['code.file.path', 'code.filepath'];
const LINE = ['code.line.number', 'code.lineno'];
const COLUMN = ['code.column.number', 'code.column'];
const NAME = ['code.function.name', 'code.function'];

/**
 * `code.file.path` and `code.line.number` in all three dialects. The function the attributes name must be the one at
 * that line; otherwise the line has drifted and only the function may still be found in the file.
 */
export function fileLineEvidence(operation: OperationKey, context: EvidenceContext): FoundPlaces {
  const raw = firstText(operation.attributes, FILE);
  return raw === undefined ? NO_PLACES : placesInFile(raw, operation, context);
}

async function placesInFile(raw: string, operation: OperationKey, context: EvidenceContext): Promise<Candidate[]> {
  const said = firstText(operation.attributes, LINE);
  const line = positiveInteger(said);
  const place: CodePlace = {
    file: raw,
    line,
    column: positiveInteger(firstText(operation.attributes, COLUMN)),
    function: firstText(operation.attributes, NAME),
    namespace: firstText(operation.attributes, ['code.namespace', 'code.module.name']),
  };
  const inModule = await rustModuleFiles(operation, context);
  const found = await locate(place, operation, context, true, inModule);
  if (!found) return [];
  const { file, facts } = found;
  const at = found.was === undefined && found.via === undefined ? line : found.line;
  const via = found.via === undefined ? '' : ` (compiled to ${found.via})`;
  const was = found.was === undefined ? via : ` (${found.was})${via}`;
  const where = `file ${file.relative}${at === undefined ? '' : `:${at}`}${was}`;
  if (found.drifted || found.line === undefined) {
    const inFile = found.drifted ? drifted(found, place, where) : [];
    const candidates = inFile.length > 0 ? inFile : await elsewhere(found, where, context);
    if (candidates.length === 0) missLine(found, place, said, context);
    return candidates;
  }
  const isLayer = facts.language === 'rust' && operation.kind === 'SERVER' && operation.attributes.has('http.route');
  const sure = isLayer ? 'layer' : found.confirmed ? 'confirmed' : 'unconfirmed';
  const because = { kind: 'file-line', confidence: CONFIDENCE['file-line'][sure], text: where } as const;
  const moved = facts.language === 'rust' ? spanMovedTo(facts, found.line, operation.name) : undefined;
  if (moved !== undefined) {
    const text = `${where} (the line has moved)`;
    return [
      ownerCandidate(file, facts, moved, { kind: 'file-line', confidence: CONFIDENCE['file-line'].followed, text }),
    ];
  }
  const isOne = facts.language === 'rust' && isBlock(facts, found.function, toLine0(line1(found.line)));
  const isCall = isOne || operation.kind === 'CLIENT' || operation.kind === 'PRODUCER' || found.function < 0;
  if (isCall && found.edited && found.function >= 0) return [callInFunction(file, found, where)];
  if (!isCall) return [ownerCandidate(file, facts, found.function, because)];
  const row = toLine0(line1(found.line));
  return [callsiteCandidate(file, facts, { startLine: row, startColumn: 0, endLine: row, endColumn: 0 }, because)];
}

/** A call whose line is another now is somewhere in its function. */
function callInFunction(file: Candidate['file'], found: LocatedPlace, text: string): Candidate {
  const { range, nameRange } = found.facts.functions[found.function]!;
  const because = { kind: 'file-line', confidence: CONFIDENCE['file-line'].followed, text } as const;
  return {
    ...callsiteCandidate(file, found.facts, range, because),
    function: found.function,
    line: nameRange.startLine,
  };
}

/** The file is known and neither a line nor a function of it: says what of both is wrong. */
function missLine(
  { file, facts, rows, line, lost, was }: LocatedPlace,
  place: CodePlace,
  said: string | undefined,
  context: EvidenceContext,
): void {
  const known = place.function === undefined ? '' : ` and declares no ${place.function}`;
  const unclear = facts.hasErrors ? ' Some of its syntax is not understood, so that functions may be missing.' : '';
  const name = file.relative;
  if (was !== undefined) {
    context.miss('line-not-found', `${name}: ${was}, with the function around it.${unclear}`);
  } else if (lost) {
    const text = `${place.file} was compiled from ${name}, but no source map says from which of its lines.${unclear}`;
    context.miss('line-not-found', text, 'Switch source maps on in the compiler (sourceMap in tsconfig.json).');
  } else if (line === undefined && place.line !== undefined && place.line > rows) {
    const text = `${name} has ${rows} ${rows === 1 ? 'line' : 'lines'}${known}, the span says ${place.line}.${unclear}`;
    context.miss('line-not-found', text, 'Restart the process if the file was changed since it was started.');
  } else if (said !== undefined && place.line === undefined) {
    context.miss('line-not-found', `The span says line ${said} of ${name}${known}: lines count from 1.${unclear}`);
  } else if (place.function !== undefined) {
    context.miss('symbol-not-found', `${name} declares no ${place.function}: it was renamed or moved.${unclear}`);
  } else {
    context.miss('line-not-found', `The span names ${name}, but no line and no function of it.`);
  }
}

/** The function that stood at the line of then, in the one file that took it over. */
async function elsewhere(found: LocatedPlace, where: string, context: EvidenceContext): Promise<Candidate[]> {
  const { gone, facts } = found;
  if (gone === undefined || gone.name === '') return [];
  const dialect = dialectOf(facts.language);
  const named = await context.functions.find(gone, dialect, context.scope, context.touch);
  const taken = [];
  for (const one of named) {
    const answer = await context.past.at(one.file);
    const before = answer.kind === 'other' ? answer.past.old.functions : [];
    const isNew = answer.kind === 'new' || answer.kind === 'other';
    if (isNew && !before.some(({ name }) => name === gone.name)) taken.push(one);
  }
  const [only] = taken;
  if (taken.length !== 1 || !only) return [];
  const text = `${where}, moved to ${only.file.relative}`;
  return [
    ownerCandidate(only.file, only.facts, only.index, {
      kind: 'file-line',
      confidence: CONFIDENCE['file-line'].followed,
      text,
    }),
  ];
}

/** The file is right, the line is not: the function by its name, if there is just one. */
function drifted(found: LocatedPlace, place: CodePlace, where: string): Candidate[] {
  const { file, facts } = found;
  const name =
    place.function === undefined
      ? undefined
      : parseQualifiedName(dialectOf(facts.language), place.function, place.namespace);
  const named = name ? functionsNamed(facts, { ...name, container: name.container.slice(-1) }) : [];
  const loose = named.length > 0 || !name ? named : functionsNamed(facts, { ...name, container: [] });
  if (loose.length === 1) {
    const text = `${where} (the line has moved)`;
    return [
      ownerCandidate(file, facts, loose[0]!, { kind: 'file-line', confidence: CONFIDENCE['file-line'].moved, text }),
    ];
  }
  if (found.function < 0) return [];
  return [
    ownerCandidate(file, facts, found.function, {
      kind: 'file-line',
      confidence: CONFIDENCE['file-line'].layer,
      text: `${where} (drifted: another function is at this line)`,
    }),
  ];
}

function positiveInteger(text: string | undefined): number | undefined {
  const value = text === undefined ? NaN : Number(text);
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
