import { mapping, scalar, sequence } from '../../../base/texts/yamlValues';
import type { ReadFile } from '../projectFiles';
import { readToml } from '../text/tomlTable';

/** What `libs.name` stands for. */
export interface CatalogEntry {
  /** `group:artifact`; of a plugin its id. */
  readonly module: string;
  readonly version: string;
}

/** `gradle/libs.versions.toml` (https://docs.gradle.org/current/userguide/version_catalogs.html). */
export interface VersionCatalog {
  /** By alias as build files write it: `spring.boot.starter`. */
  readonly libraries: ReadonlyMap<string, CatalogEntry>;
  readonly plugins: ReadonlyMap<string, CatalogEntry>;
  /** Bundle → aliases of libraries. */
  readonly bundles: ReadonlyMap<string, readonly string[]>;
  readonly versions: ReadonlyMap<string, string>;
}

/** A string is why it cannot be read. */
export function readVersionCatalog(file: ReadFile): VersionCatalog | string {
  const root = readToml(file);
  if (typeof root === 'string') return root;
  const versions = new Map(
    Object.entries(mapping(root['versions']) ?? {}).map(
      ([key, value]) => [catalogAccessor(key), versionText(value)] as const,
    ),
  );
  const entry = (value: unknown): CatalogEntry => {
    if (typeof value === 'string') {
      const [group = '', name = '', version = ''] = value.split(':');
      return { module: `${group}:${name}`, version };
    }
    const row = mapping(value);
    const module =
      scalar(row?.['module']) ??
      scalar(row?.['id']) ??
      `${scalar(row?.['group']) ?? ''}:${scalar(row?.['name']) ?? ''}`;
    const reference = scalar(mapping(row?.['version'])?.['ref']);
    const version =
      reference === undefined ? versionText(row?.['version']) : (versions.get(catalogAccessor(reference)) ?? '');
    return { module, version };
  };
  const table = (key: string): Map<string, CatalogEntry> =>
    new Map(Object.entries(mapping(root[key]) ?? {}).map(([alias, value]) => [catalogAccessor(alias), entry(value)]));
  const bundles = new Map(
    Object.entries(mapping(root['bundles']) ?? {}).map(([key, list]) => [
      catalogAccessor(key),
      sequence(list).map((alias) => catalogAccessor(String(alias))),
    ]),
  );
  return { libraries: table('libraries'), plugins: pluginTable(table('plugins'), root), bundles, versions };
}

/** The short form of a plugin is `id:version`, with one colon. */
function pluginTable(read: Map<string, CatalogEntry>, root: Record<string, unknown>): Map<string, CatalogEntry> {
  for (const [alias, value] of Object.entries(mapping(root['plugins']) ?? {})) {
    if (typeof value !== 'string') continue;
    const [module = '', version = ''] = value.split(':');
    read.set(catalogAccessor(alias), { module, version });
  }
  return read;
}

/** Aliases are written with `-`, `_` or `.`, accessors with `.`. */
export function catalogAccessor(alias: string): string {
  return alias.replace(/[-_]/g, '.');
}

function versionText(value: unknown): string {
  const rich = mapping(value);
  return scalar(value) ?? scalar(rich?.['strictly']) ?? scalar(rich?.['require']) ?? scalar(rich?.['prefer']) ?? '';
}
