/** One condition of the filter box; a span matches if all conditions hold. */
export type Condition = { readonly negated: boolean } & (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'error' }
  | { readonly kind: 'duration'; readonly of: 'duration' | 'self'; readonly compare: Comparison; readonly ns: number }
  | { readonly kind: 'field'; readonly field: 'service' | 'name' | 'kind'; readonly value: string }
  | { readonly kind: 'attribute'; readonly key: string; readonly value: string }
);

export type Comparison = '>' | '>=' | '<' | '<=' | '=';

export interface ParsedQuery {
  readonly conditions: readonly Condition[];
  /** What could not be understood, one sentence. */
  readonly problem?: string;
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  min: 60e9,
};

/** A value: a time with its unit apart, quoted with escapes, or up to the next space. */
const VALUE = String.raw`\d[\d.]*\s+(?:ns|us|µs|μs|ms|s|min|m)(?=\s|$)|"(?:[^"\\]|\\.)*"?|[^\s"]\S*|`;
const TERM = new RegExp(
  String.raw`\s*(?<not>[-!])?(?:(?<key>[A-Za-z_][\w.\-/]*)\s*(?<op>>=|<=|>|<|=)\s*(?<value>${VALUE})|(?<word>${VALUE}))`,
  'y',
);

/**
 * Reads the filter box: words (in name or service), `"quoted words"`, `service=…`, `name=…`, `kind=server`, `error`,
 * `duration > 100ms`, `self >= 1s`, and `key=value` for any attribute (`key=` asks for the key alone). A leading `-`
 * turns a condition round.
 */
export function parseQuery(text: string): ParsedQuery {
  const conditions: Condition[] = [];
  TERM.lastIndex = 0;
  while (TERM.lastIndex < text.length) {
    const at = TERM.lastIndex;
    const match = TERM.exec(text);
    if (match?.groups === undefined || TERM.lastIndex === at) break;
    const { not, key, op, value, word } = match.groups;
    const negated = not !== undefined;
    if (key === undefined || op === undefined) {
      const plain = unquote(word ?? '');
      if (plain === '') continue;
      conditions.push(word === 'error' ? { kind: 'error', negated } : { kind: 'text', text: plain, negated });
      continue;
    }
    const condition = comparison(key, op as Comparison, unquote(value ?? ''), negated);
    if (typeof condition === 'string') return { conditions, problem: condition };
    conditions.push(condition);
  }
  return { conditions };
}

function comparison(key: string, op: Comparison, value: string, negated: boolean): Condition | string {
  if (key === 'duration' || key === 'self') {
    const ns = parseDuration(value);
    if (ns === undefined) return `Write a time after ${key} ${op}, such as 100ms or 1.5s.`;
    return { kind: 'duration', of: key, compare: op, ns, negated };
  }
  if (op !== '=') return `Only duration and self can be compared with ${op}; for ${key} use =.`;
  if (key === 'service' || key === 'name' || key === 'kind') return { kind: 'field', field: key, value, negated };
  if (key === 'error') return { kind: 'error', negated: negated !== /^(false|0|no)$/i.test(value) };
  return { kind: 'attribute', key, value, negated };
}

/** `100ms`, `1.5 s`, `250us`; a bare number counts milliseconds. */
function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([a-zµμ]*)$/i.exec(text);
  if (match === null) return undefined;
  const unit = match[2] === '' ? 1e6 : UNITS[match[2]!.toLowerCase()];
  return unit === undefined ? undefined : Number(match[1]) * unit;
}

function unquote(text: string): string {
  if (!text.startsWith('"')) return text;
  const closed = text.length > 1 && text.endsWith('"');
  return text.slice(1, closed ? -1 : undefined).replace(/\\(.)/g, '$1');
}

/** A value as the filter box reads it back. */
export function quoteValue(value: string): string {
  return /^[\w./:@-]+$/.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
}
