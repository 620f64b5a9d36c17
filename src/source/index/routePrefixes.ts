import type { Touch } from './dependencies';
import { ANY_RECEIVER, ownPrefixKey, routerKey, type MountEntry } from './entries';
import type { Entry, KeyedTable } from './keyedTable';

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

/** The router whose prefixes are asked for. */
export interface RouterNames {
  readonly file: string;
  /** The variable that holds it and the functions around. */
  readonly names: readonly string[];
  /** Keys of the routers that the variable was imported as. */
  readonly homes: readonly string[];
}

/** What was found for a router, and the keys that it was made from. */
interface KnownPrefixes {
  readonly prefixes: readonly RoutePrefix[];
  readonly touched: readonly string[];
}

/** The prefixes of routers, remembered for as long as the mounts stay as they are: most routes of a file are on one router. */
export class RoutePrefixes {
  private readonly known = new Map<string, KnownPrefixes>();
  private version = -1;

  constructor(private readonly mounts: KeyedTable<MountEntry>) {}

  /** As {@link routePrefixes}. */
  of(router: RouterNames, touch: Touch): RoutePrefix[] {
    if (this.version !== this.mounts.version) this.known.clear();
    this.version = this.mounts.version;
    const id = [router.file, ...router.names, '', ...router.homes].join('\0');
    let known = this.known.get(id);
    if (known === undefined) {
      const touched = new Set<string>();
      const prefixes = routePrefixes(this.mounts, router, (key) => touched.add(key));
      this.known.set(id, (known = { prefixes, touched: [...touched] }));
    }
    for (const key of known.touched) touch(key);
    return [...known.prefixes];
  }
}

/**
 * The prefixes under which the routes of a router are reached: one for each place it is mounted; if none, the one it was
 * made with. A mount may replace that (Flask's blueprints: https://flask.palletsprojects.com/en/stable/blueprints/).
 */
function routePrefixes(mounts: KeyedTable<MountEntry>, router: RouterNames, touch: Touch): RoutePrefix[] {
  const done: RoutePrefix[] = [];
  const pending = [{ router, segments: [] as readonly string[], depth: 0 }];
  for (let at = pending.pop(); at; at = pending.pop()) {
    const { file, names } = at.router;
    const named = names.map((name) => routerKey(file, name));
    const keys = [...named, ...names.map((name) => routerKey('', name)), ...at.router.homes];
    const isAny = (key: string): boolean => key.endsWith(`#${ANY_RECEIVER}`);
    const all = [...new Set([...keys, routerKey(file, ANY_RECEIVER)])];
    for (const key of all) touch(`mount:${key}`);
    const own = ownPrefixes(mounts, named, at.router.homes, touch).map((prefix) => [...prefix, ...at.segments]);
    // A router that mounts itself under another name of the same file would never end.
    const mountedBy = (routers: readonly string[]): Entry<MountEntry>[] =>
      routers
        .flatMap((key) => mounts.get(key))
        .filter((parent) => parent.file !== file || !isItself(parent.value, names));
    // A mount of the file as a whole means its outermost router.
    const byName = mountedBy(all.filter((key) => !isAny(key)));
    const outer = byName.length > 0 ? byName : mountedBy(all.filter(isAny));
    if (outer.length === 0 || at.depth >= MAX_DEPTH || done.length + pending.length > MAX_PREFIXES) {
      for (const segments of own) done.push({ segments, open: at.depth === 0 });
      continue;
    }
    for (const { file: parentFile, value } of outer) {
      const { prefix, receiver, within, homes, overrides } = value;
      const outerRouter = { file: parentFile, names: [receiver, ...within], homes };
      for (const inner of overrides === true ? [at.segments] : own) {
        if (prefix === undefined) done.push({ segments: inner, open: true });
        else pending.push({ router: outerRouter, segments: [...prefix, ...inner], depth: at.depth + 1 });
      }
    }
  }
  return done;
}

/** Whether a mount is on one of these routers; a variable of the same name in another function is another router. */
function isItself({ receiver, within }: MountEntry, names: readonly string[]): boolean {
  const functions = within.filter((name) => name !== '');
  const isElsewhere = functions.length > 0 && names.length > 1 && !functions.some((name) => names.includes(name));
  return names.includes(receiver) && !(isElsewhere && receiver === names[0]);
}

/**
 * What routers were made with; an empty prefix where that is nothing.
 * @param named keys of routers of the file that registers: what its paths have already does not count.
 */
function ownPrefixes(
  mounts: KeyedTable<MountEntry>,
  named: readonly string[],
  homes: readonly string[],
  touch: Touch,
): (readonly string[])[] {
  const of = (routers: readonly string[]): MountEntry[] =>
    routers.flatMap((router) => {
      touch(`mount:${ownPrefixKey(router)}`);
      return mounts.get(ownPrefixKey(router)).map(({ value }) => value);
    });
  const found = [...of(named).filter(({ isWritten }) => isWritten !== true), ...of(homes)];
  const known = found.flatMap(({ prefix }) => (prefix === undefined ? [] : [prefix]));
  return known.length > 0 ? known : [[]];
}
