import { line1, toLine0 } from '../base/positions';
import type { OperationKey } from '../model/operation';
import type { FileFacts } from '../syntax/facts';
import type { EvidenceContext } from './candidate';
import { missUnread } from './missed';
import { functionAt, functionsAround } from './names/matchFunction';
import { dialectOf, parseQualifiedName } from './names/qualifiedName';
import { isLibraryPath } from './paths/libraryPaths';
import type { WorkspaceFile } from './workspace/workspaceFiles';

/** A place as a running process names it. */
export interface CodePlace {
  readonly file: string;
  /** 1-based. */
  readonly line: number | undefined;
  /** 1-based. */
  readonly column: number | undefined;
  readonly function: string | undefined;
  readonly namespace?: string | undefined;
}

/** The same place in the workspace. */
export interface LocatedPlace {
  readonly file: WorkspaceFile;
  readonly facts: FileFacts;
  /** 1-based, in the source file; undefined where only the file is known. */
  readonly line: number | undefined;
  /** Function at the line, -1 outside any or where there is no line. */
  readonly function: number;
  /** The function named with the place is the one at the line. */
  readonly confirmed: boolean;
  /** The line lies beyond the file, or another function is there. */
  readonly drifted: boolean;
  /** Lines of the file. */
  readonly rows: number;
  /** The line is one of a compiled file, and no map says which of the source file it is. */
  readonly lost: boolean;
}

/**
 * Finds the file and the line in the workspace: through source maps for compiled JavaScript, else by the path.
 * @param tell whether a failure is told to the user.
 * @param inModule files of the module that the process named with it, nearest first; empty for a library's.
 */
export async function locate(
  place: CodePlace,
  operation: OperationKey,
  context: EvidenceContext,
  tell: boolean,
  inModule?: readonly WorkspaceFile[],
): Promise<LocatedPlace | undefined> {
  context.touch('paths');
  const basename = place.file.slice(Math.max(place.file.lastIndexOf('/'), place.file.lastIndexOf('\\')) + 1);
  const alike = inModule?.filter((file) => file.relative === basename || file.relative.endsWith(`/${basename}`)) ?? [];
  if (alike.length === 1 && !isLibraryPath(place.file)) return examineOrTell(alike[0]!, place, false, context);
  if (inModule?.length === 0) {
    if (tell) context.miss('library-code', `The span was recorded in library code (${place.file}).`);
    return undefined;
  }
  const mapped = await context.sourceMaps.original(place.file, place.line, place.column, context.scope);
  if (mapped) return examineOrTell(mapped.file, { ...place, line: mapped.line }, mapped.line === undefined, context);
  const witness = async (file: WorkspaceFile): Promise<boolean> =>
    (await examine(file, place, false, context))?.confirmed === true;
  const resolved = await context.paths.resolve(place.file, operation.service, context.scope, witness);
  switch (resolved.kind) {
    case 'file':
      return examineOrTell(resolved.file, place, false, context);
    case 'library':
      if (tell) context.miss('library-code', `The span was recorded in library code (${place.file}).`);
      return undefined;
    case 'several': {
      const names = resolved.files.slice(0, 3).map((file) => file.relative);
      const text =
        names.length === 1
          ? `${place.file} may be ${names[0]!}, but only its name agrees.`
          : `${place.file} may be any of ${names.join(', ')}${resolved.files.length > 3 ? ' …' : ''}.`;
      if (tell)
        context.miss('file-not-found', text, 'Say where the path lies with the setting spanlight.source.pathRules.');
      return undefined;
    }
    case 'none':
      if (tell) {
        context.miss(
          'file-not-found',
          `No file of the workspace is ${place.file}.`,
          'Open the folder it lies in, or say where it lies with the setting spanlight.source.pathRules.',
        );
      }
      return undefined;
  }
}

/** The same as {@link examine} for the file that is surely meant: also tells if it is not read. */
async function examineOrTell(
  file: WorkspaceFile,
  place: CodePlace,
  lost: boolean,
  context: EvidenceContext,
): Promise<LocatedPlace | undefined> {
  const why = await context.index.whyNotRead(file);
  if (why === undefined) return examine(file, place, lost, context);
  context.touch(`file:${file.path}`);
  missUnread(file, why, context);
  return undefined;
}

/** @param lost the file is known but the line is one of a compiled file. */
async function examine(
  file: WorkspaceFile,
  place: CodePlace,
  lost: boolean,
  context: EvidenceContext,
): Promise<LocatedPlace | undefined> {
  const facts = await context.facts(file);
  if (!facts || facts.skipped !== undefined) return undefined;
  const text = await context.files.read(file.path);
  const rows = text === undefined ? 0 : countRows(text);
  const beyond = place.line !== undefined && place.line > rows;
  if (lost || place.line === undefined || beyond) {
    return {
      file,
      facts,
      line: undefined,
      function: -1,
      confirmed: false,
      drifted: beyond || place.function !== undefined,
      rows,
      lost,
    };
  }
  const row = toLine0(line1(place.line));
  const at = functionAt(facts, row);
  const named = place.function === undefined ? undefined : agrees(facts, row, place.function, place.namespace);
  return {
    file,
    facts,
    line: place.line,
    function: named ?? at,
    confirmed: named !== undefined,
    drifted: place.function !== undefined && named === undefined,
    rows,
    lost,
  };
}

/** The function around the line that bears the name, by index; undefined if none does. */
function agrees(
  facts: FileFacts,
  row: ReturnType<typeof toLine0>,
  name: string,
  namespace?: string,
): number | undefined {
  const wanted = parseQualifiedName(dialectOf(facts.language), name, namespace);
  const around = functionsAround(facts, row);
  // A nameless function, or code outside any (`<module>`), agrees with any place that is as nameless.
  if (!wanted) return around.find((index) => facts.functions[index]!.name === '') ?? around[0];
  return around.find((index) => {
    const fact = facts.functions[index]!;
    return (
      fact.name === wanted.name || (fact.container.at(-1) === wanted.name && /^(constructor|__init__)$/.test(fact.name))
    );
  });
}

/** As editors count: what follows the last line break is a line, unless it is empty. */
function countRows(text: string): number {
  let rows = text === '' || text.endsWith('\n') ? 0 : 1;
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) rows++;
  return rows;
}
