import { csharpExtractor } from './csharp/extractor';
import type { LanguageExtractor } from './extract/languageExtractor';
import type { Language } from './facts';
import { goExtractor } from './go/extractor';
import { javaExtractor } from './java/extractor';
import { javascriptExtractor, typescriptExtractor } from './javascript/extractor';
import { pythonExtractor } from './python/extractor';
import { phpExtractor } from './php/extractor';
import { rustExtractor } from './rust/extractor';
import { elixirExtractor } from './elixir/extractor';
import { kotlinExtractor } from './kotlin/extractor';
import { rubyExtractor } from './ruby/extractor';

const EXTRACTORS: Readonly<Record<Language, LanguageExtractor>> = {
  typescript: typescriptExtractor,
  tsx: typescriptExtractor,
  javascript: javascriptExtractor,
  python: pythonExtractor,
  java: javaExtractor,
  go: goExtractor,
  csharp: csharpExtractor,
  php: phpExtractor,
  rust: rustExtractor,
  elixir: elixirExtractor,
  kotlin: kotlinExtractor,
  ruby: rubyExtractor,
};

/** What reads a language. */
export function extractorOf(language: Language): LanguageExtractor {
  return EXTRACTORS[language];
}
