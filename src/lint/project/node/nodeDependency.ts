import type { Dependency } from '../processUnit';
import { namesTracing } from '../mayTrace';
import { placeBefore } from '../projectFiles';
import type { JsonNode } from '../text/jsonTree';
import { lockedPlace } from './lockedPlace';
import type { NodeLock } from './nodeLock';

/** A dependency whose version a lock file may say later. */
export interface NodeDependency extends Dependency {
  version: string | undefined;
  disputed?: readonly string[];
}

/** Puts in the version that a lock file says, and of what traces the line that says it: nobody tells that of the others. */
export function setLocked(dependency: NodeDependency, version: string, lock: NodeLock): void {
  dependency.version = version;
  const { name } = dependency;
  if (!namesTracing(name)) return;
  Object.defineProperty(dependency, 'versionAt', { enumerable: true, get: () => lockedPlace(lock, name, version) });
}

/**
 * A dependency that a manifest declares. Packages have hundreds of which a finding names one: its places are found when they
 * are asked for.
 *
 * @param declared its property in the manifest.
 */
export function nodeDependency(
  declared: JsonNode,
  { name, range, version, scope }: Pick<Dependency, 'name' | 'range' | 'version' | 'scope'>,
): NodeDependency {
  return {
    name,
    range,
    version,
    scope,
    get at() {
      return declared.file.at(declared.start, declared.end, `${name} ${range}`.trim());
    },
    get before() {
      return placeBefore(declared.file, declared.start);
    },
  };
}
