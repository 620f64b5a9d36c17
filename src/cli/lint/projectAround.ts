import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { unitLanguageOf } from '../../lint/project/unitLanguages';
import type { UnitLanguage } from '../../lint/project/processUnit';
import { repositoryAround } from './repositoryAround';

/** What makes a folder a project of a language. */
const MANIFESTS: Readonly<Record<UnitLanguage, RegExp>> = {
  node: /^package\.json$/,
  python: /^(pyproject\.toml|Pipfile|setup\.(py|cfg)|requirements[\w.-]*\.txt)$/,
  go: /^go\.(mod|work)$/,
  java: /^(pom\.xml|(build|settings)\.gradle(\.kts)?)$/,
  dotnet: /\.(csproj|slnx?)$/i,
};

/**
 * The folder that decides what covers a file: the repository it lies in; without one, the nearest folder above it with a
 * manifest of its language; else its own folder. The top of the disk and of the home folder are nobody's project.
 */
export async function projectAround(file: string): Promise<string> {
  const own = path.dirname(file);
  const repository = repositoryAround(own);
  if (repository !== undefined) return repository;
  const language = unitLanguageOf(file);
  const wanted = language === undefined ? Object.values(MANIFESTS) : [MANIFESTS[language]];
  for (let folder = own; folder !== path.dirname(folder) && folder !== homedir(); folder = path.dirname(folder)) {
    for (const name of await readdir(folder).catch(() => []))
      if (wanted.some((pattern) => pattern.test(name)) && (await isFile(path.join(folder, name)))) return folder;
  }
  return own;
}

async function isFile(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined))?.isFile() === true;
}
