import { line0, type Range0 } from '../../base/positions';

/** What every such comment has in it: files without need not be looked through. */
export const IGNORE_MARK = 'spanlight-ignore';

/** Behind code, in the marks of the languages and manifests that lint reads; a block of comment begins its lines so, too. */
const COMMENT = /(?:\/\/|#|\/\*|<!--|^\s*\*)\s*spanlight-ignore\b(.*)/;

/** What ends a comment that has an end: code may follow. */
const COMMENT_END = /\s*(?:\*\/|-->).*$/;

/** A line that holds nothing but a comment. */
const ONLY_COMMENT = /^\s*(?:\/\/|#|\/\*|\{\/\*|\*|<!--)/;

/** So many lines of comments above a line are looked at. */
const MOST_COMMENTS = 10;

/** `// spanlight-ignore GO-HTTP-PLAIN-CLIENT, GO-CTX-BACKGROUND: health probe`. */
export interface IgnoreComment {
  /** From its mark to its end. */
  readonly range: Range0;
  /** What stands where rules are named, in capitals; none where it is for all. */
  readonly rules: readonly string[];
  /** What follows the colon; '' where nothing does, or only the word that the quick fix puts there. */
  readonly reason: string;
}

/** The comment of a line, or undefined. @param line counted from 0. */
export function ignoreCommentAt(lines: readonly string[], line: number): IgnoreComment | undefined {
  const text = lines[line];
  const found = text?.includes(IGNORE_MARK) === true ? COMMENT.exec(text) : null;
  if (text === undefined || found === null) return undefined;
  const words = found[1]!.replace(COMMENT_END, '').trimEnd();
  const [names = '', ...rest] = words.split(':');
  const reason = rest.join(':').trim();
  const end = /^\s*(?:\*\/|-->)/.exec(found[1]!.slice(words.length))?.[0].length ?? 0;
  const startColumn = text.indexOf(found[0].trimStart(), found.index);
  const endColumn = found.index + found[0].length - found[1]!.length + words.length + end;
  const range = { startLine: line0(line), startColumn, endLine: line0(line), endColumn };
  const rules = (names.match(/[A-Z][A-Z0-9-]+/gi) ?? []).map((name) => name.toUpperCase());
  return { range, rules, reason: reason === 'reason' ? '' : reason };
}

/** The comments that belong to a line: its own, and those among the comments that stand right above it. */
export function ignoreCommentsFor(lines: readonly string[], line: number): IgnoreComment[] {
  const own = [line];
  // A comment behind code belongs to that code.
  for (let above = line - 1; above >= line - MOST_COMMENTS && ONLY_COMMENT.test(lines[above] ?? ''); above--)
    own.push(above);
  return own.flatMap((at) => ignoreCommentAt(lines, at) ?? []);
}

/** All of a text; not those that a string on one line quotes. */
export function ignoreCommentsIn(lines: readonly string[]): IgnoreComment[] {
  return lines.flatMap((text, line) => {
    const comment = ignoreCommentAt(lines, line);
    if (comment === undefined) return [];
    const quotes = text.slice(0, comment.range.startColumn).match(/["'`]/g)?.length ?? 0;
    return quotes % 2 === 0 ? [comment] : [];
  });
}

/** Whether a comment is for a rule. */
export function isFor(comment: IgnoreComment, rule: string): boolean {
  return comment.rules.length === 0 || comment.rules.includes(rule);
}
