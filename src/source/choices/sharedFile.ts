import path from 'node:path';
import { describeError, SpanlightError } from '../../base/errors';
import type { Choice, ChosenOperation, ChosenPlace } from '../../model/choice';
import { SPAN_KINDS, type SpanKind } from '../../model/operation';
import type { PathRule } from '../paths/pathResolver';
import { SHARED_FILE } from './applyChoices';
import { isSameChoice, withChoice } from './choices';

/** What a repository says of where its code is: `.vscode/spanlight.json`. Paths are absolute here, relative there. */
export interface SharedFile {
  readonly choices: readonly Choice[];
  readonly pathRules: readonly PathRule[];
  readonly services: Readonly<Record<string, string>>;
  /** A sentence each for what cannot be used; the rest of the file counts. */
  readonly problems: readonly string[];
}

export const NO_SHARED_FILE: SharedFile = { choices: [], pathRules: [], services: {}, problems: [] };

type Entries = Readonly<Record<string, unknown>>;

const LISTS = { picks: 'pick', notThisCode: 'not' } as const;
const KEYS: readonly string[] = ['$schema', ...Object.keys(LISTS), 'pathRules', 'services'];

/**
 * Reads the file. An entry that makes no sense is left out and told, with where it stands.
 * @param folder absolute path of the workspace folder whose `.vscode` holds the file.
 */
export function readSharedFile(text: string, folder: string): SharedFile {
  const problems: string[] = [];
  let root: unknown;
  try {
    root = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    return { ...NO_SHARED_FILE, problems: [`It is not JSON: ${describeError(error)}.`] };
  }
  if (!isObject(root)) return { ...NO_SHARED_FILE, problems: ['It is no object.'] };
  for (const key of Object.keys(root)) {
    if (!KEYS.includes(key)) problems.push(`"${key}" is not known; use ${KEYS.slice(1).join(', ')}.`);
  }
  const attempt = <T>(place: string, read: () => T): T[] => {
    try {
      return [read()];
    } catch (error) {
      problems.push(`${place}: ${describeError(error)}`);
      return [];
    }
  };
  const list = (key: string): unknown[] => {
    const value = root[key];
    if (value === undefined || Array.isArray(value)) return (value as unknown[] | undefined) ?? [];
    problems.push(`"${key}" is no list.`);
    return [];
  };
  const choices = Object.entries(LISTS).flatMap(([key, verdict]) =>
    list(key).flatMap((entry, i) => attempt(`${key}[${i}]`, () => readChoice(entry, verdict, folder))),
  );
  const pathRules = list('pathRules').flatMap((entry, i) =>
    attempt(`pathRules[${i}]`, () => {
      const rule = object(entry, 'The rule');
      return { from: textOf(rule, 'from'), to: inside(folder, textOf(rule, 'to')) };
    }),
  );
  const { services = {} } = root;
  if (!isObject(services)) problems.push('"services" is no object from service to folder.');
  const folders = Object.entries(isObject(services) ? services : {}).flatMap(([service, where]) =>
    attempt(`services, "${service}"`, (): [string, string] => {
      if (typeof where !== 'string') throw new SpanlightError('The folder is no text.');
      return [service, inside(folder, where)];
    }),
  );
  return { choices, pathRules, services: Object.fromEntries(folders), problems };
}

/**
 * The file's text with more choices in it. Everything else in it stays as it is. Throws {@link SpanlightError} where the
 * text is not JSON: rewriting it would lose what somebody meant.
 * @param text undefined where there is no file yet.
 * @param folder as for {@link readSharedFile}; all places lie in it.
 */
export function withSharedChoices(text: string | undefined, folder: string, added: readonly Choice[]): string {
  const root = text === undefined ? {} : parseRoot(text);
  let choices: readonly Choice[] = text === undefined ? [] : readSharedFile(text, folder).choices;
  for (const choice of added) choices = withChoice(choices, choice);
  return written(root, folder, choices);
}

