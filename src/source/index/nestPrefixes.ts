import type { Touch } from './dependencies';
import { DEFAULT_VERSION, GLOBAL_PREFIX, routerKey, VERSION_PREFIX, type MountEntry, type RouteEntry } from './entries';
import type { KeyedTable } from './keyedTable';
import type { RoutePrefix } from './routePrefixes';

/** What Nest's applications put in front of the routes of all controllers. */
interface Application {
  readonly mounts: KeyedTable<MountEntry>;
  /** Whether the application that a file sets up may be the one that is asked for. */
  readonly reaches: (file: string) => boolean;
  readonly touch: Touch;
}

/**
 * The ways to a controller's route: `setGlobalPrefix` and, between that and the controller's path, the version
 * (https://docs.nestjs.com/techniques/versioning). Several applications of one workspace may share controllers, and a
 * prefix has exceptions: one way of several. Where no versioning is found, the path may have the version or not.
 *
 * @param prefixes in front of the controller otherwise.
 */
export function nestPrefixes(
  route: RouteEntry,
  prefixes: readonly RoutePrefix[],
  application: Application,
): RoutePrefix[] {
  const ways = [...prefixes];
  for (const segments of settings(GLOBAL_PREFIX, application)) ways.push({ segments, open: false });
  const marks = settings(VERSION_PREFIX, application).map((segments) => segments.join('/'));
  const versions = route.version === undefined ? settings(DEFAULT_VERSION, application).flat() : [route.version];
  const versioned = versions.flatMap((version) => {
    if (version === '') return [[]];
    return (marks.length > 0 ? marks : ['v']).map((mark) => `${mark}${version}`.split('/'));
  });
  const isUnversioned = versions.length === 0 || marks.length === 0;
  const between = isUnversioned ? [...versioned, []] : versioned;
  return ways.flatMap(({ segments, open }) =>
    between.map((version) => ({ segments: [...segments, ...version], open })),
  );
}

function settings(key: string, { mounts, reaches, touch }: Application): (readonly string[])[] {
  const full = routerKey('', key);
  touch(`mount:${full}`);
  return mounts.get(full).flatMap(({ file, value }) => (value.prefix && reaches(file) ? [value.prefix] : []));
}
