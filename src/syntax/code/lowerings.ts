import type { Language } from '../facts';
import type { Lowering } from './lowering';

/** What reads a language for lint; a language without one is not linted. */
const LOWERINGS: Partial<Record<Language, Lowering>> = {};

/** The lowering of a language. */
export function loweringOf(language: Language): Lowering | undefined {
  return LOWERINGS[language];
}
