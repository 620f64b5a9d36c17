import type { ReadFile } from '../projectFiles';
import { mapping } from '../../../base/texts/yamlValues';
import type { NodeLock } from './nodeLock';
import { writtenEntries, type NpmEntry } from './npmLockRows';

/**
 * `package-lock.json` and `npm-shrinkwrap.json`: version 1 has a tree of `dependencies`, 2 and 3 have `packages` by the
 * folder they are installed in (https://docs.npmjs.com/cli/configuring-npm/package-lock-json).
 */
export function readNpmLock(file: ReadFile): NodeLock | string {
  const written = writtenEntries(file.text);
  if (written !== undefined) return lockOf(file, written, true);
  let root: Record<string, unknown> | undefined;
  try {
    root = mapping(JSON.parse(file.text.replace(/^\uFEFF/, '')));
  } catch (error) {
    return `no JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  const folders = mapping(root?.['packages']);
  const entries = folders ?? mapping(root?.['dependencies']);
  return entries === undefined ? 'no packages in it' : lockOf(file, parsed(entries, file), folders !== undefined);
}

function parsed(entries: Record<string, unknown>, file: ReadFile): NpmEntry[] {
  return Object.entries(entries).map(([key, value]) => {
    const version = mapping(value)?.['version'];
    const offset = (): number => Math.max(0, file.text.indexOf(JSON.stringify(key)));
    return { key, version: typeof version === 'string' ? version : undefined, offset };
  });
}

/** @param isByFolder the keys are folders, not names. */
function lockOf(file: ReadFile, entries: readonly NpmEntry[], isByFolder: boolean): NodeLock {
  const versions = new Map(entries.map(({ key, version }) => [key, released(version)]));
  return {
    manager: 'npm',
    file,
    version: (importer, name) =>
      isByFolder ? versionIn(versions, importer, name) : importer === '' ? versions.get(name) : undefined,
    *packages() {
      for (const { key, offset } of entries) {
        const inside = key.lastIndexOf('node_modules/');
        const name = inside < 0 ? key : key.slice(inside + 'node_modules/'.length);
        const version = versions.get(key);
        if (name !== '' && version !== undefined && (inside >= 0 || !isByFolder)) yield [name, version, offset];
      }
    },
  };
}

/** What Node finds from a package's folder: its own `node_modules`, then those of the folders above. */
function versionIn(
  versions: ReadonlyMap<string, string | undefined>,
  importer: string,
  name: string,
): string | undefined {
  if (!versions.has(importer)) return undefined;
  for (let at = importer; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const key = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (versions.has(key)) return versions.get(key);
    if (at === '') return undefined;
  }
}

/** A link, an address of Git or the like is none that can be compared. */
function released(version: string | undefined): string | undefined {
  return version !== undefined && /^\d/.test(version) ? version : undefined;
}
