/** An entry of a lock file: its key, the version that is installed, and a search for the offset it stands at. */
export interface NpmEntry {
  readonly key: string;
  /** Undefined for a link to a package of the workspace. */
  readonly version: string | undefined;
  readonly offset: () => number;
}

const PACKAGES = '\n  "packages": {\n';
const KEY = '\n    "';
const VERSION = '\n      "version": "';

/**
 * The entries of `packages` as npm itself writes a lock file of version 2 or 3: a pair a line, two spaces a level. To parse
 * all of the JSON takes four times as long, and what comes of it is in the way of the garbage collector. Undefined where the
 * text is not written so, or was edited by a merge.
 */
export function writtenEntries(text: string): NpmEntry[] | undefined {
  const from = text.indexOf(PACKAGES);
  const to = from < 0 ? -1 : text.indexOf('\n  }', from + PACKAGES.length - 1);
  if (to < 0 || !/^\{\n {2}"/.test(text) || !/\}\s*$/.test(text) || /^(?:<{7}|>{7})/m.test(text)) return undefined;
  const entries: NpmEntry[] = [];
  let end = from;
  for (let at = text.indexOf(KEY, end); at >= 0 && at < to; at = text.indexOf(KEY, end)) {
    const start = at + KEY.length - 1;
    const rowEnd = text.indexOf('\n', start);
    const row = text.slice(start, rowEnd);
    const isEmpty = row.endsWith('{}') || row.endsWith('{},');
    if (!isEmpty && !row.endsWith('": {')) return undefined;
    end = isEmpty ? rowEnd : text.indexOf('\n    }', rowEnd);
    if (end < 0) return undefined;
    const key = keyOf(row);
    if (key === undefined) return undefined;
    entries.push({ key, version: isEmpty ? undefined : versionIn(text.slice(rowEnd, end)), offset: () => start });
  }
  return entries;
}

/** @param row begins with the quote. */
function keyOf(row: string): string | undefined {
  const end = row.lastIndexOf('": {');
  const key = end < 1 ? undefined : row.slice(1, end);
  return key?.includes('\\') === true ? undefined : key;
}

/** @param entry without those behind it: a search that finds none would go through all of them, for each entry. */
function versionIn(entry: string): string | undefined {
  const at = entry.indexOf(VERSION);
  if (at < 0) return undefined;
  const start = at + VERSION.length;
  return entry.slice(start, entry.indexOf('"', start));
}
