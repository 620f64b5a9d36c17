import type { FileFacts, Language } from '../../syntax/facts';
import type { LineMap } from './lineMap';

/** A function of a version of a file; lines 0-based, both ends in it. */
export interface FunctionOutline {
  readonly name: string;
  readonly container: readonly string[];
  readonly startLine: number;
  readonly endLine: number;
  /** Where its name stands. */
  readonly nameLine: number;
}

/** What is kept of a version of a file: enough to find its lines and functions in another version, and no text. */
export interface CodeVersion {
  /** One hash a line, 0 for a blank one; see {@link lineHashes}. */
  readonly lines: readonly number[];
  readonly functions: readonly FunctionOutline[];
}

/** The version that a text and its facts are. */
export function codeVersion(text: string, facts: FileFacts): CodeVersion {
  return {
    lines: lineHashes(text, facts.language),
    functions: facts.functions.map(({ name, container, range, nameRange }) => ({
      name,
      container,
      startLine: range.startLine,
      endLine: range.endLine,
      nameLine: nameRange.startLine,
    })),
  };
}

/**
 * Lines as numbers that are equal where the lines are, whatever ends them. Indentation counts only in Python: elsewhere
 * it changes when code is wrapped in a block, and says nothing.
 */
export function lineHashes(text: string, language: Language): number[] {
  const hashes: number[] = [];
  for (let from = 0; from < text.length;) {
    const end = text.indexOf('\n', from);
    const to = end < 0 ? text.length : end;
    const line = text.slice(from, to);
    hashes.push(hashLine(language === 'python' ? line.trimEnd() : line.trim()));
    from = to + 1;
  }
  return hashes;
}

/** Whether two functions read the same, blank lines aside. */
export function isSameCode(a: CodeVersion, one: FunctionOutline, b: CodeVersion, other: FunctionOutline): boolean {
  const lines = (version: CodeVersion, { startLine, endLine }: FunctionOutline): number[] =>
    version.lines.slice(startLine, endLine + 1).filter((line) => line !== 0);
  const mine = lines(a, one);
  const yours = lines(b, other);
  return mine.length === yours.length && mine.every((line, i) => line === yours[i]);
}

/**
 * The function of another version that one is: by its name and what it stands in, else by where its lines went. A
 * function that was renamed is the one that holds most of its lines now.
 *
 * @param carried from the function's version to the other.
 */
export function sameFunction(
  from: CodeVersion,
  one: FunctionOutline,
  to: CodeVersion,
  carried: LineMap,
): FunctionOutline | undefined {
  if (one.name !== '') {
    const before = from.functions.filter((other) => isNamedAlike(other, one));
    const after = to.functions.filter((other) => isNamedAlike(other, one));
    if (after.length === 1 && before.length === 1) return after[0];
    // Overloads and methods of the same name: as many as there were, in the same order.
    if (after.length > 0 && after.length === before.length) return after[before.indexOf(one)];
  }
  const name = carried.carry(one.nameLine);
  const there = to.functions.filter((other) => other.nameLine === name.line && other.name === one.name);
  if (!name.edited && there.length > 0) return there.length === 1 ? there[0] : smallest(there);
  return holdingMost(from, one, to, carried);
}

function holdingMost(
  from: CodeVersion,
  one: FunctionOutline,
  to: CodeVersion,
  carried: LineMap,
): FunctionOutline | undefined {
  const rows: number[] = [];
  let lines = 0;
  for (let line = one.startLine; line <= one.endLine; line++) {
    if ((from.lines[line] ?? 0) === 0) continue;
    lines++;
    const at = carried.carry(line);
    if (!at.edited) rows.push(at.line);
  }
  // A function whose name is still there is another one, whatever lines it took over.
  const fits = to.functions.filter(
    (other) =>
      !from.functions.some((known) => isNamedAlike(known, other)) &&
      rows.filter((row) => other.startLine <= row && row <= other.endLine).length * 2 > lines,
  );
  return smallest(fits);
}

function isNamedAlike(a: FunctionOutline, b: FunctionOutline): boolean {
  return (
    a.name === b.name && a.container.length === b.container.length && a.container.every((c, i) => c === b.container[i])
  );
}

/** The innermost function at a line. */
export function outlineAt(version: CodeVersion, line: number): FunctionOutline | undefined {
  return smallest(version.functions.filter((one) => one.startLine <= line && line <= one.endLine));
}

function smallest(functions: readonly FunctionOutline[]): FunctionOutline | undefined {
  let best: FunctionOutline | undefined;
  for (const one of functions) {
    if (best === undefined || one.endLine - one.startLine <= best.endLine - best.startLine) best = one;
  }
  return best;
}

/** FNV-1a of a line's characters; never 0 but for an empty line. */
function hashLine(line: string): number {
  if (line === '') return 0;
  let hash = 0x811c9dc5;
  for (let i = 0; i < line.length; i++) hash = Math.imul(hash ^ line.charCodeAt(i), 0x01000193);
  return hash >>> 0 || 1;
}
