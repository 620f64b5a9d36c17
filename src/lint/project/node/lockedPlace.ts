import type { Evidence } from '../../evidence';
import type { NodeLock } from './nodeLock';

const places = new WeakMap<NodeLock, Map<string, Evidence | undefined>>();

/** The line of a lock file that says the version of a package; undefined where it is not found. */
export function lockedPlace(lock: NodeLock, name: string, version: string): Evidence | undefined {
  let known = places.get(lock);
  if (known === undefined) places.set(lock, (known = new Map<string, Evidence | undefined>()));
  const key = `${name}@${version}`;
  // All packages of a workspace ask for the same few.
  if (!known.has(key)) known.set(key, find(lock, name, version));
  return known.get(key);
}

function find(lock: NodeLock, name: string, version: string): Evidence | undefined {
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
