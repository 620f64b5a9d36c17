import { pushTo } from '../base/tables/pushTo';
import { toLine1 } from '../base/positions';
import { CANDIDATE_CONFIDENCE, DISPLAY_CONFIDENCE } from '../model/location';
import type { Evidence, Mapping, SourceLocation, UnmappedCode, UnmappedReason } from '../model/location';
import type { Candidate, Undecided } from './candidate';

/** Two independent kinds of evidence that agree on a function are worth this much more. */
const AGREEMENT = 0.05;

/** Places closer than this are of like strength: choosing would be guessing. */
const AMBIGUITY = 0.1;

/** What the place of an exception is worth as the place of its span, where nothing else speaks. */
const THROWN_HERE = 0.75;

/** Rounding must not decide: 0.8 - 0.7 is a little less than 0.1. */
const EPSILON = 1e-9;

const MAX_CANDIDATES = 10;

/** Which of several reasons is told: the most specific. */
const REASON_ORDER: readonly UnmappedCode[] = [
  'not-this-code',
  'file-not-read',
  'line-not-found',
  'file-not-found',
  'symbol-not-found',
  'library-code',
  'library-call',
  'service-not-bound',
  'not-in-workspace',
  'low-confidence',
  'no-evidence',
];

/** The places of one function, combined. */
export interface Group {
  readonly location: SourceLocation;
  readonly kinds: number;
  /** `OrderController.create (src/orders.ts:12)`. */
  readonly words: string;
  readonly undecided: Undecided | undefined;
}

/**
 * Combines the places of all kinds of evidence into an answer: the strongest wins, agreement of kinds counts a little,
 * and places of like strength are an ambiguity unless one of them is confirmed by a second kind.
 */
export function resolve(candidates: readonly Candidate[], misses: readonly UnmappedReason[]): Mapping {
  const groups = groupCandidates(candidates);
  const [top, ...rest] = groups;
  if (!top || top.location.confidence < CANDIDATE_CONFIDENCE - EPSILON) {
    return { status: 'unmapped', candidates: [], reason: mostSpecific(misses) };
  }
  const locations = groups.slice(0, MAX_CANDIDATES).map(({ location }) => location);
  const isPicked = top.location.evidence.some(({ kind }) => kind === 'pick');
  const rivals = rest.filter(
    ({ location, kinds }) =>
      !isPicked &&
      top.location.confidence - location.confidence < AMBIGUITY - EPSILON &&
      !(top.kinds > 1 && kinds === 1),
  );
  if (rivals.length > 0) return ambiguous(locations, [top, ...rivals]);
  if (top.location.confidence < DISPLAY_CONFIDENCE - EPSILON) {
    const text = `The best place found is ${top.words}, but the evidence is too weak to show it.`;
    return { status: 'unmapped', candidates: locations, reason: { code: 'low-confidence', text } };
  }
  return { status: 'mapped', location: top.location, alternatives: locations.slice(1) };
}

/** @param equals those of like strength; `candidates` may hold weaker ones as well. */
function ambiguous(candidates: readonly SourceLocation[], equals: readonly Group[]): Mapping {
  const names = equals.slice(0, 3).map(({ words }) => words);
  const known = equals.every(({ undecided }) => undecided?.text === equals[0]!.undecided?.text);
  const undecided = (known ? equals[0]!.undecided : undefined) ?? {
    text: `${equals.length} places fit equally well`,
    cure: 'Pick one; or bind the service to its folder with the setting spanlight.source.services.',
  };
  const text = `${undecided.text}: ${names.join(', ')}${equals.length > 3 ? ' …' : ''}.`;
  const { cure } = undecided;
  return { status: 'ambiguous', candidates, reason: { code: 'ambiguous', text, cure } };
}

/** Candidates of one function together, strongest group first. */
export function groupCandidates(candidates: readonly Candidate[]): Group[] {
  if (candidates.length === 1) return [combine(candidates)];
  const hasOwner = candidates.some((candidate) => candidate.secondary !== true);
  const byPlace = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const place =
      candidate.function < 0
        ? `${candidate.file.path}:${candidate.line}`
        : `${candidate.file.path}#${candidate.function}`;
    pushTo(byPlace, place, candidate);
  }
  return [...byPlace.values()]
    .filter((members) => !hasOwner || members.some((candidate) => candidate.secondary !== true))
    .map(combine)
    .sort((a, b) => b.location.confidence - a.location.confidence);
}

function combine(members: readonly Candidate[]): Group {
  const worth = (candidate: Candidate): number =>
    candidate.secondary === true ? (candidate.confidence * THROWN_HERE) / 0.9 : candidate.confidence;
  const sorted = members.length === 1 ? members : [...members].sort((a, b) => worth(b) - worth(a));
  const best = sorted.find((candidate) => candidate.secondary !== true) ?? sorted[0]!;
  const kinds = members.length === 1 ? 1 : new Set(members.map(({ kind }) => kind)).size;
  const confidence = Math.min(0.99, worth(sorted[0]!) + (kinds > 1 ? AGREEMENT : 0));
  const evidence: Evidence[] = sorted.map(({ kind, confidence: own, text }) => ({ kind, confidence: own, text }));
  const { file, range, line, symbol, anchor } = best;
  const place = `${file.relative}:${toLine1(line)}`;
  const words = symbol === '' || symbol === '(anonymous)' ? place : `${symbol} (${place})`;
  const location = { file: file.path, range, line, symbol, anchor, confidence, evidence };
  return { location, kinds, words, undecided: best.undecided };
}

function mostSpecific(misses: readonly UnmappedReason[]): UnmappedReason {
  for (const code of REASON_ORDER) {
    const found = misses.find((miss) => miss.code === code);
    if (found) return found;
  }
  return {
    code: 'no-evidence',
    text: 'The span says nothing that points at code: no code attributes, route, RPC, destination or name of its own.',
    cure: 'Name the span in code, or add code attributes where it is started.',
  };
}
