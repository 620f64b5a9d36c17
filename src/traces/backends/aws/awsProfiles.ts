import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { SpanlightError } from '../../../base/errors';

/** Where `AWS_…` and the home directory are looked up. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Settings of a profile by their names in lower case. */
export type AwsProfile = ReadonlyMap<string, string>;

/** A file larger than this is no list of profiles. */
const MAX_BYTES = 1 << 20;

/**
 * A profile as the files that AWS's tools share have it: `~/.aws/credentials` (or `AWS_SHARED_CREDENTIALS_FILE`), which
 * wins, and `~/.aws/config` (or `AWS_CONFIG_FILE`), whose sections are called `profile <name>` but for the default one.
 *
 * @returns undefined if neither file has it, or there is none.
 * @throws SpanlightError if a file is there and cannot be read.
 */
export async function readAwsProfile(name: string, environment: Environment): Promise<AwsProfile | undefined> {
  const [config, credentials] = await Promise.all([
    sectionsOf(fileOf('AWS_CONFIG_FILE', 'config', environment)),
    sectionsOf(fileOf('AWS_SHARED_CREDENTIALS_FILE', 'credentials', environment)),
  ]);
  const found = [
    config.get(`profile ${name}`) ?? (name === 'default' ? config.get('default') : undefined),
    credentials.get(name),
  ];
  const settings = found.flatMap((section) => (section === undefined ? [] : [...section]));
  return settings.length > 0 ? new Map(settings) : undefined;
}

function fileOf(variable: string, name: string, environment: Environment): string {
  const home = environment['HOME'] ?? environment['USERPROFILE'] ?? homedir();
  const said = environment[variable];
  if (said === undefined || said === '') return path.join(home, '.aws', name);
  return said.startsWith('~') ? path.join(home, said.slice(1)) : said;
}

async function sectionsOf(file: string): Promise<Map<string, Map<string, string>>> {
  try {
    return readSections((await readFile(file)).toString('utf8', 0, MAX_BYTES));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return new Map();
    const cure = 'Make it readable, or name another file in AWS_SHARED_CREDENTIALS_FILE or AWS_CONFIG_FILE.';
    throw new SpanlightError(`The profiles of AWS cannot be read (${code}).`, file, cure, { cause: error });
  }
}

/**
 * Reads `[section]` and `name = value`; comments begin with `#` or `;`, within a line after white space. Indented lines
 * belong to the setting above (`s3 =`) and are left out: none of them says who somebody is.
 */
function readSections(text: string): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    if (/^(\s|[#;]|$)/.test(line)) continue;
    const title = /^\[\s*([^\]]*?)\s*\]/.exec(line)?.[1];
    if (title !== undefined) {
      const name = title.replace(/^(profile)\s+/, '$1 ').replace(/(^|\s)(["'])(.*)\2$/, '$1$3');
      current = sections.get(name) ?? new Map<string, string>();
      sections.set(name, current);
      continue;
    }
    const [, name, value] = /^([^=]+?)\s*=\s*(.*?)\s*$/.exec(line.replace(/\s[#;].*$/, '')) ?? [];
    if (name !== undefined && value !== undefined) current?.set(name.toLowerCase(), value);
  }
  return sections;
}
