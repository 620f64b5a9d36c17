import type { Language } from '../facts';
import { beginsStatement, STATEMENT_START } from './sqlWords';

/** Languages whose plain quotes may hold several lines. */
const LONG_QUOTES: ReadonlySet<Language> = new Set(['csharp', 'php', 'ruby', 'rust', 'elixir']);

/** Of a text that is put together, or that does not end on its line, this many characters are looked at. */
const MAX_LENGTH = 20_000;

/** What goes on behind a text in quotes where it is put together from several. */
const GOES_ON = /\s*(?:[+.&|\\<%'"`]|[a-zA-Z]{1,2}['"])/y;

/** Whether a file may hold statements of SQL. "Select" and "with" begin many a sentence besides. */
export function mayHoldSql(language: Language, text: string): boolean {
  for (const { index, 0: start } of text.matchAll(STATEMENT_START)) {
    // A here-document's text begins on the next line.
    const from = start.startsWith('<') ? index + start.lastIndexOf('\n') + 1 : index + 1;
    const end = endOf(language, text, index);
    if (end === undefined) continue;
    if (beginsStatement(plain(text.slice(from, Math.min(end, from + MAX_LENGTH))))) return true;
  }
  return false;
}

/** Where the text in quotes ends that begins at an offset; undefined where it cannot be one, endless where it is not known. */
function endOf(language: Language, text: string, at: number): number | undefined {
  const quote = text[at]!;
  if ((quote !== "'" && quote !== '"') || text[at - 1] === quote) return Infinity;
  let end = at + 1;
  for (; end < text.length && text[end] !== quote; end++) {
    if (text[end] === '\n') return LONG_QUOTES.has(language) ? Infinity : undefined;
    if (text[end] === '\\') end++;
  }
  GOES_ON.lastIndex = end + 1;
  return GOES_ON.test(text) ? Infinity : end;
}

/** With blanks for escapes of them, and a name for what is filled in. */
function plain(text: string): string {
  return text.replace(/\\[nrt]/g, ' ').replace(/[$#]?\{[^{}]*\}/g, 'x');
}
