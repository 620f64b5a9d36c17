/** A regular expression that RE2 would refuse. */
export class RegexRefusal extends Error {}

const MAX_REPEAT = 1000;
const POSIX: Readonly<Record<string, string>> = {
  ...{ alnum: '0-9A-Za-z', alpha: 'A-Za-z', ascii: '\\x00-\\x7F', blank: '\\t ', cntrl: '\\x00-\\x1F\\x7F' },
  ...{ digit: '0-9', graph: '!-~', lower: 'a-z', print: ' -~', punct: '!-\\/:-@\\[-`{-~', space: '\\t\\n\\v\\f\\r ' },
  ...{ upper: 'A-Z', word: '0-9A-Za-z_', xdigit: '0-9A-Fa-f' },
};

/**
 * Translates RE2 syntax (https://github.com/google/re2/wiki/Syntax) into a JavaScript expression that must match the
 * whole text, `.` matching line breaks too, as Prometheus and Tempo do it.
 *
 * @throws RegexRefusal for what RE2 has not (look-around, back references, possessive quantifiers …) or is malformed.
 */
export function compileRegex(source: string): RegExp {
  const body = new Re2Translator(source).run();
  try {
    return new RegExp(`^(?:${body})$`, 'u');
  } catch (error) {
    throw new RegexRefusal(error instanceof Error ? error.message : String(error));
  }
}

class Re2Translator {
  private at = 0;
  private out = '';
  /** Flags that hold in the open groups, innermost last. */
  private readonly scopes: { ignoreCase: boolean; multiline: boolean; dotAll: boolean; ungreedy: boolean }[] = [
    { ignoreCase: false, multiline: false, dotAll: true, ungreedy: false },
  ];

  constructor(private readonly source: string) {}

  /** @returns the body of an expression for the flag `u`. */
  run(): string {
    while (this.at < this.source.length) this.one();
    if (this.scopes.length > 1) throw new RegexRefusal('a parenthesis is not closed');
    return this.out;
  }

  private get flags() {
    return this.scopes.at(-1)!;
  }

  private one(): void {
    const char = String.fromCodePoint(this.source.codePointAt(this.at)!);
    if (char === '\\') this.escape(false);
    else if (char === '[') this.characterClass();
    else if (char === '(') this.group();
    else if (char === ')') {
      if (this.scopes.length === 1) throw new RegexRefusal('a parenthesis is not opened');
      this.scopes.pop();
      this.put(1, ')');
    } else if ('*+?{'.includes(char)) this.quantifier();
    else if (char === '.') this.put(1, this.flags.dotAll ? '[^]' : '[^\\n]');
    else if (char === '^') this.put(1, this.flags.multiline ? '(?:(?<=^|\\n))' : '(?<![^])');
    else if (char === '$') this.put(1, this.flags.multiline ? '(?:(?=\\n|$))' : '(?![^])');
    else if (char === '}' || char === ']') this.put(1, `\\${char}`);
    else this.put(char.length, this.literal(char));
  }

  /** JavaScript's `i` holds for all or nothing, RE2's from where it stands: letters that ignore case are spelled out. */
  private literal(char: string): string {
    const escaped = /[-/\\^$*+?.()|[\]{}]/.test(char) && char !== '|' ? `\\${char === '-' ? 'x2d' : char}` : char;
    if (!this.flags.ignoreCase) return escaped;
    const [lower, upper] = [char.toLowerCase(), char.toUpperCase()];
    return lower !== upper && [...lower].length === 1 && [...upper].length === 1 ? `[${lower}${upper}]` : escaped;
  }

  private put(length: number, text: string): void {
    this.at += length;
    this.out += text;
  }

  private quantifier(): void {
    const rest = this.source.slice(this.at);
    const match = /^(?:[*+?]|\{(\d+)(?:,(\d*))?\})/.exec(rest);
    if (match === null) return this.put(1, '\\{');
    const [text, least, most] = match;
    if (Number(least ?? 0) > MAX_REPEAT || Number(most ?? 0) > MAX_REPEAT) {
      throw new RegexRefusal(`more than ${MAX_REPEAT} repetitions`);
    }
    const lazy = rest[text.length] === '?';
    const after = rest.slice(text.length + (lazy ? 1 : 0));
    if (/^(?:[*+?]|\{\d+(?:,\d*)?\})/.test(after)) throw new RegexRefusal('two quantifiers in a row');
    this.put(text.length + (lazy ? 1 : 0), `${text}${lazy !== this.flags.ungreedy ? '?' : ''}`);
  }

