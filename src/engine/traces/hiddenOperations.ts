/** A pattern's special character; everything else stands for itself. */
const STAR = '*';
/** `GET /health`: the method says nothing about what is asked for. */
const METHOD = /^(?:get|head|post|put|patch|delete|options|http)\s+/i;

/** Whether an operation is one that lists leave out. */
export type IsHidden = (name: string, route?: string) => boolean;

/**
 * Tests names and routes against patterns such as `/health*` or `*.css`: `*` stands for any characters, case does not
 * matter, and the whole name (without its HTTP method) or the whole route has to match.
 */
export function hiddenOperations(patterns: readonly string[]): IsHidden {
  const tests = patterns.filter((pattern) => pattern.trim() !== '').map(matcher);
  const known = new Map<string, boolean>();
  const isHiddenText = (text: string): boolean => {
    let hidden = known.get(text);
    if (hidden === undefined) {
      const lower = text.toLowerCase();
      const plain = lower.replace(METHOD, '');
      hidden = tests.some((test) => test(lower) || (plain !== lower && test(plain)));
      // Names can be without end; those of now are few.
      if (known.size > 10_000) known.clear();
      known.set(text, hidden);
    }
    return hidden;
  };
  return (name, route) => isHiddenText(name) || (route !== undefined && isHiddenText(route));
}

/** Linear in the text for every pattern: pieces between stars are looked for one after the other. */
function matcher(pattern: string): (text: string) => boolean {
  const pieces = pattern.trim().toLowerCase().split(STAR);
  const first = pieces[0]!;
  const last = pieces.at(-1)!;
  if (pieces.length === 1) return (text) => text === first;
  return (text) => {
    if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let at = first.length;
    for (const piece of pieces.slice(1, -1)) {
      const found = text.indexOf(piece, at);
      if (found < 0 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return true;
  };
}
