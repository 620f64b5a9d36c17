import type { Evidence } from '../../evidence';
import type { NodeLock } from './nodeLock';

/** The line of a lock file that says the version of a package; undefined where it is not found. */
export function lockedPlace(lock: NodeLock, name: string, version: string): Evidence | undefined {
  const { file } = lock;
  for (const [locked, as, offset] of lock.packages((text) => text.includes(name))) {
    if (locked !== name || as !== version) continue;
    const said = file.text.indexOf(version, offset());
    if (said < 0) return undefined;
    const line = file.text.lastIndexOf('\n', said) + 1;
    const start = line + /^\s*/.exec(file.text.slice(line, said))![0].length;
    return file.at(start, undefined, `${name} ${version}`);
  }
  return undefined;
}
