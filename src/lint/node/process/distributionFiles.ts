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

/** What distributions give loggers, so that these send logs and name the trace in them. */
const OF_LOGS = /pino|winston|bunyan|logger|transport/i;

/**
 * Whether a file takes nothing but that from a distribution, which then need not be started:
 * `mixin: HyperDX.getPinoMixinFunction`. An import for its effects may start it.
 */
export function onlyHandsLogsOn(source: SourceCode, name: string): boolean {
  const own = source.code.imports.filter(
    ({ from, typeOnly }) => typeOnly !== true && (from === name || from.startsWith(`${name}/`)),
  );
  return own.every(({ names }) => {
    const used = Object.entries(names).flatMap(([local, exported]) =>
      exported === '*' || exported === 'default' ? membersOf(source, local) : [exported],
    );
    return used.length > 0 && used.every((one) => OF_LOGS.test(one));
  });
}

/** The members of a name that a text uses; the name itself where it is used without any. */
function membersOf(source: SourceCode, local: string): string[] {
  const uses = source.code.text.matchAll(new RegExp(`(?<![\\w$.'"@/-])${escapeRegExp(local)}\\b(?:\\.(\\w+))?`, 'g'));
  // The import names it, too.
  return [...uses].slice(1).map(([whole, member]) => member ?? whole);
}
