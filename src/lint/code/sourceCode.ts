import type { Range0 } from '../../base/positions';
import { LineTable } from '../../base/texts/lineTable';
import type { Code, CodeFunction, CodeType } from '../../syntax/code/code';
import { LazyCode } from '../../syntax/code/lazyCode';
import type { Piece } from '../../syntax/code/piece';
import type { Call } from '../../syntax/code/expression';
import type { LintFile } from '../lintFiles';
import { callsIn } from './walk';

/** A file of a program with what lint asks of it again and again. */
export class SourceCode {
  private lines: LineTable | undefined;
  private readonly calls = new Map<number, readonly Call[]>();
  private readonly had = new Map<string, boolean>();
  private readonly hadInAnyCase = new Map<string, boolean>();
  private readonly hadText = new Map<string, boolean>();
  private readonly inner = new Map<CodeFunction, readonly CodeFunction[]>();

  constructor(
    readonly file: LintFile,
    readonly code: Code,
  ) {}

  get path(): string {
    return this.file.path;
  }

  /** Whether its code is at hand, so that asking for it costs nothing. */
  get isParsed(): boolean {
    return !(this.code instanceof LazyCode) || this.code.isParsed;
  }

  /**
   * Whether a word or a pattern stands in its text. It is remembered, since all files of a process are asked again after
   * each edit of one: not for names that code makes up without end.
   */
  has(sought: string | RegExp): boolean {
    const had = typeof sought === 'string' ? this.hadText : sought.ignoreCase ? this.hadInAnyCase : this.had;
    const key = typeof sought === 'string' ? sought : keyOf(sought);
    let found = had.get(key);
    if (found === undefined) {
      const { text } = this.code;
      had.set(key, (found = typeof sought === 'string' ? text.includes(sought) : sought.test(text)));
    }
    return found;
  }

  /** Where a piece is, as editors count. */
  range(piece: Piece): Range0 {
    this.lines ??= new LineTable(this.code.text);
    return this.lines.range(piece.start, piece.end);
  }

  textOf(piece: Piece): string {
    return this.code.text.slice(piece.start, piece.end);
  }

  /** The calls in a function, not in those inside it; outer ones before the ones in their arguments. */
  callsIn(fn: CodeFunction): readonly Call[] {
    let calls = this.calls.get(fn.id);
    if (calls === undefined) this.calls.set(fn.id, (calls = [...callsIn(fn.body)]));
    return calls;
  }

  /** Its functions that are inside another, at any depth; itself first. */
  within(fn: CodeFunction): readonly CodeFunction[] {
    let found = this.inner.get(fn);
    if (found === undefined) {
      found = this.code.functions.filter((other) => other === fn || this.isInside(other, fn));
      this.inner.set(fn, found);
    }
    return found;
  }

  /** The functions around one, inmost first, without itself. */
  *around(fn: CodeFunction): Generator<CodeFunction> {
    for (let at = fn.parent; at !== undefined;) {
      const parent: CodeFunction = this.code.functions[at]!;
      yield parent;
      at = parent.parent;
    }
  }

  /** The class a function belongs to, its own or that of a function around it. */
  typeOf(fn: CodeFunction): CodeType | undefined {
    for (const at of [fn, ...this.around(fn)]) if (at.type !== undefined) return this.code.types[at.type];
    return undefined;
  }

  private isInside(fn: CodeFunction, outer: CodeFunction): boolean {
    for (const at of this.around(fn)) if (at === outer) return true;
    return false;
  }
}

/** Nearly always the source as it is: a text that is put together anew, of the flags too, is slower to look up by far. */
function keyOf({ source, multiline, dotAll }: RegExp): string {
  return multiline || dotAll ? `${multiline ? 'm' : ''}${dotAll ? 's' : ''}/${source}` : source;
}
