import type { FileFacts, TypeFact } from '../../syntax/facts';
import type { FoundFunction } from '../implementations';
import type { Touch } from '../index/dependencies';
import type { SourceIndex } from '../index/sourceIndex';
import type { WorkspaceFile } from '../workspace/workspaceFiles';

/** Classes and modules visited while a method is looked for. */
const MAX_VISITED = 24;

/** A name declared in more files than this is no clue. */
const MAX_FILES = 40;

/** What a lookup in a workspace needs. */
export interface RubyLookup {
  readonly index: SourceIndex;
  readonly allows: (file: WorkspaceFile) => boolean;
  readonly touch: Touch;
}

/** A class or module of the workspace. */
export interface RubyType {
  readonly file: WorkspaceFile;
  readonly facts: FileFacts;
  readonly fact: TypeFact;
}

/**
 * The method that a class answers with, as Ruby finds it: its own, else that of an included module or a superclass.
 * @param path the class's full name: `['Admin', 'OrdersController']`. A namesake in another module is not meant.
 * @param foldCase whether the modules around the class may be written in another case: those of routes are made of
 * paths, and an inflection may say that `api` is `API`.
 */
export async function rubyMethods(
  lookup: RubyLookup,
  path: readonly string[],
  name: string,
  foldCase = false,
): Promise<FoundFunction[]> {
  const seen = new Set<string>();
  let level = await typesAt(lookup, path, foldCase);
  while (level.length > 0 && seen.size < MAX_VISITED) {
    const found = level.flatMap((type) => ownMethods(type, name));
    if (found.length > 0) return found;
    const next: RubyType[] = [];
    for (const type of level) {
      seen.add(pathOf(type.fact).join('.'));
      for (const base of type.fact.bases) {
        const above = await lexicalTypes(lookup, pathOf(type.fact), base.split('.'));
        next.push(...above.filter(({ fact }) => !seen.has(pathOf(fact).join('.'))));
      }
    }
    level = next;
  }
  return [];
}

/** The classes and modules of exactly this full name; several files may reopen one. */
export async function typesAt(lookup: RubyLookup, path: readonly string[], foldCase = false): Promise<RubyType[]> {
  const last = path.at(-1);
  if (last === undefined) return [];
  lookup.touch(`name:${last}`);
  const files = [...lookup.index.filesDeclaring(last)].filter(
    (file) => lookup.allows(file) && lookup.index.store.languageOf(file.path) === 'ruby',
  );
  if (files.length > MAX_FILES) return [];
  const key = (parts: readonly string[]): string =>
    foldCase ? parts.join('.').toLowerCase().replaceAll('_', '') : parts.join('.');
  const wanted = key(path);
  const found: RubyType[] = [];
  for (const file of files) {
    const facts = await lookup.index.facts(file);
    for (const fact of facts?.types ?? []) {
      if (key(pathOf(fact)) === wanted) found.push({ file, facts: facts!, fact });
    }
  }
  const live = found.filter(({ file }) => !/(^|\/)(spec|test)\//.test(file.relative));
  return live.length > 0 ? live : found;
}

/** A constant as Ruby looks it up: in the modules around, innermost first, then at the top. */
async function lexicalTypes(
  lookup: RubyLookup,
  around: readonly string[],
  written: readonly string[],
): Promise<RubyType[]> {
  for (let length = around.length - 1; length >= 0; length--) {
    const found = await typesAt(lookup, [...around.slice(0, length), ...written]);
    if (found.length > 0) return found;
  }
  return [];
}

function ownMethods({ file, facts, fact }: RubyType, name: string): FoundFunction[] {
  const path = pathOf(fact).join('.');
  return facts.functions.flatMap((method, index) =>
    method.name === name && method.container.join('.') === path ? [{ file, facts, index }] : [],
  );
}

function pathOf(fact: TypeFact): string[] {
  return [...fact.container, fact.name];
}
