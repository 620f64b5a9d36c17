import type { TextFact } from '../facts';

/** Puts a text together out of constant pieces and holes. */
export class TextBuilder {
  private readonly parts: string[] = [''];
  private readonly holes: string[] = [];

  get isEmpty(): boolean {
    return this.holes.length === 0 && this.parts[0] === '';
  }

  /** Appends constant text. */
  add(text: string): void {
    this.parts[this.parts.length - 1] += text;
  }

  /** Appends a piece that is only known at run time; `name` where it is a plain name. */
  hole(name = ''): void {
    this.holes.push(name);
    this.parts.push('');
  }

  /** Appends another text. */
  addFact(fact: TextFact): void {
    if (fact.kind === 'literal') this.add(fact.text);
    else if (fact.kind === 'reference') this.hole(fact.name);
    else {
      fact.parts.forEach((part, i) => {
        if (i > 0) this.hole(fact.holes?.[i - 1]);
        this.add(part);
      });
    }
  }

  /** The text, or undefined where nothing of it is known. */
  finish(): TextFact | undefined {
    if (this.holes.length === 0) return { kind: 'literal', text: this.parts.join('') };
    const known = this.parts.some((part) => part !== '');
    if (!known && this.holes.length === 1 && this.holes[0] !== undefined && this.holes[0] !== '') {
      return { kind: 'reference', name: this.holes[0] };
    }
    if (!known && this.holes.every((name) => name === '')) return undefined;
    return { kind: 'template', parts: this.parts, holes: this.holes };
  }
}

/** Prefixes and paths as one path. */
export function joinedPath(parts: readonly TextFact[]): TextFact | undefined {
  const text = new TextBuilder();
  for (const part of parts.filter((one) => one.kind !== 'literal' || one.text !== '')) {
    const start = part.kind === 'literal' ? part.text : part.kind === 'template' ? part.parts[0]! : '';
    if (!text.isEmpty && !start.startsWith('/')) text.add('/');
    text.addFact(part);
  }
  return text.finish();
}

/** A text without holes. */
export function literal(text: string): TextFact {
  return { kind: 'literal', text };
}

/** The constant text of a fact, or undefined. */
export function literalText(fact: TextFact | undefined): string | undefined {
  return fact?.kind === 'literal' ? fact.text : undefined;
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', 0: '\0' };

/** Undoes backslash escapes the five languages share: `\n`, `\"`, `\x41`, `\u0041`, `\u{1F600}`. */
export function unescapeText(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[^])/g, (_, body: string) => {
    if (body.length === 1) return SIMPLE_ESCAPES[body] ?? body;
    const code = Number.parseInt(body.replace(/[ux{}]/g, ''), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}
