import { line0, type Line0 } from '../../base/positions';
import type { FixEdit } from '../../model/finding';
import type { CommentPlace } from '../../syntax/commentPlace';

/** What stands where the reason is to be written. */
const REASON = 'reason';

/** A place of a finding that is to be silenced. */
export interface IgnoredPlace {
  readonly file: string;
  readonly rule: string;
  readonly line: Line0;
  readonly column: number;
}

/** An edit, and the same with the reason as what is written next, in the syntax of snippets. */
export interface IgnoreEdit {
  readonly edit: FixEdit;
  readonly snippet: string;
}

/** Manifests that have no comments. */
export function isJson(file: string): boolean {
  return /\.json$/i.test(file);
}

/** How comments begin and end in files without such a grammar; undefined where there are none. */
function marksOf(file: string): readonly [string, string] | undefined {
  if (/\.(xml|[\w]*proj|props|targets)$/i.test(file)) return ['<!-- ', ' -->'];
  if (isJson(file)) return undefined;
  const isCode = /\.([mc]?[jt]sx?|java|kts?|go|mod|work|cs|gradle|jsonc)$/i.test(file);
  return [isCode ? '// ' : '# ', ''];
}

/**
 * A comment that silences a rule: on a line of its own above, as deep as the code; within an element of JSX as one of JSX's;
 * within a string, where a line more would be text, right before what is found. Undefined where none can be.
 *
 * @param placeAt what a comment would be before an offset of the text.
 */
export async function ignoreEdit(
  { file, rule, line, column }: IgnoredPlace,
  text: string,
  placeAt: (offset: number) => Promise<CommentPlace | undefined>,
): Promise<IgnoreEdit | undefined> {
  const marks = marksOf(file);
  const lines = text.split(/(?<=\r\n|\n|\r(?!\n))/);
  const code = lines[line];
  if (marks === undefined || code === undefined) return undefined;
  const start = lines.slice(0, line).reduce((length, one) => length + one.length, 0);
  const indent = /^[ \t]*/.exec(code)![0];
  const newline = /(\r\n|\n|\r)$/.exec(code)?.[0] ?? (text.includes('\r\n') ? '\r\n' : '\n');
  const continues = line > 0 && /\\\s*$/.test(lines[line - 1]!);
  const place = continues ? 'text' : ((await placeAt(start + indent.length)) ?? 'code');
  if (place === 'text') {
    const isCode = marks[0] === '// ' && (await placeAt(start + column)) === 'code';
    return isCode ? written(file, line, column, ['/* ', ' */'], rule, ' ', ' ') : undefined;
  }
  const around = place === 'jsx' ? (['{/* ', ' */}'] as const) : marks;
  // A snippet's lines are indented by whoever puts it in.
  return written(file, line, indent.length, around, rule, newline + indent, '\n');
}

function written(
  file: string,
  line: Line0,
  column: number,
  [open, close]: readonly [string, string],
  rule: string,
  end: string,
  snippetEnd: string,
): IgnoreEdit {
  const range = { startLine: line0(line), startColumn: column, endLine: line0(line), endColumn: column };
  const head = `${open}spanlight-ignore ${rule}: `;
  const escape = (words: string): string => words.replace(/[\\$}]/g, '\\$&');
  return {
    edit: { file, range, newText: `${head}${REASON}${close}${end}` },
    snippet: `${escape(head)}\${1:${REASON}}${escape(close)}${snippetEnd}`,
  };
}
