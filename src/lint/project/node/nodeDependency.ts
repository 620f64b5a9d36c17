import type { Dependency } from '../processUnit';
import type { NodeLock } from './nodeLock';
import { lockedPlace } from './lockedPlace';
import { placeBefore } from '../projectFiles';
import type { JsonNode } from '../text/jsonTree';

/** A dependency whose version a lock file may say later. */
export interface NodeDependency extends Dependency {
  version: string | undefined;
  /** The one that said it. */
  lock?: NodeLock;
  isDisputed?: boolean;
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
  const dependency: NodeDependency = {
    name,
    range,
    version,
    scope,
    get at() {
      return declared.file.at(declared.start, declared.end, `${name} ${range}`.trim());
    },
    get versionAt() {
      return dependency.lock && lockedPlace(dependency.lock, name, dependency.version ?? '');
    },
    get before() {
      return placeBefore(declared.file, declared.start);
    },
  };
  return dependency;
}
