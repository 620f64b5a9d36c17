import type { CodeImport } from '../../syntax/code/code';
import type { SourceCode } from '../code/sourceCode';

/** What may be a module's name, in its quotes: behind `from`, `import`, `require` and all that is called like it. */
const LOADED = /(?:from|import|require[\w$.]{0,40})\s*(?:\(\s*)?(?:\/\*[^*]*\*\/\s*)?(['"`][^'"`\n]+['"`])/g;

const loaded = new WeakMap<SourceCode, string>();

/** Whether a word stands in the names of modules that a file loads, told without parsing. */
export function mayLoad(source: SourceCode, word: string): boolean {
  if (!source.has(word)) return false;
  let names = loaded.get(source);
  if (names === undefined) {
    names = Array.from(source.code.text.matchAll(LOADED), ([, name]) => name).join('\n');
    loaded.set(source, names);
  }
  return names.includes(word);
}

/** Whether a file imports a module that is named in it as one of the words: those without need not be parsed to know. */
export function importsOne(
  source: SourceCode,
  words: readonly string[],
  wanted: (one: CodeImport) => boolean,
): boolean {
  return words.some((word) => mayLoad(source, word)) && source.code.imports.some(wanted);
}