/** The file's text without some choices; as {@link withSharedChoices}. */
export function withoutSharedChoices(text: string, folder: string, removed: readonly Choice[]): string {
  const { choices } = readSharedFile(text, folder);
  const kept = choices.filter((choice) => !removed.some((other) => isSameChoice(choice, other)));
  return written(parseRoot(text), folder, kept);
}

function parseRoot(text: string): Entries {
  try {
    const root: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (isObject(root)) return root;
  } catch (error) {
    throw new SpanlightError(
      `The file is not JSON: ${describeError(error)}.`,
      SHARED_FILE,
      'Mend it, then try again.',
      {
        cause: error,
      },
    );
  }
  throw new SpanlightError('The file is no object.', SHARED_FILE, 'Mend it, then try again.');
}

function written(root: Entries, folder: string, choices: readonly Choice[]): string {
  const next: Record<string, unknown> = { ...root };
  for (const [key, verdict] of Object.entries(LISTS)) {
    const entries = choices
      .filter((choice) => choice.verdict === verdict)
      .map(({ operation, place }) => ({ operation, place: { ...place, file: relativeTo(folder, place.file) } }));
    if (entries.length > 0) next[key] = entries;
    else delete next[key];
  }
  return `${JSON.stringify(next, undefined, 2)}\n`;
}

function readChoice(value: unknown, verdict: Choice['verdict'], folder: string): Choice {
  const entry = object(value, 'The entry');
  const operation = object(entry['operation'], '"operation"');
  const place = object(entry['place'], '"place"');
  return { verdict, operation: readOperation(operation), place: readPlace(place, folder) };
}

function readOperation(entry: Entries): ChosenOperation {
  const kind = SPAN_KINDS.find((known) => known === entry['kind']);
  if (kind === undefined)
    throw new SpanlightError('"kind" is no span kind.', undefined, `Use one of ${SPAN_KINDS.join(', ')}.`);
  const base: { service: string; kind: SpanKind; name: string } = {
    service: textOf(entry, 'service'),
    kind,
    name: textOf(entry, 'name'),
  };
  const scope = entry['scope'] === undefined ? {} : { scope: textOf(entry, 'scope') };
  if (entry['attributes'] === undefined) return { ...base, ...scope };
  const attributes = object(entry['attributes'], '"attributes"');
  for (const name of Object.keys(attributes)) textOf(attributes, name);
  return { ...base, ...scope, attributes: attributes as Readonly<Record<string, string>> };
}

function readPlace(entry: Entries, folder: string): ChosenPlace {
  const { line } = entry;
  if (typeof line !== 'number' || !Number.isInteger(line) || line < 1) {
    throw new SpanlightError('"line" is no line.', undefined, 'Lines count from 1.');
  }
  return { file: inside(folder, textOf(entry, 'file')), symbol: textOf(entry, 'symbol'), line };
}

/** A path below the folder, absolute. A repository says nothing of what lies outside it. */
function inside(folder: string, relative: string): string {
  const full = path.resolve(folder, relative.replace(/^\$\{workspaceFolder\}[\\/]?/, ''));
  const down = path.relative(folder, full);
  if (down === '..' || down.startsWith(`..${path.sep}`) || path.isAbsolute(down)) {
    throw new SpanlightError(`"${relative}" leads out of the folder.`, undefined, 'Write it relative to the folder.');
  }
  return full;
}

function relativeTo(folder: string, file: string): string {
  return path.relative(folder, file).split(path.sep).join('/');
}

function isObject(value: unknown): value is Entries {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function object(value: unknown, name: string): Entries {
  if (isObject(value)) return value;
  throw new SpanlightError(`${name} is no object.`);
}

function textOf(entry: Entries, key: string): string {
  const value = entry[key];
  if (typeof value === 'string') return value;
  throw new SpanlightError(`"${key}" is no text.`);
}
