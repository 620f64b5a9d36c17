import { nodesOf, type Segment, type StoredTrace } from './xrayDocuments';

const TOKEN = /\s*("[^"]*"|[A-Za-z_][\w.]*|-?\d+(?:\.\d+)?|>=|<=|!=|[=<>(){}[\]])/y;

/** What a condition is about: the root of a trace, or one node of it. */
interface Subject {
  readonly trace: StoredTrace;
  readonly segment: Segment;
}

/**
 * Whether a trace meets an expression of X-Ray's filter language; the part of it that AWS's guide describes and that is
 * needed here. A keyword by itself is about the root segment, `duration` and `annotation[…]` about the trace.
 * @throws Error for what cannot be read.
 */
export function meets(expression: string, trace: StoredTrace): boolean {
  const reader = new Reader(tokens(expression));
  const root = trace.segments.find((segment) => segment.parent_id === undefined) ?? trace.segments[0]!;
  const result = reader.alternatives()({ trace, segment: root });
  reader.end();
  return result;
}

type Test = (subject: Subject) => boolean;

class Reader {
  private at = 0;

  constructor(private readonly words: readonly string[]) {}

  alternatives(): Test {
    const tests = [this.all()];
    while (this.take('OR')) tests.push(this.all());
    return (subject) => tests.some((test) => test(subject));
  }

  end(): void {
    if (this.at < this.words.length) throw new Error(`Syntax error at "${this.words[this.at]}"`);
  }

  private all(): Test {
    const tests = [this.one()];
    while (this.take('AND')) tests.push(this.one());
    return (subject) => tests.every((test) => test(subject));
  }

  private one(): Test {
    if (this.take('(')) {
      const inner = this.alternatives();
      this.need(')');
      return inner;
    }
    const word = this.next();
    if (word === 'service') return this.service();
    if (word === 'annotation') {
      this.need('[');
      const key = this.next();
      this.need(']');
      const compare = this.comparison();
      return ({ trace }) => trace.segments.some(({ annotations }) => compare(annotations?.[key]));
    }
    const compare = this.comparison();
    return (subject) => compare(keyword(word, subject));
  }

  private service(): Test {
    this.need('(');
    const name = this.take(')') ? undefined : this.text();
    if (name !== undefined) this.need(')');
    let inner: Test = () => true;
    if (this.take('{')) {
      inner = this.alternatives();
      this.need('}');
    }
    return ({ trace }) =>
      nodesOf(trace).some((node) => (name === undefined || node.name === name) && inner({ trace, ...node }));
  }

  private comparison(): (value: unknown) => boolean {
    const operator = this.next();
    const word = this.next();
    const wanted = word.startsWith('"')
      ? word.slice(1, -1)
      : word === 'true' || (word === 'false' ? false : Number(word));
    return (value) => {
      if (operator === '=') return value === wanted;
      if (typeof value !== 'number' || typeof wanted !== 'number') return false;
      if (operator === '>=') return value >= wanted;
      if (operator === '<=') return value <= wanted;
      return operator === '>' ? value > wanted : value < wanted;
    };
  }

  private text(): string {
    const word = this.next();
    if (!word.startsWith('"')) throw new Error(`Syntax error at "${word}"`);
    return word.slice(1, -1);
  }

  private take(word: string): boolean {
    if (this.words[this.at] !== word) return false;
    this.at++;
    return true;
  }

  private need(word: string): void {
    if (!this.take(word)) throw new Error(`"${word}" is missing before "${this.words[this.at] ?? 'the end'}"`);
  }

  private next(): string {
    const word = this.words[this.at++];
    if (word === undefined) throw new Error('Unexpected end');
    return word;
  }
}

function keyword(word: string, { trace, segment }: Subject): unknown {
  if (word === 'duration') return Math.round((trace.end - trace.start) * 1000) / 1000;
  if (word === 'responsetime') return segment.end_time - segment.start_time;
  if (word === 'http.status') return segment.http?.response?.status;
  if (word === 'error' || word === 'fault' || word === 'throttle') return segment[word] ?? false;
  throw new Error(`Unknown keyword "${word}"`);
}

function tokens(expression: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(expression);
    if (match === null) throw new Error(`Syntax error at "${expression.slice(at, at + 20)}"`);
    found.push(match[1]!);
  }
  return found;
}
