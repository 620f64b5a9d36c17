import type { WorkspaceFile } from '../workspace/workspaceFiles';
import type { FileFacts } from '../../syntax/facts';
import { dirname, joinRelative } from '../paths/fileLookup';
import type { Touch } from './dependencies';
import { AUTOLOAD, ownPrefixKey, routerKey, type MountEntry } from './entries';
import type { KeyedTable } from './keyedTable';
import { parseRoute } from './routeShape';
import type { RoutePrefix } from './routePrefixes';

/** The folder that a fact's target names, relative to the workspace folder; undefined for other targets. */
export function autoloadFolder(file: WorkspaceFile, target: string): string | undefined {
  const given = target.startsWith(`${AUTOLOAD}:`) ? target.slice(AUTOLOAD.length + 1) : undefined;
  return given === undefined ? undefined : joinRelative(dirname(file.relative), given);
}

/** `export const autoPrefix = '/x'`, `prefixOverride`: what a file says in place of its folder's name. */
export function ownAutoload(file: WorkspaceFile, facts: FileFacts): (readonly [string, MountEntry])[] {
  return facts.constants.flatMap(({ name, container, value }) => {
    const isOverride = /(^|\.)prefixOverride$/.test(name);
    if (container.length > 0 || value.kind !== 'literal' || !(isOverride || /(^|\.)autoPrefix$/.test(name))) return [];
    const prefix = parseRoute(value.text)[0]?.segments;
    const how = isOverride ? { overrides: true as const } : {};
    return [[ownPrefixKey(routerKey(file.path, AUTOLOAD)), { receiver: '', homes: [], within: [], prefix, ...how }]];
  });
}

/**
 * The prefixes of a file that @fastify/autoload registers: the names of the folders between the loaded one and the file,
 * `_id` being a parameter (https://github.com/fastify/fastify-autoload).
 * @returns none for a file below no loaded folder.
 */
export function autoloadPrefixes(
  file: WorkspaceFile,
  mounts: KeyedTable<MountEntry>,
  workspaceFolderOf: (file: string) => string | undefined,
  touch: Touch,
): RoutePrefix[] {
  const all = routerKey('', AUTOLOAD);
  touch(`mount:${all}`);
  const loading = mounts.get(all);
  if (loading.length === 0) return [];
  const own = ownPrefixKey(routerKey(file.path, AUTOLOAD));
  touch(`mount:${own}`);
  return loading.flatMap(({ file: from, value: { folder, prefix = [] } }) => {
    if (folder === undefined || workspaceFolderOf(from) !== file.folder) return [];
    if (folder !== '' && !file.relative.startsWith(`${folder}/`)) return [];
    const below = dirname(file.relative).slice(folder.length).split('/');
    const named = below.filter((name) => name !== '').map((name) => (name.startsWith('_') ? '{}' : name));
    const said = mounts.get(own).find(({ value }) => value.prefix !== undefined)?.value;
    const segments = said?.prefix ?? named;
    return [{ segments: said?.overrides === true ? segments : [...prefix, ...segments], open: true }];
  });
}
