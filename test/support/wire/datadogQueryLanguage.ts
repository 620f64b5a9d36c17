import type { DatadogStored } from '../servers/data/datadogStored';

type Test = (span: DatadogStored) => boolean;

/** What is asked for a facet: a text, a number with an operator, or any value. */
interface Wanted {
  readonly operator: '' | '>' | '>=' | '<' | '<=';
  readonly text: string;
  readonly isQuoted: boolean;
}

/**
 * Datadog's query language as its manual describes it, as far as it is used: terms side by side, AND, OR, `-`, parentheses,
 * `facet:value`, `facet:(a OR b)`, quotes, comparisons and `*`.
 * @throws Error for anything else.
 */
export function datadogTest(query: string): Test {
  const tokens = [
    ...query.matchAll(/\s*(-?@?[\w.-]+:|[()]|-(?=\()|>=|<=|>|<|"(?:[^"\\]|\\.)*"|\*|[^\s()":<>]+)/gy),
  ].map(([, token]) => token!);
  if (tokens.join('').length !== query.replace(/\s+(?=(?:[^"]*"[^"]*")*[^"]*$)/g, '').length) {
    throw new Error(`invalid_argument(cannot parse "${query}")`);
  }
  let at = 0;
  const fail = (): never => {
    throw new Error(`invalid_argument(unexpected ${tokens[at] ?? 'end'} in query)`);
  };
  const or = (): Test => {
    const tests = [and()];
    while (tokens[at] === 'OR') {
      at++;
      tests.push(and());
    }
    return (span) => tests.some((test) => test(span));
  };
  const and = (): Test => {
    const tests = [term()];
    while (at < tokens.length && tokens[at] !== 'OR' && tokens[at] !== ')') {
      if (tokens[at] === 'AND') at++;
      tests.push(term());
    }
    return (span) => tests.every((test) => test(span));
  };
  const group = (): Test => {
    const test = or();
    if (tokens[at++] !== ')') fail();
    return test;
  };
  const value = (): Wanted => {
    const [token = ''] = [tokens[at++]];
    const isComparison = /^[<>]=?$/.test(token);
    const text = isComparison ? (tokens[at++] ?? fail()) : token;
    if (text === '' || text === ')' || text === '(') fail();
    const isQuoted = text.startsWith('"');
    const plain = isQuoted ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text;
    return { operator: isComparison ? (token as '>') : '', text: plain, isQuoted };
  };
  const values = (): Wanted[] => {
    if (tokens[at] !== '(') return [value()];
    at++;
    const found = [value()];
    while (tokens[at] === 'OR') {
      at++;
      found.push(value());
    }
    if (tokens[at++] !== ')') fail();
    return found;
  };
  const term = (): Test => {
    const token = tokens[at++] ?? fail();
    if (token === '(') return group();
    if (token === '-') {
      at++;
      const test = group();
      return (span) => !test(span);
    }
    if (token === '*') return () => true;
    if (!token.endsWith(':')) return fail();
    const isNot = token.startsWith('-');
    const facet = token.slice(isNot ? 1 : 0, -1);
    const wanted = values();
    return (span) => wanted.some((one) => meets(facetOf(span, facet), one)) !== isNot;
  };
  const test = or();
  if (at < tokens.length) fail();
  return test;
}

/** What a span has for a facet; undefined where it has none. */
export function facetOf(span: DatadogStored, facet: string): string | number | undefined {
  if (facet === '@duration') return Number(span.durationNs);
  if (facet.startsWith('@')) return span.tags[facet.slice(1)];
  switch (facet) {
    case 'service':
      return span.service;
    case 'resource_name':
      return span.resource;
    case 'operation_name':
      return span.operation;
    case 'env':
      return span.env;
    case 'host':
      return span.host === '' ? undefined : span.host;
    case 'status':
      return span.failed ? 'error' : 'ok';
    case 'trace_id':
      return `${BigInt(`0x${span.traceId.slice(16)}`)} ${span.traceId}`;
    case 'parent_id':
      return String(span.parentId);
    default:
      return undefined;
  }
}

function meets(value: string | number | undefined, { operator, text, isQuoted }: Wanted): boolean {
  if (value === undefined) return false;
  if (operator !== '') {
    const [a, b] = [Number(value), Number(text)];
    return operator === '>' ? a > b : operator === '>=' ? a >= b : operator === '<' ? a < b : a <= b;
  }
  if (!isQuoted && text === '*') return true;
  // A trace is found by either way of writing its id.
  return (
    String(value) === text ||
    (typeof value === 'string' && /^\d+ [\da-f]{32}$/.test(value) && value.split(' ').includes(text))
  );
}
