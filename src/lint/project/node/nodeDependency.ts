import type { Dependency } from '../processUnit';
import { placeBefore } from '../projectFiles';
import type { JsonNode } from '../text/jsonTree';

/** A dependency whose version a lock file may say later. */
export interface NodeDependency extends Dependency {
  version: string | undefined;
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
