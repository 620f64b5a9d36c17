import type { ReadFile } from '../projectFiles';
import type { NodeLock } from './nodeLock';

/** Earlier ones win where a name is in several. */
const SECTIONS = ['dependencies', 'optionalDependencies', 'devDependencies'];

/** The versions of one package of the workspace, by name. */
type Importer = Map<string, Locked>;

interface Locked {
  /** Of its section. */
  readonly rank: number;
  readonly version: string;
}

/**
 * `pnpm-lock.yaml` of the versions 5 to 9. What each package of the workspace uses stands in `importers` (or, of a single
 * package, at the top) before `packages`. The file is written by pnpm alone, a pair a line and two spaces a level, so that
 * lines suffice: a YAML parser takes half a second for the importers of a large workspace.
 */
export function readPnpmLock(file: ReadFile): NodeLock | string {
  const cut = file.text.search(/^(packages|snapshots):/m);
  const head = cut < 0 ? file.text : file.text.slice(0, cut);
  if (!/^lockfileVersion:/m.test(head)) return 'no pnpm-lock.yaml that can be read';
  if (/^(<{7}|={7}|>{7})/m.test(head)) return 'no pnpm-lock.yaml that can be read: it has conflict markers';
  const importers = readImporters(head);
  return {
    manager: 'pnpm',
    file,
    version: (importer, name) => versionOf(importers.get(importer === '' ? '.' : importer)?.get(name)?.version),
    *packages(mayMatter) {
      for (const [start, row] of keyRows(file.text, Math.max(0, cut))) {
        const match = mayMatter(row) ? KEY.exec(row) : null;
        if (match) yield [match[1]!, match[2]!.replace(/_.*$/, ''), () => start];
      }
    },
  };
}

/** A key of `packages`: `/name/1.2.3` (5), `/name@1.2.3(peer@1)` (6), `name@1.2.3` (9); some are in quotes. */
const KEY = /^ {2}['"]?\/?((?:@[\w.-]+\/)?[\w.-]+)[@/](\d[\w.+-]*)[^\n]*:\s*$/;

/**
 * The lines that are two spaces deep. An expression over the whole text takes ten times as long to leave the others out; and
 * newer versions have an empty line before each, so that the others need not be looked at.
 */
function* keyRows(text: string, from: number): Generator<readonly [start: number, row: string]> {
  const before = text.includes('\n\n  ', from) ? '\n\n  ' : '\n  ';
  for (let at = text.indexOf(before, from); at >= 0; at = text.indexOf(before, at + 1)) {
    const start = at + before.length - 2;
    if (text[start + 2] === ' ') continue;
    const end = text.indexOf('\n', start);
    yield [start, text.slice(start, end < 0 ? text.length : end)];
  }
}

/** `name:`, `'@scope/name': 1.2.3`, without its indentation. */
const PAIR = /^(?:'([^']*)'|"([^"]*)"|([^\s'"#-].*?)):(?:[ \t]+(.*?))?[ \t\r]*$/;

const VERSION = 'version: ';

function readImporters(head: string): ReadonlyMap<string, Importer> {
  const hasImporters = /^importers:/m.test(head);
  const importers = new Map<string, Importer>();
  // Indentation of a package's sections: those of a single package are at the top.
  const base = hasImporters ? 4 : 0;
  let isInside = !hasImporters;
  let importer: Importer = new Map();
  if (!hasImporters) importers.set('.', importer);
  let rank = -1;
  let name = '';
  for (const [depth, row] of rowsOf(head)) {
    const isDeep = depth >= base + 4;
    // Most rows are deep: what is installed of a dependency, and what was asked for.
    if (isDeep && (!isInside || depth > base + 4 || !row.startsWith(VERSION))) continue;
    const [, single, double, plain, value] = PAIR.exec(row) ?? [];
    const key = single ?? double ?? plain;
    if (key === undefined) continue;
    if (hasImporters && depth === 0) isInside = key === 'importers';
    if (!isInside) continue;
    if (depth === base - 2) importers.set(key, (importer = new Map<string, Locked>()));
    else if (depth === base) rank = SECTIONS.indexOf(key);
    else if (depth === base + 2) name = key;
    if (rank < 0 || value === undefined || (depth !== base + 2 && !isDeep)) continue;
    const known = importer.get(name);
    if (known === undefined || known.rank > rank) importer.set(name, { rank, version: unquoted(value) });
  }
  return importers;
}

/** The rows of a text without their indentation, with how deep it is. */
function* rowsOf(text: string): Generator<readonly [depth: number, row: string]> {
  for (let at = 0; at < text.length;) {
    const next = text.indexOf('\n', at);
    const end = next < 0 ? text.length : next;
    let start = at;
    while (text[start] === ' ') start++;
    if (start < end) yield [start - at, text.slice(start, end)];
    at = end + 1;
  }
}

function unquoted(text: string): string {
  return /^(['"])(.*)\1$/.exec(text)?.[2] ?? text;
}

/** `1.2.3(peer@2)`, `1.2.3_peer@2`, `/@scope/name@1.2.3`, `npm-name@1.2.3`; undefined for `link:` and addresses. */
function versionOf(text: string | undefined): string | undefined {
  return text === undefined
    ? undefined
    : /^(?:\/?(?:@[\w.-]+\/)?[\w.-]+[@/])?(\d+\.\d+[\w.+-]*?)(?:[(_]|$)/.exec(text)?.[1];
}
