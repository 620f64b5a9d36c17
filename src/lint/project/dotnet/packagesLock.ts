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
    const lines = linesOf(file);
    for (const packages of Object.values(frameworks ?? {})) {
      for (const [name, value] of Object.entries(mapping(packages) ?? {})) {
        const version = scalar(mapping(value)?.['resolved']);
        if (version === undefined) continue;
        const at = file.at(
          lines.get(`${name}\n${version}`) ?? 0,
          undefined,
          `${name} ${version} in packages.lock.json`,
        );
        found.set(name.toLowerCase(), { version, at });
      }
    }
  } catch (error) {
    files.skip(file.path, `no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return found;
}

/** Where each version of a package is said, looked for once. */
function linesOf({ text }: ReadFile): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  for (const match of text.matchAll(/"([\w.-]+)"\s*:\s*\{[^{}]*?("resolved"\s*:\s*"([^"]*)")/g)) {
    const key = `${match[1]!}\n${match[3]!}`;
    if (!lines.has(key)) lines.set(key, match.index + match[0].length - match[2]!.length);
  }
  return lines;
}

/** What only other packages need. */
export function addIndirect(dependencies: Map<string, Dependency>, lock: ReadonlyMap<string, LockedPackage>): void {
  for (const [name, one] of lock) {
    if (dependencies.has(name)) continue;
    dependencies.set(name, { name, range: '', version: one.version, scope: 'indirect', at: one.at });
  }
}
