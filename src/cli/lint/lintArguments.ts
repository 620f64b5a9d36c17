import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import { closest } from '../../base/closest';
import { SpanlightError } from '../../base/errors';
import { ruleOf, RULES } from '../../lint/ruleCatalogue';
import { parseOptions } from '../parseOptions';
import { FORMATS, type LintFormat } from './lintFormats';
import { projectAround } from './projectAround';

/** What `spanlight lint` is asked to do. */
export interface LintArguments {
  /** Absolute folders whose code is read. */
  readonly folders: readonly string[];
  /** Absolute files and folders whose findings are wanted; those of everything when it is empty. */
  readonly only: readonly string[];
  readonly format: LintFormat;
  /** Only these, those that are off by default too; the defaults when it is empty. */
  readonly rules: readonly string[];
  /** Findings that are no errors and still no failure. */
  readonly maxWarnings: number;
  /** Files and addresses with traces that may confirm or refute what is found. */
  readonly traces: readonly string[];
  readonly explain: boolean;
  /** What the workspace's settings say counts. */
  readonly ownSettings: boolean;
  /** Whether what an earlier run found counts, and this one's is kept. */
  readonly usesKept: boolean;
}

/** Reads the arguments; undefined if help is asked for. Throws what a user can mend. */
export async function readLintArguments(args: string[]): Promise<LintArguments | undefined> {
  const { values, positionals } = parse(args);
  if (values.help === true) return undefined;
  const format = readFormat(once('format', values.format));
  const targets = await readTargets(positionals.length === 0 ? ['.'] : positionals);
  const rules = (values.rule ?? []).flatMap((list) => list.split(',')).map(requireRule);
  const maxWarnings = readCount(once('max-warnings', values['max-warnings']));
  return {
    ...targets,
    format,
    rules,
    maxWarnings,
    traces: (values.traces ?? []).map(requireTraces),
    explain: values.explain === true,
    ownSettings: values['no-settings'] !== true,
    usesKept: values['no-cache'] !== true,
  };
}

/** A file is linted with the project around it, as its manifests decide what covers it. */
async function readTargets(paths: readonly string[]): Promise<Pick<LintArguments, 'folders' | 'only'>> {
  const folders = new Set<string>();
  const only: string[] = [];
  for (const given of paths) {
    const full = path.resolve(given);
    folders.add((await isFolder(full, given)) ? full : await projectAround(full));
    only.push(full);
  }
  return { folders: [...folders], only };
}

/** What cannot be read is no clean code. The empty text, as of a variable that is not set, names nothing. */
async function isFolder(full: string, given: string): Promise<boolean> {
  const info = given === '' ? undefined : await stat(full).catch(() => undefined);
  const name = given === '' ? '""' : given;
  if (info?.isDirectory() !== true && info?.isFile() !== true)
    throw new SpanlightError('There is no such file or folder.', name, 'Name one that exists.');
  const needed = info.isDirectory() ? constants.R_OK | constants.X_OK : constants.R_OK;
  await access(full, needed).catch((cause: unknown) => {
    throw new SpanlightError('Its permissions forbid to read it.', name, 'Give read permission.', { cause });
  });
  return info.isDirectory();
}

function readFormat(name: string | undefined): LintFormat {
  const format = FORMATS.find((known) => known === (name ?? 'text'));
  if (format !== undefined) return format;
  throw new SpanlightError(`"${name}" is no format.`, '--format', `Use ${FORMATS.join(', ')}.`);
}

/** The last of several would win in silence. */
function once(option: string, values: readonly string[] = []): string | undefined {
  if (values.length <= 1) return values[0];
  throw new SpanlightError(`It is given ${values.length} times.`, `--${option}`, 'Give it once.');
}

function requireTraces(given: string): string {
  if (given.trim() !== '') return given;
  throw new SpanlightError('No file and no address is named.', '--traces', 'Name one with traces.');
}

function requireRule(name: string): string {
  const id = name.trim().toUpperCase();
  if (ruleOf(id) !== undefined) return id;
  const known = RULES.map((rule) => rule.id);
  const meant = closest(id, known);
  const cure = meant === undefined ? `The rules are ${known.join(', ')}.` : `${meant} is one.`;
  throw new SpanlightError(`There is no rule "${name}".`, '--rule', cure);
}

function readCount(text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new SpanlightError(`"${text}" is no number.`, '--max-warnings', 'Give a whole number from 0.');
}

function parse(args: string[]) {
  return parseOptions('lint', {
    args,
    allowPositionals: true,
    options: {
      format: { type: 'string', multiple: true },
      rule: { type: 'string', multiple: true },
      'max-warnings': { type: 'string', multiple: true },
      traces: { type: 'string', multiple: true },
      'no-settings': { type: 'boolean' },
      'no-cache': { type: 'boolean' },
      explain: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
}
