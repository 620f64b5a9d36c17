/** The README's table of settings. `npm run readme` writes it. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../support/cacheFolder';

interface Setting {
  readonly default: unknown;
  readonly markdownDescription: string;
  readonly markdownDeprecationMessage?: string;
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
}

interface Manifest {
  readonly contributes: {
    readonly configuration: readonly { readonly properties: Readonly<Record<string, Setting>> }[];
  };
}

/** The README, and where in it the table stands. */
export const readmeFile = path.join(projectRoot, 'README.md');
const BETWEEN = /(<!-- settings:[^\n]*-->\n)[^]*(<!-- \/settings -->)/;

/** The table in Markdown, as package.json and package.nls.json have it. */
export function settingsTable(): string {
  const manifest = readJson('package.json') as Manifest;
  const words = readJson('package.nls.json') as Record<string, string>;
  // Marks of VS Code around names of settings, which it makes links, are nothing to a reader.
  const said = (text: string): string =>
    text.replace(/^%(.+)%$/, (all, key: string) => words[key] ?? all).replace(/`#([\w.]+)#`/g, '`$1`');
  const settings = manifest.contributes.configuration.flatMap(({ properties }) => Object.entries(properties));
  const rows = settings.map(([name, setting]) => {
    const choices = (setting.enum ?? []).map((choice, i) => {
      const meaning = said(setting.enumDescriptions?.[i] ?? '').replace(/\.$/, '');
      return `\`${choice}\`: ${meaning.charAt(0).toLowerCase()}${meaning.slice(1)}`;
    });
    const meaning = [
      said(setting.markdownDeprecationMessage ?? setting.markdownDescription),
      choices.length > 0 ? `${choices.join('. ')}.` : '',
    ];
    return `| \`${name}\` | \`${JSON.stringify(setting.default)}\` | ${meaning.join(' ').trim().replaceAll('|', '\\|')} |`;
  });
  return ['| setting | default | what it does |', '|---|---|---|', ...rows].join('\n');
}

/** The README with the table as it should be. @throws Error when the marks around it are gone. */
export function readmeWithTable(): string {
  const readme = readFileSync(readmeFile, 'utf8');
  if (!BETWEEN.test(readme)) throw new Error('README.md has no place for the table of settings');
  return readme.replace(BETWEEN, (_all, start: string, end: string) => `${start}\n${settingsTable()}\n\n${end}`);
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(path.join(projectRoot, name), 'utf8'));
}

if (process.argv.includes('--write')) writeFileSync(readmeFile, readmeWithTable());
