import type { FixEdit } from '../../../model/finding';
import type { Piece } from '../../../syntax/code/piece';
import type { SourceCode } from '../../code/sourceCode';
import { editAt } from './codeStyle';

const API =
  /^(import\s*|(?:const|let|var)\s+)\{([^{}]*)\}(\s*from\s*|\s*=\s*require\(\s*)(['"])@opentelemetry\/api\4\)?;?/gm;

/** What takes the names of OpenTelemetry's API out of a file's imports that nothing mentions once a piece of it is gone. */
export function importsLeftUnused(source: SourceCode, gone: Piece): FixEdit[] {
  const { text } = source.code;
  const removed = mentioned(text.slice(gone.start, gone.end));
  return [...text.matchAll(API)].flatMap((found): FixEdit[] => {
    const { index } = found;
    const end = index + found[0].length;
    const names = found[2]!.split(',').filter((one) => one.trim() !== '');
    if (names.some((one) => /\/[/*]/.test(one))) return [];
    const rest = mentioned(
      [text.slice(0, index), text.slice(end, gone.start), text.slice(Math.max(end, gone.end))].join(' '),
    );
    const isLeft = (name: string): boolean => {
      const local = name
        .trim()
        .split(/\s+as\s+|\s*:\s*|\s+/)
        .at(-1)!;
      return removed.has(local) && !rest.has(local);
    };
    const kept = names.filter((one) => !isLeft(one));
    if (kept.length === names.length || gone.start < end) return [];
    if (kept.length === 0) return [editAt(source, { start: index, end: pastLine(text, end) }, '')];
    const open = text.indexOf('{', index) + 1;
    const inside = { start: open, end: open + found[2]!.length };
    const [first] = kept;
    const lead = /^\s*/.exec(names[0]!)![0];
    const tail = /,?\s*$/.exec(found[2]!)![0];
    const list = [lead + first!.trimStart(), ...kept.slice(1)].join(',').trimEnd();
    return [editAt(source, inside, list + tail)];
  });
}

function mentioned(text: string): ReadonlySet<string> {
  return new Set(text.match(/[\w$]+/g));
}

function pastLine(text: string, end: number): number {
  return end + /^[ \t]*(\r?\n)?/.exec(text.slice(end, end + 200))![0].length;
}
