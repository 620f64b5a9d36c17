import { line1, toLine0 } from '../base/positions';
import type { OperationKey } from '../model/operation';
import { emptyFacts } from '../syntax/emptyFacts';
import type { FileFacts, FunctionFact, Language } from '../syntax/facts';
import type { EvidenceContext } from './candidate';
import { outlineAt, sameFunction, type FunctionOutline } from './drift/codeVersion';
import type { PastFile } from './drift/pastFiles';
import { missUnread } from './missed';
import { functionAt, functionsAround } from './names/matchFunction';
import { dialectOf, parseQualifiedName } from './names/qualifiedName';
import type { ResolvedPath } from './paths/pathResolver';
import { isScript, type Original } from './sourceMaps/sourceMaps';
import { unreadLanguage } from './unreadLanguages';
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
  /** Where the place was named, if a source map led on from there: `dist/main.js:40`. */
  readonly via?: string | undefined;
  /** The text that was compiled, if the source map keeps it. */
  readonly content?: string | undefined;
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
  /** The compiled place that a source map led from: `dist/main.js:40`. */
  readonly via?: string | undefined;
  /** Where the place was in the code that ran, if that is another place: `line 40 at 3f2c1ab`. */
  readonly was?: string;
  /** The line itself is another now, or gone: {@link line} is that of the function's name. */
  readonly edited?: true;
  /** The function that stood there, which the file has no more. */
  readonly gone?: FunctionOutline;
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
  if (alike.length === 1 && !context.paths.isLibrary(place.file))
    return examineOrTell(alike[0]!, place, false, context);
  if (inModule?.length === 0) {
    if (tell) context.miss('library-code', `The span was recorded in library code (${place.file}).`);
    return undefined;
  }
  const at = { line: place.line, column: place.column };
  const known = context.paths.places(place.file, operation.service);
  const original = await context.sourceMaps.original(place.file, at, context.scope, known);
  const unsure = original?.kind === 'silent' ? original : undefined;
  if (original !== undefined && unsure === undefined) return ofCompiled(original, place, operation, context, tell);
  const witness = async (file: WorkspaceFile): Promise<boolean> =>
    (await examine(file, place, false, context))?.confirmed === true;
  const resolved = await context.paths.resolve(place.file, operation.service, context.scope, witness);
  const moved = await movedSince(place, resolved, context);
  if (moved !== undefined) return examineOrTell(moved, place, false, context);
  switch (resolved.kind) {
    case 'file': {
      const { file } = resolved;
      const source = isScript(file.relative) ? await context.sourceMaps.through(file.path, at) : undefined;
      if (source === undefined || source.kind === 'silent') return examineOrTell(file, place, false, context);
      return ofCompiled(source, place, operation, context, tell);
    }
    case 'library':
      if (tell) context.miss('library-code', `The span was recorded in library code (${place.file}).`);
      return undefined;
    case 'several':
    case 'none':
      context.touch(unmatchedTouch(operation.service));
      if (tell && unsure) context.miss('file-not-found', unsure.text, unsure.cure);
      else if (tell) missPath(place.file, resolved.kind === 'several' ? resolved.files : [], context);
      return undefined;
  }
}

/** What a place in compiled code came from. */
async function ofCompiled(
  original: Original,
  place: CodePlace,
  operation: OperationKey,
  context: EvidenceContext,
  tell: boolean,
): Promise<LocatedPlace | undefined> {
  if (original.kind === 'place') {
    const { file, line, content } = original;
    const via = place.line === undefined ? place.file : `${place.file}:${place.line}`;
    return examineOrTell(file, { ...place, line, via, content }, line === undefined, context);
  }
  if (original.kind === 'several') {
    context.touch(unmatchedTouch(operation.service));
    if (tell) missPath(place.file, original.files, context);
  } else if (tell) context.miss('library-code', `The span was recorded in library code (${place.file}).`);
  return undefined;
}

/** Touched by what may be found when more is known of the service's paths. */
export function unmatchedTouch(service: string): string {
  return `unmatched-path:${service}`;
}

function missPath(raw: string, files: readonly WorkspaceFile[], context: EvidenceContext): void {
  const [only, ...others] = files;
  const names = files.slice(0, 3).map((file) => file.relative);
  const text =
    only === undefined
      ? `No file of the workspace is ${raw}.`
      : others.length === 0
        ? `${raw} may be ${only.relative}, but only its name agrees.`
        : `${raw} may be any of ${names.join(', ')}${files.length > 3 ? ' …' : ''}.`;
  const open = only === undefined ? 'Open the folder it lies in, or say' : 'Say';
  const cure = `${open} where it lies: with Say Where a Path Lies… in the editor, or with the setting spanlight.source.paths.`;
  context.miss('file-not-found', text, cure, { path: raw, files: files.map((file) => file.path).sort() });
}

/** The file that was called so in the code that ran, where no file of now was. */
async function movedSince(
  place: CodePlace,
  resolved: ResolvedPath,
  context: EvidenceContext,
): Promise<WorkspaceFile | undefined> {
  if (resolved.kind === 'library' || context.past.name === undefined) return undefined;
  if (resolved.kind === 'file' && (await context.past.at(resolved.file)).kind !== 'new') return undefined;
  const moved = (await context.past.movedFrom(place.file)).filter((file) => context.scope.allowsNamed(file));
  const near = context.scope.nearest(moved, (file) => file);
  return near.length === 1 ? near[0] : undefined;
}

