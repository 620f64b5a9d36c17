import type { Touch } from './dependencies';
import { ANY_RECEIVER, routerKey, type MountEntry } from './entries';
import type { KeyedTable } from './keyedTable';

/** Routers mounted in routers, at most this deep; a cycle of mounts ends here too. */
const MAX_DEPTH = 6;

/** Places one router is mounted at, at most. */
const MAX_PREFIXES = 32;

/** Segments in front of a router's routes. */
export interface RoutePrefix {
  readonly segments: readonly string[];
  /** Where the router is mounted is not known: there may be more in front. */
  readonly open: boolean;
}

/**
 * The prefixes under which the routes of a router are reached: one for each place it is mounted; one empty if none.
 * @param names of the router: the variable that holds it and the functions around.
 */
export function routePrefixes(
  mounts: KeyedTable<MountEntry>,
  file: string,
  names: readonly string[],
  touch: Touch,
): RoutePrefix[] {
  const done: RoutePrefix[] = [];
  const pending = [{ file, names, segments: [] as readonly string[], depth: 0 }];
  for (let at = pending.pop(); at; at = pending.pop()) {
    const names = [...new Set([...at.names, ANY_RECEIVER])];
    const keys = [...names.map((name) => routerKey(at.file, name)), ...at.names.map((name) => routerKey('', name))];
    for (const key of keys) touch(`mount:${key}`);
    // A router that mounts itself under another name of the same file would never end.
    const outer = keys
      .flatMap((key) => mounts.get(key))
      .filter((parent) => parent.file !== at.file || !at.names.includes(parent.value.receiver));
    if (outer.length === 0 || at.depth >= MAX_DEPTH || done.length + pending.length > MAX_PREFIXES) {
      done.push({ segments: at.segments, open: at.depth === 0 });
      continue;
    }
    for (const { file: parentFile, value } of outer) {
      if (value.prefix === undefined) done.push({ segments: at.segments, open: true });
      else {
        const segments = [...value.prefix, ...at.segments];
        pending.push({ file: parentFile, names: [value.receiver, ...value.within], segments, depth: at.depth + 1 });
      }
    }
  }
  return done;
}
