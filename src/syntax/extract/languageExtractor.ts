import type { FileFacts, Language } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import type { Captures, Shapes } from './captures';
import type { SourceText } from './sourceText';

/** Something that can be told from a text without parsing it; a regular expression is one. */
export interface Prefilter {
  test(text: string): boolean;
}

/** What one language knows: which queries to run, and how their captures become facts. */
export interface LanguageExtractor {
  /** Makes text that the grammar does not know into text of the same length and meaning that it does. */
  readonly prepare?: (text: string) => string;
  /** What is parsed behind every text, where the grammar does not find the end of some that lack it. */
  readonly ending?: string;
  /** Files under queries/, without `.scm`; run as one query. */
  readonly queries: readonly string[];
  /** What the queries leave to be told apart. */
  readonly shapes?: Shapes;
  /** Whether a file may hold anything but functions, types and constants; cheap enough for every file. */
  readonly prefilter: Prefilter;
  extract(input: ExtractionInput): FileFacts;
}

export interface ExtractionInput {
  readonly language: Language;
  readonly root: SyntaxNode;
  readonly captures: Captures;
  readonly source: SourceText;
}
