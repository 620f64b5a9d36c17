/** What begins with one of these is no SQL, however it goes on, unless the other word follows somewhere. */
const STATEMENT =
  /^\s*(?:\/\*[^]*?\*\/\s*|--[^\n]*\n\s*)*(?:select\b[^]*\bfrom\b|insert\s+(?:ignore\s+)?into\b|replace\s+into\b|update\b[^]*\bset\b|delete\s+from\b|with\b[^]*\bas\b[^]*\bselect\b|merge\s+into\b|call\s+[\w.]+\s*\(|exec(?:ute)?\s+[\w.]+)/i;

/** A quote (or the line of a here-document) with a statement's first word behind it. */
export const STATEMENT_START =
  /(?:["'`]|<<[~-]?["']?\w+["']?[^\n]*\n|<<<["']?\w+["']?[ \t]*\r?\n)\s*(?:\/\*|--|(?:select|insert|replace|update|delete|with|merge|call|exec)\s)/gi;

/** Whether a text begins with a statement of SQL. */
export function beginsStatement(text: string): boolean {
  return STATEMENT.test(text);
}
