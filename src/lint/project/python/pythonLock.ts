import { mapping } from '../../../base/texts/yamlValues';
import type { ReadFile } from '../projectFiles';
import { normalised } from './requirement';

/** A package that a lock file installs. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  readonly offset: number;
}

/**
 * `poetry.lock`, `uv.lock`, `pdm.lock` and `pylock.toml`: `[[package]]` (or `[[packages]]`) tables with `name` and
 * `version`, which all tools write in lines of their own; a large lock file is not parsed as a whole.
 */
export function readTomlLock(file: ReadFile): LockedPackage[] {
  const found: LockedPackage[] = [];
  for (const match of file.text.matchAll(/^\[\[packages?\]\]\s*\n((?:[^[\n][^\n]*\n|\n)*)/gm)) {
    const name = /^name\s*=\s*"([^"]+)"/m.exec(match[1]!);
    const version = /^version\s*=\s*"([^"]+)"/m.exec(match[1]!)?.[1];
    if (name && version !== undefined) {
      const offset = match.index + match[0].indexOf(match[1]!) + name.index;
      found.push({ name: normalised(name[1]!), version, offset });
    }
  }
  return found;
}

/** `Pipfile.lock`; a string is why it cannot be read. */
export function readPipfileLock(file: ReadFile): LockedPackage[] | string {
  let root: Record<string, unknown> | undefined;
  try {
    root = mapping(JSON.parse(file.text));
  } catch (error) {
    return `no JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  return Object.entries(mapping(root?.['default']) ?? {}).flatMap(([name, value]) => {
    const version = mapping(value)?.['version'];
    if (typeof version !== 'string') return [];
    return [
      {
        name: normalised(name),
        version: version.replace(/^==/, ''),
        offset: Math.max(0, file.text.indexOf(`"${name}"`)),
      },
    ];
  });
}
