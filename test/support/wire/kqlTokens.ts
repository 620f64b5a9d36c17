/** A part of a query. */
export interface KqlToken {
  readonly kind: 'word' | 'text' | 'number' | 'sign' | 'datetime';
  readonly text: string;
}

const PATTERN =
  /\s+|"((?:[^"\\\n]|\\.)*)"|datetime\(([^)]*)\)|(\d+(?:\.\d+)?)|([A-Za-z_][\w-]*)|(==|!=|<=|>=|=~|[=<>(),|[\].*+/-])/gy;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', "'": "'" };

/** Cuts a query into its parts. @throws SyntaxError where it has what KQL has not. */
export function kqlTokens(text: string): KqlToken[] {
  const found: KqlToken[] = [];
  PATTERN.lastIndex = 0;
  while (PATTERN.lastIndex < text.length) {
    const at = PATTERN.lastIndex;
    const match = PATTERN.exec(text);
    if (match === null)
      throw new SyntaxError(`A recognition error occurred in the query, at ${at}: ${text.slice(at, at + 20)}`);
    const [, quoted, datetime, number, word, sign] = match;
    if (quoted !== undefined) found.push({ kind: 'text', text: unescaped(quoted) });
    else if (datetime !== undefined) found.push({ kind: 'datetime', text: datetime });
    else if (number !== undefined) found.push({ kind: 'number', text: number });
    else if (word !== undefined) found.push(...wordTokens(word));
    else if (sign !== undefined) found.push({ kind: 'sign', text: sign });
  }
  return found;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, (_, sign: string) => {
    const meant = ESCAPES[sign];
    if (meant === undefined) throw new SyntaxError(`A recognition error occurred: \\${sign} is no escape`);
    return meant;
  });
}

/** Operators with a line in their name are words; elsewhere it is a minus. */
function wordTokens(word: string): KqlToken[] {
  if (!word.includes('-') || /^(project-rename|mv-expand)$/.test(word)) return [{ kind: 'word', text: word }];
  throw new SyntaxError(`A recognition error occurred: ${word}`);
}
