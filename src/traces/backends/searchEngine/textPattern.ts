/** Characters that mean themselves in a regular expression. */
const PLAIN = /^[\w\-/ :@#%&=,;"'<>~!]$/;
/** Characters that a `wildcard` query would read as its own. */
const WILD = /[*?\\]/g;

/**
 * Patterns with `*` and `?` for any characters, as `wildcard` queries take them, one of which every text fits that the
 * regular expression does: exact for plain texts, `.`, `.*` and `.+` and their alternatives (`a.*|b`), undefined for
 * anything else. The expressions of TraceQL must fit from a text's beginning to its end, and so must these.
 */
export function wildcardsOf(regex: string): readonly string[] | undefined {
  const patterns: string[] = [''];
  for (let at = 0; at < regex.length;) {
    const char = regex[at]!;
    const next = regex[at + 1] ?? '';
    const last = patterns.length - 1;
    if (char === '|') {
      patterns.push('');
      at++;
    } else if (char === '.' && (next === '*' || next === '+')) {
      patterns[last] += next === '*' ? '*' : '?*';
      at += 2;
    } else if (char === '.' || PLAIN.test(char)) {
      if ('*+?{'.includes(next) && next !== '') return undefined;
      patterns[last] += char === '.' ? '?' : char;
      at++;
    } else if (char === '\\' && /^[^\w\s]$/.test(next) && !'*+?{'.includes(regex[at + 2] ?? ' ')) {
      patterns[last] += next.replace(WILD, '\\$&');
      at += 2;
    } else return undefined;
  }
  return patterns;
}
