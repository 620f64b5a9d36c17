import { basename, dirname } from '../paths/fileLookup';
import { packageName } from '../paths/packageName';
import type { Folder, ProjectRoots } from '../paths/projectRoots';
import type { WorkspaceFile } from '../workspace/workspaceFiles';
import type { ServiceDeclaration } from './serviceDeclaration';
import { isServiceName } from './serviceDeclaration';
import { mapping, parseYaml, scalar } from '../../base/texts/yamlValues';

/** A reader of one kind of manifest: the names it gives, each with how surely spans carry it. */
type Reader = (text: string, file: WorkspaceFile) => readonly (readonly [name: string | undefined, score: number])[];

const READERS: readonly (readonly [RegExp, Reader])[] = [
  [/^package\.json$/, (text) => packageNames(packageName(text))],
  [/^pyproject\.toml$/, (text) => [[/^\s*name\s*=\s*["']([^"']+)["']/m.exec(text)?.[1], 0.7]]],
  [/^setup\.py$/, (text) => [[/\bname\s*=\s*["']([^"']+)["']/.exec(text)?.[1], 0.65]]],
  [/^pom\.xml$/, (text) => [[artifactId(text), 0.7]]],
  [/^settings\.gradle(\.kts)?$/, (text) => [[/rootProject\.name\s*=\s*["']([^"']+)["']/.exec(text)?.[1], 0.7]]],
  [/^go\.mod$/, (text) => [[goModuleName(text), 0.65]]],
  [
    /\.csproj$/,
    (text, file) => [[/<AssemblyName>([^<]+)</.exec(text)?.[1] ?? basename(file.relative).slice(0, -7), 0.75]],
  ],
  [/^(appsettings|config|settings)[\w.-]*\.(json|ya?ml)$/, (text) => serviceNameKeys(text)],
  [/^(application|bootstrap)[\w-]*\.properties$/, (text) => [[applicationProperty(text), 0.95]]],
  [/^(application|bootstrap)[\w-]*\.ya?ml$/, (text) => [[applicationYaml(text), 0.95]]],
];

/** One for all: it is asked for every file of the workspace. */
const NAMING = new RegExp(READERS.map(([pattern]) => pattern.source).join('|'));

/** Whether a manifest of this name may say what a program is called. */
export function isNamingManifest(relative: string): boolean {
  return NAMING.test(basename(relative));
}

/** Names a build manifest or an application's configuration gives to the program in its folder. */
export function readManifestNames(file: WorkspaceFile, text: string, roots: ProjectRoots): ServiceDeclaration[] {
  const reader = READERS.find(([pattern]) => pattern.test(basename(file.relative)))?.[1];
  const folder: Folder = /^(application|bootstrap|appsettings|config|settings)/.test(basename(file.relative))
    ? roots.nearest(file)
    : { folder: file.folder, relative: dirname(file.relative) };
  return (reader?.(text, file) ?? []).flatMap(([service, score]) =>
    isServiceName(service) ? [{ service, folder, score, from: file.relative }] : [],
  );
}

/** Aspire's host: `AddProject<Projects.Basket_API>("basket-api")` gives the project Basket.API the name basket-api. */
export function readAspireHost(
  file: WorkspaceFile,
  text: string,
  projects: ReadonlyMap<string, Folder>,
): ServiceDeclaration[] {
  return [...text.matchAll(/\.AddProject<Projects\.(\w+)>\(\s*"([^"]+)"/g)].flatMap((match) => {
    const folder = projects.get(match[1]!);
    return folder && isServiceName(match[2]) ? [{ service: match[2], folder, score: 0.95, from: file.relative }] : [];
  });
}

/** What the configuration of an application calls its service, for telemetry perhaps: `"serviceName": "orders"`. */
function serviceNameKeys(text: string): (readonly [string | undefined, number])[] {
  const names = [...text.matchAll(/^\s*"?service_?name"?\s*:\s*["']?([\w.-]+)["']?,?\s*$/gim)].map((match) => match[1]);
  return [...new Set(names)].map((name) => [name, 0.6] as const);
}

function packageNames(name: string | undefined): (readonly [string | undefined, number])[] {
  return [
    [name, 0.75],
    [name?.startsWith('@') ? name.slice(name.indexOf('/') + 1) : undefined, 0.7],
  ];
}

/** The project's own `<artifactId>`: not its parent's, not a dependency's. */
function artifactId(text: string): string | undefined {
  const own = text.replace(/<!--[\s\S]*?-->/g, '').replace(/<parent>[\s\S]*?<\/parent>/, '');
  return /<artifactId>\s*([^<\s]+)\s*<\/artifactId>/.exec(own.split(/<dependencies>|<build>/)[0]!)?.[1];
}

function goModuleName(text: string): string | undefined {
  const parts = /^module\s+"?([^\s"]+)/m.exec(text)?.[1]?.split('/') ?? [];
  return /^v\d+$/.test(parts.at(-1) ?? '') ? parts.at(-2) : parts.at(-1);
}

function applicationProperty(text: string): string | undefined {
  return /^\s*(?:spring|quarkus|micronaut)\.application\.name\s*[=:]\s*(\S+)/m.exec(text)?.[1];
}

function applicationYaml(text: string): string | undefined {
  if (!/\bapplication\b/.test(text)) return undefined;
  for (const document of parseYaml(text)) {
    const root = mapping(document);
    for (const framework of ['spring', 'quarkus', 'micronaut']) {
      const name = scalar(mapping(mapping(root?.[framework])?.['application'])?.['name']);
      if (name !== undefined) return name;
    }
    const flat = scalar(root?.['spring.application.name']);
    if (flat !== undefined) return flat;
  }
  return undefined;
}
