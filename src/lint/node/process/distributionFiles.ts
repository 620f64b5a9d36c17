import { escapeRegExp } from '../../../base/texts/escapeRegExp';
import type { Program } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import { DISTRIBUTIONS } from '../nodeTables';

/** A module's name, or that of a module in it, in quotes. */
function quoted(names: readonly string[]): string {
  return `['"](?:${names.map(escapeRegExp).join('|')})['"/]`;
}

let anyOne: RegExp | undefined;
const imports = new Map<string, RegExp>();

/** The files that name a distribution at all: one look at each, where there are 30 names. */
export function filesWithDistributions({ sources }: Program): readonly SourceCode[] {
  anyOne ??= new RegExp(quoted(DISTRIBUTIONS.map(({ package: name }) => name)));
  return sources.filter((source) => source.has(anyOne!));
}

/** Whether a file's text has an import of the module: those that only speak of it need not be parsed. */
export function mayImport(source: SourceCode, name: string): boolean {
  let pattern = imports.get(name);
  if (pattern === undefined) {
    pattern = new RegExp(`(?:from|import|require\\w*)[\\s(]*(?:/\\*[^]*?\\*/\\s*)?${quoted([name])}`, 'i');
    imports.set(name, pattern);
  }
  return source.has(pattern);
}
