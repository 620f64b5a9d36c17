import type { Language } from './facts';
import type { LanguageExtractor } from './extract/languageExtractor';
import { goExtractor } from './go/extractor';
import { javaExtractor } from './java/extractor';
import { javascriptExtractor, typescriptExtractor } from './javascript/extractor';
import { pythonExtractor } from './python/extractor';

const EXTRACTORS: Readonly<Partial<Record<Language, LanguageExtractor>>> = {
  typescript: typescriptExtractor,
  tsx: typescriptExtractor,
  javascript: javascriptExtractor,
  python: pythonExtractor,
  go: goExtractor,
  java: javaExtractor,
};

/** What reads a language; throws for one that only has a name so far. */
export function extractorOf(language: Language): LanguageExtractor {
  const extractor = EXTRACTORS[language];
  if (extractor === undefined) throw new Error(`nothing reads ${language} files`);
  return extractor;
}
