import { line0, toLine1 } from '../../base/positions';
import type { ChosenPlace } from '../../model/choice';
import type { FileFacts } from '../../syntax/facts';
import { ownerCandidate, type Candidate, type EvidenceContext } from '../candidate';
import { symbolOf } from '../names/matchFunction';
import type { ChosenFor, KeptChoice } from './choices';

/** The checked-in file, as people call it. */
export const SHARED_FILE = '.vscode/spanlight.json';

/** What is left of the candidates when a user has spoken. */
export interface Applied {
  readonly candidates: readonly Candidate[];
  readonly rejected: readonly Candidate[];
  /** The pick counted; false where there is none, or its function is gone. */
  readonly isPicked: boolean;
}

/** Takes away what is not the code, and adds what was picked. */
export async function applyChoices(
  chosen: ChosenFor,
  candidates: readonly Candidate[],
  context: EvidenceContext,
): Promise<Applied> {
  const rejected = new Set<Candidate>();
  for (const choice of chosen.not) {
    for (const candidate of await candidatesAt(choice.place, candidates, context)) rejected.add(candidate);
  }
  const kept = raised(
    candidates.filter((candidate) => !rejected.has(candidate)),
    rejected,
  );
  tellRejected([...rejected], kept.length === 0, context);
  const picked = chosen.pick && (await pickedCandidate(chosen.pick, kept, context));
  return {
    candidates: picked === undefined ? kept : [picked, ...kept],
    rejected: [...rejected],
    isPicked: picked !== undefined,
  };
}

/** What the last of several places is worth when the others are not it. */
const LAST_LEFT = 0.75;

/** Places of like strength that were rejected: one that is left alone of them is it. */
const LIKE = 0.1;

/** Evidence is worth little where it fits several functions: it is worth more when all others of them were rejected. */
function raised(kept: readonly Candidate[], rejected: ReadonlySet<Candidate>): readonly Candidate[] {
  if (rejected.size === 0) return kept;
  const isRival = ({ kind, confidence }: Candidate): boolean =>
    [...rejected].some((other) => other.kind === kind && Math.abs(other.confidence - confidence) < LIKE);
  const rivals = kept.filter(isRival);
  const functions = new Set(
    rivals.map(({ file, function: index, line }) => `${file.path}#${index < 0 ? `:${line}` : index}`),
  );
  if (functions.size !== 1) return kept;
  return kept.map((candidate) =>
    rivals.includes(candidate) ? { ...candidate, confidence: Math.max(candidate.confidence, LAST_LEFT) } : candidate,
  );
}

/** @param isAll nothing else fits. */
function tellRejected(rejected: readonly Candidate[], isAll: boolean, context: EvidenceContext): void {
  const [first] = rejected;
  if (first === undefined) return;
  const others = new Set(rejected.map(({ file, line }) => `${file.path}:${line}`)).size - 1;
  const more = others > 0 ? ` and ${others} more` : '';
  const words = `${first.symbol === '' ? 'code' : first.symbol} (${first.file.relative}:${toLine1(first.line)})${more}`;
  const cure = 'Take that back with the command Forget a Pick….';
  context.miss('not-this-code', `You said that it is not ${words}${isAll ? ', and nothing else fits' : ''}.`, cure);
}

async function pickedCandidate(
  pick: KeptChoice,
  kept: readonly Candidate[],
  context: EvidenceContext,
): Promise<Candidate | undefined> {
  const because = { kind: 'pick', confidence: 1, text: pickWords(pick) } as const;
  const [known] = await candidatesAt(pick.place, kept, context);
  if (known) {
    const { file, function: index, anchor, range, line, symbol } = known;
    const text = `${because.text} → ${symbol === '' ? file.relative : symbol}`;
    return { ...because, text, file, function: index, anchor, range, line, symbol };
  }
  const file = context.files.describe(pick.place.file);
  const facts = file && (await context.facts(file));
  const index = facts === undefined ? -1 : functionMeant(pick.place, facts);
  return file && facts && index >= 0 ? ownerCandidate(file, facts, index, because) : undefined;
}

function pickWords({ origin }: KeptChoice): string {
  return origin === 'own' ? 'picked by you' : `picked in ${SHARED_FILE}`;
}

async function candidatesAt(
  place: ChosenPlace,
  candidates: readonly Candidate[],
  context: EvidenceContext,
): Promise<Candidate[]> {
  const inFile = candidates.filter(({ file }) => file.path === place.file);
  if (inFile.length === 0) return [];
  const facts = await context.facts(inFile[0]!.file);
  const index = facts === undefined ? -1 : functionMeant(place, facts);
  if (index >= 0) return inFile.filter((candidate) => candidate.function === index);
  // Code outside functions, or a class as a whole: by its name and the nearest line.
  const outside = inFile.filter((candidate) => candidate.function < 0 && candidate.symbol === place.symbol);
  const away = (candidate: Candidate): number => Math.abs(toLine1(candidate.line) - place.line);
  const nearest = Math.min(...outside.map(away));
  return outside.filter((candidate) => away(candidate) === nearest);
}

/** The function of that symbol which is nearest to the line; -1 where none has the symbol. */
export function functionMeant(place: ChosenPlace, facts: FileFacts): number {
  const row = line0(Math.max(0, place.line - 1));
  let best = -1;
  let bestAway = Infinity;
  facts.functions.forEach((fact, index) => {
    if (symbolOf(fact) !== place.symbol) return;
    const { startLine, endLine } = fact.range;
    const isInside = startLine <= row && row <= endLine;
    // Of nested ones of the same symbol, the smallest around the line.
    const away = isInside ? (endLine - startLine) / 1e6 : Math.abs(fact.nameRange.startLine - row);
    if (away >= bestAway) return;
    best = index;
    bestAway = away;
  });
  return best;
}
