import path from 'node:path';
import type { Dependency } from '../processUnit';
import { placeBefore, type ReadFile } from '../projectFiles';

/** A `go.mod`, read. */
export interface GoModule {
  readonly file: ReadFile;
  /** The module's path, '' where the file does not say it. */
  readonly name: string;
  /** The oldest Go it builds with, as its `go` line says; undefined without one. */
  readonly goVersion: string | undefined;
  readonly dependencies: Map<string, Dependency>;
  /** Modules replaced by a folder: module path → absolute folder. */
  readonly replaced: ReadonlyMap<string, string>;
  /** Its file is not among those of the workspace, though its folder is. */
  readonly isUnseen?: boolean;
}

/**
 * Reads a `go.mod`: directives by line or in parentheses (https://go.dev/ref/mod#go-mod-file). A replacement by another
 * module's version changes the version of the dependency, which keeps the name that code imports.
 */
export function readGoMod(file: ReadFile): GoModule {
  const dependencies = new Map<string, Dependency>();
  const replaced = new Map<string, string>();
  const versions = new Map<string, string>();
  let name = '';
  let goVersion: string | undefined;
  for (const { verb, words, comment, start } of directives(file.text)) {
    const [first = '', second = ''] = words;
    if (verb === 'module') name = first;
    else if (verb === 'go') goVersion = first;
    else if (verb === 'require' && second !== '') {
      const scope = /\bindirect\b/.test(comment) ? 'indirect' : 'runtime';
      const at = file.at(start, undefined, `${first} ${second}`);
      dependencies.set(first, {
        ...{ name: first, range: second, version: bare(second), scope, at },
        before: placeBefore(file, start),
      });
    } else if (verb === 'replace') {
      const arrow = words.indexOf('=>');
      const target = words[arrow + 1];
      if (arrow < 1 || target === undefined) continue;
      if (/^\.{0,2}\//.test(target)) replaced.set(first, path.resolve(file.folder, target));
      else if (words[arrow + 2] !== undefined) versions.set(first, words[arrow + 2]!);
    }
  }
  for (const [module, version] of versions) {
    const known = dependencies.get(module);
    if (known) dependencies.set(module, { ...known, version: bare(version) });
  }
  return { file, name, goVersion, dependencies, replaced };
}

interface Directive {
  readonly verb: string;
  readonly words: readonly string[];
  readonly comment: string;
  /** Offset of the first word after the verb. */
  readonly start: number;
}

function directives(text: string): Directive[] {
  const found: Directive[] = [];
  let block: string | undefined;
  let offset = 0;
  for (const row of text.split('\n')) {
    const cut = row.search(/(^|\s)\/\//);
    const code = cut < 0 ? row : row.slice(0, cut);
    const comment = cut < 0 ? '' : row.slice(cut);
    const words = [...code.matchAll(/"([^"]*)"|`([^`]*)`|\(|\)|[^\s()"`]+/g)].map((match) => ({
      text: match[1] ?? match[2] ?? match[0],
      start: offset + match.index,
    }));
    offset += row.length + 1;
    if (words.length === 0) continue;
    if (block !== undefined) {
      if (words[0]!.text === ')') block = undefined;
      else found.push({ verb: block, words: words.map((word) => word.text), comment, start: words[0]!.start });
    } else if (words[1]?.text === '(') block = words[0]!.text;
    else if (words.length > 1) {
      const rest = words.slice(1);
      found.push({ verb: words[0]!.text, words: rest.map((word) => word.text), comment, start: rest[0]!.start });
    }
  }
  return found;
}

function bare(version: string): string {
  return version.replace(/^v/, '').replace(/\+incompatible$/, '');
}
