/** A manifest or source that was not read, or not all of it. */
export interface SkippedFile {
  /** Absolute. */
  readonly file: string;
  /** As in "is not read: …". */
  readonly why: string;
  /** What is around the place that could not be read was. */
  readonly isPartly?: true;
}

/** So many files of one reason are listed; of more only the first few are named. */
const MOST_LISTED = 10;
const NAMED = 3;

/** A line for each file that was not read; those of one reason in a line of their own where they are many. */
export function skippedLines(skipped: readonly SkippedFile[], nameOf: (file: string) => string): SkippedLine[] {
  const byReason = new Map<string, SkippedFile[]>();
  for (const one of skipped) {
    const reason = skippedWords(one);
    const same = byReason.get(reason);
    if (same === undefined) byReason.set(reason, [one]);
    else same.push(one);
  }
  return [...byReason].flatMap(([reason, files]) => {
    const named = files.map(({ file }) => ({ file, name: nameOf(file), text: `is ${reason}` }));
    if (files.length <= MOST_LISTED) return named;
    const some = named.slice(0, NAMED).map(({ name }) => name);
    const rest = files.length - NAMED;
    return [{ file: files[0]!.file, name: `${some.join(', ')} and ${rest} more files`, text: `are ${reason}` }];
  });
}

/** What is said of files that were not read. */
export interface SkippedLine {
  /** The first of them, absolute. */
  readonly file: string;
  /** What they are called, in words. */
  readonly name: string;
  /** As in "is not read: it is binary". */
  readonly text: string;
}

function skippedWords({ why, isPartly }: SkippedFile): string {
  return isPartly === true ? `read in part: ${why}` : `not read: ${why}`;
}