  private group(): void {
    const rest = this.source.slice(this.at);
    const named = /^\(\?P?<([A-Za-z_]\w*)>/.exec(rest);
    const flags = /^\(\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(rest);
    if (named !== null) {
      this.scopes.push({ ...this.flags });
      this.put(named[0].length, `(?<${named[1]!}>`);
    } else if (flags !== null) this.flagGroup(flags);
    else if (rest.startsWith('(?')) throw new RegexRefusal(`${rest.slice(0, 4)} is not supported`);
    else {
      this.scopes.push({ ...this.flags });
      this.put(1, '(');
    }
  }

  private flagGroup([text, on, off, end]: RegExpExecArray): void {
    if (text === '(?)') throw new RegexRefusal('(?) is empty');
    const next = { ...this.flags };
    for (const [letters, value] of [
      [on!, true],
      [off ?? '', false],
    ] as const) {
      if (letters.includes('i')) next.ignoreCase = value;
      if (letters.includes('m')) next.multiline = value;
      if (letters.includes('s')) next.dotAll = value;
      if (letters.includes('U')) next.ungreedy = value;
    }
    if (end === ':') {
      this.scopes.push(next);
      this.put(text.length, '(?:');
    } else {
      this.scopes[this.scopes.length - 1] = next;
      this.put(text.length, '');
    }
  }

  private escape(inClass: boolean): void {
    const rest = this.source.slice(this.at + 1);
    const quoted = /^Q([\s\S]*?)(?:\\E|$)/.exec(rest);
    const property = /^([pP])(?:([A-Z])|\{(\^?)(\w+)\})/.exec(rest);
    const code = /^(?:x([0-9A-Fa-f]{2})|x\{([0-9A-Fa-f]{1,6})\}|(0[0-7]{0,2}|[1-7][0-7]{2}))/.exec(rest);
    if (quoted !== null && !inClass) {
      this.at += 1 + quoted[0].length;
      for (const char of quoted[1]!) this.out += this.literal(char);
    } else if (property !== null) {
      const negative = (property[1] === 'P') !== (property[3] === '^');
      this.put(1 + property[0].length, `\\${negative ? 'P' : 'p'}{${unicodeProperty(property[2] ?? property[4]!)}}`);
    } else if (code !== null) {
      const point = code[3] === undefined ? parseInt(code[1] ?? code[2]!, 16) : parseInt(code[3], 8);
      if (point > 0x10ffff) throw new RegexRefusal(`\\${code[0]} is no character`);
      this.put(1 + code[0].length, `\\u{${point.toString(16)}}`);
    } else this.simpleEscape(rest[0] ?? '', inClass);
  }

  private simpleEscape(letter: string, inClass: boolean): void {
    const translated: Readonly<Record<string, string>> = {
      a: '\\x07',
      s: inClass ? '\\t\\n\\f\\r ' : '[\\t\\n\\f\\r ]',
    };
    if (letter === 'S' && !inClass) return this.put(2, '[^\\t\\n\\f\\r ]');
    if (Object.hasOwn(translated, letter)) return this.put(2, translated[letter]!);
    if (letter === 'A' && !inClass) return this.put(2, '(?<![^])');
    if (letter === 'z' && !inClass) return this.put(2, '(?![^])');
    if (letter !== '' && (inClass ? 'dDwWtnrfv' : 'dDwWtnrfvbB').includes(letter)) return this.put(2, `\\${letter}`);
    if (letter === '' || /[\p{L}\p{N}]/u.test(letter)) throw new RegexRefusal(`\\${letter} means nothing`);
    const code = letter.codePointAt(0)!;
    this.put(2, code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : letter);
  }

  private characterClass(): void {
    const negative = this.source[this.at + 1] === '^';
    this.put(negative ? 2 : 1, negative ? '[^' : '[');
    for (let first = true; this.source[this.at] !== ']' || first; first = false) {
      if (this.at >= this.source.length) throw new RegexRefusal('a bracket is not closed');
      this.classPart();
    }
    this.put(1, ']');
  }

  private classPart(): void {
    const rest = this.source.slice(this.at);
    const posix = /^\[:(\^?)(\w+):\]/.exec(rest);
    if (posix !== null) {
      const set = Object.hasOwn(POSIX, posix[2]!) ? POSIX[posix[2]!]! : undefined;
      if (set === undefined || posix[1] === '^') throw new RegexRefusal(`${posix[0]} is not supported`);
      return this.put(posix[0].length, this.flags.ignoreCase && /lower|upper/.test(posix[0]) ? 'A-Za-z' : set);
    }
    if (rest.startsWith('\\')) return this.escape(true);
    const letters = this.flags.ignoreCase ? /^(?:([a-z])-([a-z])|([A-Z])-([A-Z]))/.exec(rest) : null;
    if (letters !== null) {
      const range = letters[0].toLowerCase();
      return this.put(letters[0].length, `${range}${range.toUpperCase()}`);
    }
    const char = String.fromCodePoint(rest.codePointAt(0)!);
    if (this.flags.ignoreCase && /\p{L}/u.test(char))
      return this.put(char.length, this.literal(char).replace(/[[\]]/g, ''));
    this.put(char.length, /[[\]^|(){}/$*+?.]/.test(char) ? `\\${char}` : char);
  }
}

/** RE2 names scripts as they are, JavaScript wants `Script=`; both name general categories alike. */
function unicodeProperty(name: string): string {
  return name.length <= 2 || name === 'Any' ? name : `Script=${name}`;
}
