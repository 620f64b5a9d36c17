import path from 'node:path';
import { mapping, scalar } from '../../../base/texts/yamlValues';
import type { Evidence } from '../../evidence';
import type { Dependency } from '../processUnit';
import type { ProjectFiles, ReadFile } from '../projectFiles';

/** A package that a lock file installs, with the line that says so. */
export interface LockedPackage {
  readonly version: string;
  readonly at: Evidence;
}

/** `packages.lock.json` by names in lower case: per target framework, direct and transitive packages. */
export async function lockedVersions(files: ProjectFiles, root: string): Promise<ReadonlyMap<string, LockedPackage>> {
  const file = await files.readAt(path.join(root, 'packages.lock.json'), 'lock');
  const found = new Map<string, LockedPackage>();
  if (file === undefined) return found;
  try {
    const frameworks = mapping(mapping(JSON.parse(file.text.replace(/^\uFEFF/, '')))?.['dependencies']);
    for (const packages of Object.values(frameworks ?? {})) {
      for (const [name, value] of Object.entries(mapping(packages) ?? {})) {
        const version = scalar(mapping(value)?.['resolved']);
        if (version !== undefined) found.set(name.toLowerCase(), locked(file, name, version));
      }
    }
  } catch (error) {
    files.skip(file.path, `no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return found;
}

/** There are hundreds, of which a finding names one: the line is looked for when it is asked for. */
function locked(file: ReadFile, name: string, version: string): LockedPackage {
  return {
    version,
    get at() {
      const entry = Math.max(0, file.text.indexOf(`"${name}":`));
      const said = Math.max(entry, file.text.indexOf('"resolved"', entry));
      return file.at(said, undefined, `${name} ${version} in packages.lock.json`);
    },
  };
}

/** What only other packages need. */
export function addIndirect(dependencies: Map<string, Dependency>, lock: ReadonlyMap<string, LockedPackage>): void {
  for (const [name, one] of lock) {
    if (dependencies.has(name)) continue;
    dependencies.set(name, {
      name,
      range: '',
      version: one.version,
      scope: 'indirect',
      get at() {
        return one.at;
      },
    });
  }
}
