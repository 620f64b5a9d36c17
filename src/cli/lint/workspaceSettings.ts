import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parse, type ParseError } from 'jsonc-parser';
import { SpanlightError } from '../../base/errors';
import type { LintSettings } from '../../lint/lintSettings';
import { readLintSettings, type WrittenLintSettings } from '../../lint/readLintSettings';

const LISTS = ['coveredBy', 'injectHelpers', 'extractHelpers', 'assumedAgents'] as const;

/**
 * What the workspace's own settings say to lint, so that a run in CI finds what the editor shows: `spanlight.lint.*` of
 * the `.vscode/settings.json` in each folder, or the nearest one above it within its repository. The first folder that
 * says a severity counts; lists are put together. The scope is the editor's alone.
 *
 * @param complain told what is wrong with them.
 * @throws SpanlightError if one is there and is no JSON.
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

async function readSettings(file: string, complain: (sentence: string) => void): Promise<Partial<WrittenLintSettings>> {
  const errors: ParseError[] = [];
  const root: unknown = parse(await readFile(file, 'utf8'), errors, { allowTrailingComma: true });
  if (errors.length > 0 || !isRecord(root))
    throw new SpanlightError(
      'These settings are no JSON.',
      file,
      'Mend them, as the editor would not use them either.',
    );
  const wrong = (name: string, what: string): undefined => {
    complain(`${file}: spanlight.lint.${name} is no ${what} and left out.`);
    return undefined;
  };
  const severities = root['spanlight.lint.severities'];
  const isMap = isRecord(severities) && Object.values(severities).every((value) => typeof value === 'string');
  const read: Partial<Record<keyof WrittenLintSettings, unknown>> = {};
  if (severities !== undefined) read.severities = isMap ? severities : wrong('severities', 'object of texts');
  for (const name of LISTS) {
    const list = root[`spanlight.lint.${name}`];
    if (list === undefined) continue;
    const isList = Array.isArray(list) && list.every((item) => typeof item === 'string');
    read[name] = isList ? list : wrong(name, 'list of texts');
  }
  return read as Partial<WrittenLintSettings>;
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
