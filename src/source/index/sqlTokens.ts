import type { ResolvedText } from './textResolver';

/** Stands for any tokens: what the program puts into a statement. */
export const ANY_TOKENS = '\u0000';

/** Stands for a literal or a parameter. */
const VALUE = '?';

const TOKEN = new RegExp(
  [
    String.raw`\/\*[^]*?\*\/|--[^\n]*`,
    String.raw`(?<text>[nNeExX]?'(?:[^']|'')*')`,
    String.raw`(?<value>\$\d+|\?\d*|%\(\w+\)s|%[sdv]|(?<![:\w]):[A-Za-z_]\w*|@\w+|#\{[^}]*\}|\{\d*\}|(?<![\w.])\d+(?:\.\d+)?(?:e[+-]?\d+)?)`,
    String.raw`"(?<double>[^"]+)"|\x60(?<tick>[^\x60]+)\x60|\[(?<square>[A-Za-z_][\w ]*)\]`,
    String.raw`(?<word>[\p{L}_][\p{L}\p{N}_$]*)`,
    String.raw`(?<hole>\u0000)`,
    String.raw`(?<sign>[^\s;])`,
  ].join('|'),
  'gu',
);

/**
 * A statement as words and signs in lower case, without quotes and comments; literals, parameters and lists of them are
 * all `?`, as in what instrumentations send (`db.query.text` is sanitised) and what drivers are given.
 */
export function sqlTokens(text: ResolvedText): string[] {
  const whole = text.kind === 'literal' ? text.text : text.parts.join(ANY_TOKENS);
  const tokens: string[] = [];
  for (const { groups = {} } of whole.matchAll(TOKEN)) {
    const { double, tick, square, word, hole, sign } = groups;
    const isValue = groups['text'] !== undefined || groups['value'] !== undefined;
    const name = word ?? double ?? tick ?? square;
    const token = isValue ? VALUE : (name?.toLowerCase() ?? hole ?? sign);
    if (token !== undefined) push(tokens, token);
  }
  return tokens;
}

/** `?, ?, ?` is one `?`, and so are the rows of `VALUES (?), (?)`. */
function push(tokens: string[], token: string): void {
  const last = tokens.length - 1;
  if (token === VALUE && tokens[last] === ',' && tokens[last - 1] === VALUE) tokens.pop();
  else if (token === ')' && endsWith(tokens, ['(', VALUE, ')', ',', '(', VALUE])) tokens.splice(last - 2, 3);
  else tokens.push(token);
}

function endsWith(tokens: readonly string[], end: readonly string[]): boolean {
  return end.every((token, i) => tokens[tokens.length - end.length + i] === token);
}

/** A statement that names a table, and says more than that. */
export function tellsStatement(tokens: readonly string[]): boolean {
  return tokens.length >= 4 && tableOf(tokens) !== undefined;
}

/** What statements that may be the same share: the verb. */
export function sqlKey(tokens: readonly string[]): string {
  return tokens.find((token) => /^\p{L}/u.test(token)) ?? '';
}

function tableOf(tokens: readonly string[]): string | undefined {
  const at = tokens.findIndex((token) => ['from', 'into', 'update', 'call', 'exec', 'execute'].includes(token));
  return at < 0 ? undefined : tokens[at + 1];
}

/** Whether a statement that was sent is the written one, holes standing for anything. */
export function sameStatement(written: readonly string[], sent: readonly string[]): boolean {
  let [at, to] = [0, 0];
  let [hole, from] = [-1, 0];
  while (to < sent.length) {
    if (written[at] === ANY_TOKENS) [hole, from] = [at++, to];
    else if (written[at] === sent[to]) {
      at++;
      to++;
    } else if (hole >= 0) {
      at = hole + 1;
      to = ++from;
    } else return false;
  }
  while (written[at] === ANY_TOKENS) at++;
  return at === written.length;
}
