import type { Language } from '../facts';
import { csharpLowering } from './csharp/lowering';
import { goLowering } from './go/lowering';
import { javaLowering } from './java/lowering';
import { kotlinLowering } from './kotlin/lowering';
import { javascriptLowering } from './javascript/lowering';
import type { Lowering } from './lowering';
import { pythonLowering } from './python/lowering';

/** What reads a language for lint; a language without one is not linted. */
const LOWERINGS: Partial<Record<Language, Lowering>> = {
  csharp: csharpLowering,
  go: goLowering,
  java: javaLowering,
  javascript: javascriptLowering,
  kotlin: kotlinLowering,
  python: pythonLowering,
  tsx: javascriptLowering,
  typescript: javascriptLowering,
};

/** The lowering of a language. */
export function loweringOf(language: Language): Lowering | undefined {
  return LOWERINGS[language];
}
