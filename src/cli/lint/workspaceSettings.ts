import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parse, type ParseError } from 'jsonc-parser';
import { closest } from '../../base/closest';
import { describeError } from '../../base/errors';
import type { LintSettings } from '../../lint/lintSettings';
import { readLintSettings, type WrittenLintSettings } from '../../lint/readLintSettings';

const PREFIX = 'spanlight.lint.';

const LISTS = ['coveredBy', 'injectHelpers', 'extractHelpers', 'assumedAgents'] as const;

const NAMES: readonly string[] = ['scope', 'severities', ...LISTS].map((name) => PREFIX + name);

/**
 * What the workspace's own settings say to lint, so that a run in CI finds what the editor shows: `spanlight.lint.*` of
 * the `.vscode/settings.json` in each folder, or the nearest one above it within its repository. The first folder that
 * says a severity counts; lists are put together. The scope is the editor's alone.
 *
 * @param complain told what is wrong with them.
 */
export async function workspaceSettings(
  folders: readonly string[],
  complain: (sentence: string) => void,
): Promise<LintSettings> {
  const severities: Record<string, string> = {};
  const lists: Record<(typeof LISTS)[number], string[]> = {
    coveredBy: [],
    injectHelpers: [],
    extractHelpers: [],
    assumedAgents: [],
  };
  const files = new Set<string>();
  for (const folder of folders) {
    const file = await settingsFile(folder);
    if (file !== undefined) files.add(file);
  }
  for (const file of files) {
    const written = await readSettings(file, complain);
    for (const [rule, severity] of Object.entries(written.severities ?? {})) severities[rule] ??= severity;
    for (const name of LISTS) lists[name].push(...(written[name] ?? []));
  }
  const names = [...files].join(', ');
  return readLintSettings({ severities, ...lists }, (sentence) => complain(`${names}: ${sentence}`));
}

/** In the folder or above it, no higher than the repository's top; without a repository only in the folder itself. */
async function settingsFile(folder: string): Promise<string | undefined> {
  const found: string[] = [];
  for (let at = folder; ; at = path.dirname(at)) {
    const file = path.join(at, '.vscode', 'settings.json');
    if (await exists(file)) found.push(file);
    if (await exists(path.join(at, '.git'))) return found[0];
    if (at === path.dirname(at)) break;
  }
  return found.find((file) => path.dirname(path.dirname(file)) === folder);
}

/** As the editor reads them: what is broken costs only itself, and an empty file is as good as none. */
async function readSettings(file: string, complain: (sentence: string) => void): Promise<Partial<WrittenLintSettings>> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    complain(`${file} cannot be read and is left out: ${describeError(error)}`);
    return '';
  });
  const errors: ParseError[] = [];
  const root: unknown = parse(text.replace(/^\uFEFF/, ''), errors, {
    allowTrailingComma: true,
    allowEmptyContent: true,
  });
  if (errors.length > 0 || !(root === undefined || isRecord(root)))
    complain(`${file} is no JSON: what of it can be read counts, as in the editor. Mend it.`);
  if (!isRecord(root)) return {};
  for (const name of Object.keys(root))
    if (isUnknown(name)) complain(`${file}: There is no setting ${name}. ${meant(name)}`);
  const wrong = (name: string, what: string): undefined => {
    complain(`${file}: ${PREFIX}${name} is no ${what} and left out.`);
    return undefined;
  };
  const severities = root[`${PREFIX}severities`];
  const isMap = isRecord(severities) && Object.values(severities).every((value) => typeof value === 'string');
  const read: Partial<Record<keyof WrittenLintSettings, unknown>> = {};
  if (severities !== undefined) read.severities = isMap ? severities : wrong('severities', 'object of texts');
  for (const name of LISTS) {
    const list = root[`${PREFIX}${name}`];
    if (list === undefined) continue;
    const isList = Array.isArray(list) && list.every((item) => typeof item === 'string');
    read[name] = isList ? list : wrong(name, 'list of texts');
  }
  return read as Partial<WrittenLintSettings>;
}

function isUnknown(name: string): boolean {
  return name.startsWith(PREFIX) && !NAMES.includes(name);
}

function meant(name: string): string {
  const one = closest(name, NAMES);
  return one === undefined ? `There are ${NAMES.join(', ')}.` : `${one} is one.`;
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
