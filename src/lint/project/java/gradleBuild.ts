import type { Evidence } from '../../evidence';
import type { Dependency } from '../processUnit';
import { placeBefore, type ReadFile } from '../projectFiles';
import type { UnitReference } from '../unitDraft';
import { catalogAccessor, type VersionCatalog } from './versionCatalog';

/** What a `build.gradle(.kts)` says, as far as it is written and not computed. */
export interface GradleBuild {
  readonly file: ReadFile;
  readonly dependencies: readonly Dependency[];
  /** BOMs and plugins with versions: group → version. */
  readonly groups: ReadonlyMap<string, string>;
  readonly needs: readonly UnitReference[];
  /** Ids of plugins, which may be scripts of `buildSrc`. */
  readonly plugins: readonly string[];
  /** Dependencies in `subprojects` or `allprojects`. */
  readonly forSubprojects: boolean;
  /** Entries of a version catalog that is not there, or has no such entry. */
  readonly missing: readonly Evidence[];
}

/** Groups whose artifacts a plugin gives their version. */
const PLUGIN_GROUPS: Readonly<Record<string, string>> = {
  'org.springframework.boot': 'org.springframework.boot',
  'io.quarkus': 'io.quarkus',
};

const CONFIGURATION =
  /^(api|implementation|compile|runtime|runtimeOnly|compileOnly|compileOnlyApi|testImplementation|testCompile|testRuntimeOnly|testCompileOnly|integrationTestImplementation|developmentOnly|annotationProcessor|kapt|ksp|providedRuntime|providedCompile|javaagent|agent|otel|mavenBom|quarkusDev)$|Implementation$/;

/**
 * Reads a build script by its calls: `implementation("g:a:v")`, `implementation(libs.x)`, `implementation project(':x')`,
 * `id("plugin") version "v"`, `mavenBom "g:a:v"`. Groovy and Kotlin are alike in this.
 * @param values `gradle.properties` and what the root script defines.
 */
