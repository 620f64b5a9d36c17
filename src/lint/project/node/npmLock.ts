import type { ReadFile } from '../projectFiles';
import { mapping } from '../../../base/texts/yamlValues';
import type { NodeLock } from './nodeLock';

/**
 * `package-lock.json` and `npm-shrinkwrap.json`: version 1 has a tree of `dependencies`, 2 and 3 have `packages` by the
 * folder they are installed in (https://docs.npmjs.com/cli/configuring-npm/package-lock-json).
 */
export function readNpmLock(file: ReadFile): NodeLock | string {
  let root: Record<string, unknown> | undefined;
  try {
    root = mapping(JSON.parse(file.text.replace(/^\uFEFF/, '')));
  } catch (error) {
    return `no JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  const folders = mapping(root?.['packages']);
  const tree = mapping(root?.['dependencies']);
  if (folders === undefined && tree === undefined) return 'no packages in it';
  return {
    manager: 'npm',
    file,
    version: (importer, name) =>
      folders ? versionIn(folders, importer, name) : importer === '' ? versionOf(tree?.[name]) : undefined,
    *packages() {
      for (const [key, value] of Object.entries(folders ?? tree ?? {})) {
        const name = key.replace(/^.*node_modules\//, '');
        const version = versionOf(value);
        if (name !== '' && version !== undefined && (folders === undefined || key.includes('node_modules/')))
          yield [name, version, () => Math.max(0, file.text.indexOf(JSON.stringify(key)))];
      }
    },
  };
}

/** What Node finds from a package's folder: its own `node_modules`, then those of the folders above. */
function versionIn(folders: Record<string, unknown>, importer: string, name: string): string | undefined {
  if (!Object.hasOwn(folders, importer)) return undefined;
  for (let at = importer; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const key = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (Object.hasOwn(folders, key)) return versionOf(folders[key]);
    if (at === '') return undefined;
  }
}

function versionOf(entry: unknown): string | undefined {
  const version = mapping(entry)?.['version'];
  return typeof version === 'string' && /^\d/.test(version) ? version : undefined;
}
