import { CANDIDATE_CONFIDENCE, DISPLAY_CONFIDENCE } from '../model/location';
import type { Mapping, SourceLocation, UnmappedReason } from '../model/location';
import type { Applied } from './choices/applyChoices';
import type { KeptChoice } from './choices/choices';
import type { Candidate } from './candidate';
import { groupCandidates, resolve } from './resolve';

/**
 * What became of a place that was considered: `shown` is the answer, `equal` one of several that fit alike, `weaker` fits
 * less than the answer, `weak` is too uncertain to show, `rejected` was said not to be it, `guess` is offered only to
 * whoever picks.
 */
export type ConsideredAs = 'shown' | 'equal' | 'weaker' | 'weak' | 'rejected' | 'guess';

export interface Considered {
  readonly location: SourceLocation;
  readonly as: ConsideredAs;
}

/** An answer with all that led to it. */
export interface MappingExplanation {
  readonly mapping: Mapping;
  /** Strongest first; what was rejected and what is a guess come last. */
  readonly considered: readonly Considered[];
  /** What evidence that led nowhere has to say. */
  readonly misses: readonly UnmappedReason[];
  /** A pick whose function is no longer there. */
  readonly lostPick?: KeptChoice;
  /** How the code of then compares with that of now, in sentences. */
  readonly history?: readonly string[];
}

/** What an explanation is made of. */
export interface Explained {
  readonly applied: Applied;
  readonly guesses: readonly Candidate[];
  readonly misses: readonly UnmappedReason[];
  readonly pick: KeptChoice | undefined;
}

/** Says of every place that was considered what became of it. */
export function explainMapping({ applied, guesses, misses, pick }: Explained): MappingExplanation {
  const mapping = resolve(applied.candidates, misses);
  const places = groupCandidates(applied.candidates).map(({ location }) => location);
  const known = new Set(places.map(placeKey));
  const rejected = groupCandidates(applied.rejected).map(({ location }): Considered => ({ location, as: 'rejected' }));
  for (const { location } of rejected) known.add(placeKey(location));
  const guessed = groupCandidates(guesses)
    .filter(({ location }) => !known.has(placeKey(location)))
    .map(({ location }): Considered => ({ location, as: 'guess' }));
  return {
    mapping,
    considered: [...places.map((location) => ({ location, as: became(location, mapping) })), ...rejected, ...guessed],
    misses: distinct(misses),
    ...(pick !== undefined && !applied.isPicked ? { lostPick: pick } : {}),
  };
}

function became(location: SourceLocation, mapping: Mapping): ConsideredAs {
  if (mapping.status === 'mapped') return samePlace(location, mapping.location) ? 'shown' : 'weaker';
  if (location.confidence < CANDIDATE_CONFIDENCE) return 'weak';
  if (mapping.status === 'unmapped') return location.confidence < DISPLAY_CONFIDENCE ? 'weak' : 'weaker';
  const top = mapping.candidates[0]!.confidence;
  return top - location.confidence < 0.1 - 1e-9 ? 'equal' : 'weaker';
}

function placeKey({ file, line }: SourceLocation): string {
  return `${file}:${line}`;
}

function samePlace(a: SourceLocation, b: SourceLocation): boolean {
  return placeKey(a) === placeKey(b);
}

function distinct(misses: readonly UnmappedReason[]): UnmappedReason[] {
  return misses.filter((miss, i) => misses.findIndex(({ text }) => text === miss.text) === i);
}