/** The same as {@link examine} for the file that is surely meant: also tells if it is not read. */
async function examineOrTell(
  file: WorkspaceFile,
  place: CodePlace,
  lost: boolean,
  context: EvidenceContext,
): Promise<LocatedPlace | undefined> {
  const why = await context.index.whyNotRead(file);
  if (place.content !== undefined) await context.past.compiledFrom(file, place.content);
  if (why === undefined) {
    const found = await examine(file, place, lost, context);
    return found && place.via !== undefined ? { ...found, via: place.via } : found;
  }
  context.touch(`file:${file.path}`);
  const plain = lost || unreadLanguage(file.path) === undefined ? undefined : await rowOf(file, place, context);
  if (plain !== undefined) return plain;
  missUnread(file, why, context);
  return undefined;
}

/** A row of a file without a grammar: nothing tells which function is there. */
async function rowOf(
  file: WorkspaceFile,
  place: CodePlace,
  context: EvidenceContext,
): Promise<LocatedPlace | undefined> {
  const text = place.line === undefined ? undefined : await context.files.read(file.path);
  if (text === undefined) return undefined;
  const rows = countRows(text);
  const now = await lineNow(file, place.line!, context);
  if (now.edited || now.line > rows) return undefined;
  const facts = emptyFacts('java');
  return { file, facts, line: now.line, function: -1, confirmed: false, drifted: false, rows, lost: false };
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
  const answer = lost || place.line === undefined ? undefined : await context.past.at(file);
  if (answer?.kind === 'other') return examinePast(file, facts, rows, place, answer.past, context);
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
  const around = functionsAround(facts, row);
  const agreeing = place.function === undefined ? -1 : agrees(facts.language, facts.functions, around, place);
  const named = agreeing < 0 ? undefined : agreeing;
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

/**
 * The same for a file that is another now than it was where the process ran: the line is one of then, and the function
 * that stood there is looked for by its name before the line is carried.
 */
function examinePast(
  file: WorkspaceFile,
  facts: FileFacts,
  rows: number,
  place: CodePlace,
  { old, lines, now, instead }: PastFile,
  { past }: EvidenceContext,
): LocatedPlace {
  const row = toLine0(line1(place.line!));
  const nowhere = { file, facts, line: undefined, function: -1, confirmed: false, drifted: true, rows, lost: false };
  if (row >= old.lines.length) return nowhere;
  const around = old.functions.map((_, index) => index).filter((index) => holds(old.functions[index]!, row));
  around.sort((a, b) => height(old.functions[a]!) - height(old.functions[b]!));
  const agreeing = place.function === undefined ? -1 : agrees(facts.language, old.functions, around, place);
  const was = old.functions[agreeing] ?? outlineAt(old, row);
  const is = was && sameFunction(old, was, now, lines);
  const index = is === undefined ? -1 : now.functions.indexOf(is);
  const drifted = place.function !== undefined && agreeing < 0;
  const carried = lines.carry(row);
  const where = instead === undefined ? `at ${past.name}` : WHEN[instead];
  const found = { file, facts, rows, lost: false, confirmed: agreeing >= 0 && index >= 0, drifted };
  if (!carried.edited) {
    const line = carried.line + 1;
    return {
      ...found,
      line,
      function: index >= 0 ? index : functionAt(facts, toLine0(line1(line))),
      ...(line === place.line ? {} : { was: `line ${place.line} ${where}` }),
    };
  }
  const gone = { was: `line ${place.line} ${where}, which was changed since`, edited: true } as const;
  if (is === undefined) return { ...nowhere, ...gone, ...(was === undefined ? {} : { gone: was }) };
  return { ...found, line: is.nameLine + 1, function: index, ...gone };
}

/** Where a line of the code that ran is now, 1-based. */
export async function lineNow(
  file: WorkspaceFile,
  line: number,
  { past }: EvidenceContext,
): Promise<{ readonly line: number; readonly edited: boolean }> {
  const answer = await past.at(file);
  if (answer.kind !== 'other') return { line, edited: false };
  const carried = answer.past.lines.carry(line - 1);
  return { line: carried.line + 1, edited: carried.edited };
}

const WHEN = { snapshot: 'when the process began', compiled: 'when it was compiled' } as const;

function holds({ startLine, endLine }: FunctionOutline, row: number): boolean {
  return startLine <= row && row <= endLine;
}

function height({ startLine, endLine }: FunctionOutline): number {
  return endLine - startLine;
}

/** Which of the functions around a line, innermost first, bears the name that a place has, by index; -1 if none does. */
function agrees(
  language: Language,
  functions: readonly Pick<FunctionFact, 'name' | 'container'>[],
  around: readonly number[],
  { function: name = '', namespace }: CodePlace,
): number {
  const wanted = parseQualifiedName(dialectOf(language), name, namespace);
  // A nameless function, or code outside any (`<module>`), agrees with any place that is as nameless.
  if (!wanted) return around.find((index) => functions[index]!.name === '') ?? around[0] ?? -1;
  const found = around.find((index) => {
    const fact = functions[index]!;
    return (
      fact.name === wanted.name || (fact.container.at(-1) === wanted.name && /^(constructor|__init__)$/.test(fact.name))
    );
  });
  return found ?? -1;
}

/** As editors count: what follows the last line break is a line, unless it is empty. */
function countRows(text: string): number {
  let rows = text === '' || text.endsWith('\n') ? 0 : 1;
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) rows++;
  return rows;
}
