import { stat } from 'node:fs/promises';
import path from 'node:path';
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
}

/** Reads the arguments; undefined if help is asked for. Throws what a user can mend. */
export async function readLintArguments(args: string[]): Promise<LintArguments | undefined> {
  const { values, positionals } = parse(args);
  if (values.help === true) return undefined;
  const format = FORMATS.find((name) => name === (values.format ?? 'text'));
  if (format === undefined) {
    throw new SpanlightError(`"${values.format}" is no format.`, '--format', `Use ${FORMATS.join(', ')}.`);
  }
  const targets = await readTargets(positionals.length === 0 ? ['.'] : positionals);
  const rules = (values.rule ?? []).flatMap((list) => list.split(',')).map(requireRule);
  const maxWarnings = readCount(values['max-warnings']);
  return {
    ...targets,
    format,
    rules,
    maxWarnings,
    traces: values.traces ?? [],
    explain: values.explain === true,
    ownSettings: values['no-settings'] !== true,
  };
}

/** A file is linted with the project around it, as its manifests decide what covers it. */
async function readTargets(paths: readonly string[]): Promise<Pick<LintArguments, 'folders' | 'only'>> {
  const folders = new Set<string>();
  const only: string[] = [];
  for (const given of paths) {
    const full = path.resolve(given);
    const info = await stat(full).catch(() => undefined);
    if (info === undefined)
      throw new SpanlightError('There is no such file or folder.', given, 'Name one that exists.');
    folders.add(info.isDirectory() ? full : await projectAround(full));
    only.push(full);
  }
  return { folders: [...folders], only };
}

function requireRule(name: string): string {
  const id = name.trim().toUpperCase();
  if (ruleOf(id) !== undefined) return id;
  const known = RULES.map((rule) => rule.id).join(', ');
  throw new SpanlightError(`There is no rule "${name}".`, '--rule', `The rules are ${known}.`);
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
      format: { type: 'string' },
      rule: { type: 'string', multiple: true },
      'max-warnings': { type: 'string' },
      traces: { type: 'string', multiple: true },
      'no-settings': { type: 'boolean' },
      explain: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
}
