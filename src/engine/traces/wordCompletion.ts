/** Where something can be completed in a search made of words. `from` and `to` are what is replaced. */
export interface WordContext {
  readonly from: number;
  readonly to: number;
  /** What is there of the word, or of the value behind `service=` and `name=`. */
  readonly prefix: string;
  readonly expects: 'anything' | 'service' | 'name';
}

/** @param offset UTF-16 units from the start of `text`. */
export function wordContext(text: string, offset: number): WordContext {
  const from = termStart(text, offset);
  const to = offset + /^[^\s"]*/.exec(text.slice(offset))![0].length;
  const term = text.slice(from, offset);
  const field = /^(service|name)\s*[=:]"?/i.exec(term);
  if (field === null) return { from, to, prefix: term, expects: 'anything' };
  const closing = term.includes('"') && text[to] === '"' ? 1 : 0;
  const expects = field[1]!.toLowerCase() === 'service' ? 'service' : 'name';
  return { from, to: to + closing, prefix: term.slice(field[0].length), expects };
}

/** Blanks end a word, but not within quotation marks. */
function termStart(text: string, offset: number): number {
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < offset; at++) {
    if (text[at] === '"') isQuoted = !isQuoted;
    else if (!isQuoted && /\s/.test(text[at]!)) start = at + 1;
  }
  return start;
}