export function readGradleBuild(
  file: ReadFile,
  catalog: VersionCatalog | undefined,
  values: ReadonlyMap<string, string>,
): GradleBuild {
  const known = new Map([...values, ...definitionsIn(file.text)]);
  const dependencies: Dependency[] = [];
  const groups = new Map<string, string>();
  const needs: UnitReference[] = [];
  const missing: Evidence[] = [];
  const catalogs = catalogNames(file.text);
  const add = (module: string, range: string, configuration: string, offset: number): void => {
    const name = module.split(':').slice(0, 2).join(':');
    const version = /^\d[\w.-]*$/.test(range) ? range : undefined;
    const isBom = configuration === 'mavenBom' || configuration === 'platform';
    if (isBom && version !== undefined) groups.set(name.slice(0, name.indexOf(':')), version);
    const at = file.at(offset, undefined, `${name} ${range}`.trim());
    const scope = isBom ? 'indirect' : scopeOf(configuration);
    dependencies.push({ name, range, version, scope, at, before: placeBefore(file, offset) });
  };
  for (const { configuration, argument, offset } of callsIn(file.text)) {
    const isPlatform = /^\(?\s*(enforcedPlatform|platform)\b/.test(argument);
    const as = isPlatform ? 'platform' : configuration;
    const project =
      /\bproject\s*\(\s*(?:path\s*[:=]\s*)?["']:?([^"']+)["']/.exec(argument)?.[1] ??
      /^\(?\s*projects\.([\w.]+)/.exec(argument)?.[1]?.replace(/\./g, ':');
    if (project !== undefined) {
      if (scopeOf(configuration) !== 'dev') needs.push({ name: `:${project}` });
      continue;
    }
    for (const alias of catalogAliases(argument, catalogs)) {
      const aliases = alias.startsWith('bundles.') ? (catalog?.bundles.get(alias.slice(8)) ?? []) : [alias];
      for (const one of aliases) {
        const entry = catalog?.libraries.get(one);
        if (entry) add(entry.module, entry.version, as, offset);
      }
      if (aliases.every((one) => catalog?.libraries.has(one) !== true) && scopeOf(configuration) === 'runtime')
        missing.push(file.at(offset, undefined, `what libs.${alias} stands for is not among the files`));
    }
    for (const [, coordinates] of argument.matchAll(
      /["']([\w.-]+:[\w.-]+(?::(?:\$\{[^}]*\}|[^"'@])*)?)(?:@\w+)?["']/g,
    )) {
      const [group = '', artifact = '', version = ''] = coordinates!.split(':');
      add(`${group}:${artifact}`, filled(version, known, catalog), as, offset);
    }
    const named =
      /group\s*[:=]\s*["']([^"']+)["']\s*,\s*name\s*[:=]\s*["']([^"']+)["'](?:\s*,\s*version\s*[:=]\s*["']([^"']+)["'])?/.exec(
        argument,
      );
    if (named) add(`${named[1]!}:${named[2]!}`, filled(named[3] ?? '', known, catalog), as, offset);
  }
  const plugins = pluginsIn(file, catalog, known, (id, version, offset) => {
    if (version === '') return;
    const group = Object.hasOwn(PLUGIN_GROUPS, id) ? PLUGIN_GROUPS[id]! : undefined;
    if (group !== undefined) groups.set(group, version);
    const at = file.at(offset, undefined, `${id} ${version}`);
    dependencies.push({
      name: id,
      range: version,
      version: /^\d/.test(version) ? version : undefined,
      scope: 'indirect',
      at,
    });
  });
  return {
    file,
    dependencies,
    groups,
    needs,
    plugins,
    missing,
    forSubprojects: /^\s*(subprojects|allprojects)\s*\{/m.test(file.text),
  };
}

/** What a script calls the catalog: `libs`, and where that is out of reach `val own = the<LibrariesForLibs>()`. */
function catalogNames(text: string): string {
  const own = text.matchAll(/\b(?:val|def|var)\s+(\w+)\s*(?::[^=\n]*)?=[^\n]*\bLibrariesForLibs\b/g);
  return ['libs', ...[...own].map((match) => match[1]!)].join('|');
}

/** `libs.a.b`, and in scripts of plugins, which have no such accessors, `libs.findLibrary("a-b").get()` and `findBundle("c")`. */
function catalogAliases(argument: string, catalogs: string): string[] {
  const accessor = new RegExp(
    `\\b(?:${catalogs})\\.((?!versions\\b|plugins\\b)[\\w.]+?)(?:\\.get\\(\\))?(?=[\\s),;]|$)`,
    'g',
  );
  const written = [...argument.matchAll(accessor)].map((match) => match[1]!);
  const looked = [...argument.matchAll(/\bfind(Library|Bundle)\s*\(\s*["']([\w.-]+)["']/g)].map(
    ([, kind, alias]) => `${kind === 'Bundle' ? 'bundles.' : ''}${catalogAccessor(alias!)}`,
  );
  return [...written, ...looked];
}

/** Variables that a script gives a text: `def otelVersion = '1.2'`, `val x by extra("1")`, `set("x", "1")`, `ext.x = '1'`. */
export function definitionsIn(text: string): Map<string, string> {
  const found = new Map<string, string>();
  const pattern =
    /\b(?:def|val|var|String)\s+(\w+)(?:\s*:\s*String)?\s*(?:=|by\s+extra\s*\()\s*["']([^"'$\n]+)["']|\bset\s*\(\s*["']([\w.-]+)["']\s*,\s*["']([^"'\n]+)["']\s*\)|(?:\bext\.|^\s*|\bextra\[")(\w+)(?:"\])?\s*=\s*["']([^"'$\n]+)["']/gm;
  for (const match of text.matchAll(pattern))
    found.set((match[1] ?? match[3] ?? match[5])!, (match[2] ?? match[4] ?? match[6])!);
  return found;
}

interface ConfigurationCall {
  readonly configuration: string;
  readonly argument: string;
  readonly offset: number;
}

/** Calls of configurations; an argument in parentheses may go on over lines. */
function callsIn(text: string): ConfigurationCall[] {
  const found: ConfigurationCall[] = [];
  for (const match of text.matchAll(/^([ \t]*)["']?(\w+)["']?[ \t]*(\(|[ \t](?=["'\w]))/gm)) {
    const [all, indent, configuration] = match as unknown as [string, string, string];
    if (!CONFIGURATION.test(configuration)) continue;
    const offset = match.index + indent.length;
    const from = match.index + all.length - (all.endsWith('(') ? 1 : 0);
    const end = all.endsWith('(') ? closing(text, from) : lineEnd(text, from);
    const argument = text.slice(from, end);
    if (!/^\s*=/.test(argument)) found.push({ configuration, argument, offset });
  }
  return found;
}

function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < Math.min(text.length, open + 4_000); i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0) return i + 1;
  }
  return lineEnd(text, open);
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function pluginsIn(
  { text }: ReadFile,
  catalog: VersionCatalog | undefined,
  values: ReadonlyMap<string, string>,
  versioned: (id: string, version: string, offset: number) => void,
): string[] {
  const ids: string[] = [];
  const pattern =
    /\bid\s*\(?\s*["']([\w.-]+)["']\s*\)?(?:\s*version\s*\(?\s*["']([^"']+)["'])?|\balias\s*\(?\s*libs\.plugins\.([\w.]+)|\bapply\s*\(?\s*plugin\s*[:=]\s*["']([\w.-]+)["']|^\s*`([\w.-]+)`\s*$|^\s{2,}(application|java|war)\s*$/gm;
  for (const match of text.matchAll(pattern)) {
    const aliased = match[3] === undefined ? undefined : catalog?.plugins.get(match[3]);
    const id = match[1] ?? aliased?.module ?? match[4] ?? match[5] ?? match[6];
    if (id === undefined) continue;
    ids.push(id);
    versioned(
      id,
      filled(match[2] ?? aliased?.version ?? '', values, catalog),
      match.index + (match[0].length - match[0].trimStart().length),
    );
  }
  return ids;
}

function scopeOf(configuration: string): Dependency['scope'] {
  if (/^(test|integrationTest)|^(annotationProcessor|kapt|ksp|developmentOnly|quarkusDev)$|Test/.test(configuration))
    return 'dev';
  return /^(compileOnly|compileOnlyApi|providedCompile)$/.test(configuration) ? 'optional' : 'runtime';
}

function filled(text: string, values: ReadonlyMap<string, string>, catalog: VersionCatalog | undefined): string {
  return text.replace(
    /\$\{?(?:property\(["']|rootProject\.|project\.|ext\.)?([\w.]+)(?:["']\))?\}?/g,
    (written, key: string) => {
      const alias = /^libs\.versions\.([\w.]+?)(\.get)?$/.exec(key)?.[1];
      return (alias === undefined ? values.get(key) : catalog?.versions.get(alias)) ?? written;
    },
  );
}
