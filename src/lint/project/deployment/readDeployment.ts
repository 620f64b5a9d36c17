import path from 'node:path';
import type { ProjectFiles, ReadFile } from '../projectFiles';
import type { LintFile } from '../../lintFiles';
import type { DeploymentPart } from './deploymentPart';
import { isComposeFile, readComposeFile } from './composeFile';
import { isDockerfile, readDockerfile } from './dockerfile';
import { isKubernetesManifest, mayTellOfTracing, readKubernetesManifest } from './kubernetesManifest';
import { isLineFile, readLines } from './lineFile';
import { isNaisManifest, readNaisManifest } from './naisManifest';
import {
  readDotEnv,
  readMakefile,
  readNpmSettings,
  readPackageScripts,
  readProcfile,
  readSystemdUnit,
  type PartReader,
} from './processFiles';
import { PartBuilder } from './deploymentPart';
import { readLauncher, readScripts } from './readScripts';
import { readYaml } from '../text/yamlTree';

/** Files of one small form each, by their names. */
const SIMPLE: readonly (readonly [RegExp, PartReader])[] = [
  [/^package\.json$/, readPackageScripts],
  [/^Procfile(\.\w+)?$/, readProcfile],
  [/^(GNU)?[Mm]akefile$|\.mk$/, readMakefile],
  [/^\.env(\..+)?$|\.env$/, readDotEnv],
  [/^\.npmrc$/, readNpmSettings],
  [/\.service$/, readSystemdUnit],
  [/\.sh$/, readLauncher],
];

/** A workspace may have tens of thousands of YAML files that are data. */
const MAX_YAML_FILES = 3_000;

/** What a file may be by its name. */
interface NamedAs {
  readonly isCompose: boolean;
  readonly simple: PartReader | undefined;
  readonly isImage: boolean;
  readonly isYaml: boolean;
  readonly isByLine: boolean;
}

/** What all deployment files of a workspace say, a part per process. */
export async function readDeployment(files: ProjectFiles): Promise<DeploymentPart[]> {
  const parts: DeploymentPart[] = [];
  const built = new Set<string>();
  const named = deploying(files);
  for (const [listed, { isCompose }] of named) {
    const file = isCompose ? await files.read(listed) : undefined;
    if (file === undefined) continue;
    const found = await readComposeFile(files, file);
    parts.push(...found.parts);
    for (const name of found.dockerfiles) built.add(name);
  }
  let yamlFiles = 0;
  for (const [listed, { simple, isImage, isYaml, isByLine }] of named) {
    if (simple !== undefined) {
      const file = await files.read(listed);
      if (file) parts.push(...simple(file));
    } else if (isImage) {
      const file = await files.read(listed);
      if (file && !built.has(listed.path)) parts.push(await imagePart(files, file));
    }
    if (!isByLine && !(isYaml && ++yamlFiles <= MAX_YAML_FILES)) continue;
    const file = await files.look(listed);
    if (file !== undefined) parts.push(...readTemplate(files, file, isYaml));
  }
  if (yamlFiles > MAX_YAML_FILES)
    files.skip(files.all[0]!.folder, `${yamlFiles} YAML files: only the first ${MAX_YAML_FILES} were looked at`);
  return parts;
}

/** Undefined for what no reader here has a use for. */
function namedAs(name: string): NamedAs | undefined {
  if (isCodeOrData(name)) return undefined;
  const isCompose = isComposeFile(name);
  const simple = SIMPLE.find(([pattern]) => pattern.test(name))?.[1];
  const isImage = simple === undefined && isDockerfile(name);
  const isYaml = /\.ya?ml$/i.test(name) && !isCompose;
  const isByLine = isLineFile(name);
  const isAny = isCompose || simple !== undefined || isImage || isYaml || isByLine;
  return isAny ? { isCompose, simple, isImage, isYaml, isByLine } : undefined;
}

const CODE_OR_DATA: ReadonlySet<string> = new Set([
  ...['ts', 'mts', 'cts', 'tsx', 'mtsx', 'ctsx', 'js', 'mjs', 'cjs', 'jsx', 'mjsx', 'cjsx'],
  ...[
    'py',
    'go',
    'java',
    'kt',
    'cs',
    'md',
    'mdx',
    'sql',
    'snap',
    'css',
    'scss',
    'html',
    'svg',
    'png',
    'prisma',
    'psl',
    'rst',
  ],
]);

/** Nearly all files are, which no reader here has a use for, but for what is called like a deployment file. */
function isCodeOrData(name: string): boolean {
  if (!CODE_OR_DATA.has(name.slice(name.lastIndexOf('.') + 1))) return false;
  return !/^(?:\.env|procfile|dockerfile|containerfile|ecosystem\.config)/i.test(name);
}

/** What programs are built from, beside which their image is described. */
const MANIFEST =
  /^(package\.json|pyproject\.toml|requirements\.txt|go\.mod|pom\.xml|build\.gradle(\.kts)?|.+\.csproj)$/;

/** Not those where people and tests work; documentation may hold whole programs, each beside its manifest. */
function deploying(files: ProjectFiles): (readonly [LintFile, NamedAs])[] {
  let roots: ReadonlySet<string> | undefined;
  const isBesideManifest = (file: string): boolean => {
    roots ??= new Set(files.named(MANIFEST).map((manifest) => path.dirname(manifest.path)));
    return roots.has(path.dirname(file));
  };
  return files
    .byName(namedAs)
    .filter(
      ([{ relative, path: file }]) =>
        !/(^|\/)(\.devcontainer|tests?|testdata|fixtures|__tests__|e2e)\//i.test(relative) &&
        !/(^|\/)\.gitpod[^/]*$|docker-compose[.-]test/.test(relative) &&
        (!/(^|\/)docs?\//i.test(relative) || isBesideManifest(file)),
    );
}

function readTemplate(files: ProjectFiles, file: ReadFile, isYaml: boolean): DeploymentPart[] {
  if (isYaml && !mayTellOfTracing(file.text)) return [];
  if (isYaml && isNaisManifest(file.text)) return readNaisManifest(file);
  if (isYaml && isKubernetesManifest(file.text)) {
    const found = readKubernetesManifest(file);
    if (typeof found !== 'string') return found;
    files.skip(file.path, `${found}; taken for a template and read by line`);
    return readLines(file);
  }
  const isTemplate =
    isYaml && /(^|\/)(templates|charts|helm|deploy|k8s|kubernetes|manifests)\//.test(file.file.relative);
  if (isTemplate || isLineFile(file.path)) return readLines(file);
  // Maven fills in what is no YAML before, `@project.version@`, and who reads Spring's settings says so itself.
  if (/^(application|bootstrap)(-[\w-]+)?\.ya?ml$/.test(path.basename(file.path))) return [];
  const why = readYaml(file);
  if (typeof why === 'string') files.skip(file.path, `${why}; nothing says what it deploys, so it is not read`);
  return [];
}

async function imagePart(files: ProjectFiles, file: ReadFile): Promise<DeploymentPart> {
  const { part, scripts } = readDockerfile(file, file.folder);
  const builder = new PartBuilder(part.at);
  builder.commands.push(...part.commands);
  builder.environment.push(...part.environment);
  builder.agents.push(...part.agents);
  builder.preloads.push(...part.preloads);
  builder.folders.push(...part.folders);
  builder.mentions.push(...part.mentions, ...rootMentions(file, part));
  builder.names.push(...namesOf(file.path));
  builder.language = part.language;
  builder.complete = part.complete;
  await readScripts(files, scripts, part.folders, builder);
  return builder.part();
}

/** `COPY services/orders` means the repository's folder where the image is built from its top. */
function rootMentions(file: ReadFile, part: DeploymentPart): string[] {
  const top = file.file.folder;
  return file.folder === top ? [] : part.mentions.map((mention) => path.join(top, path.relative(file.folder, mention)));
}

/** `orders.Dockerfile`, `Dockerfile.orders`, `docker/orders/Dockerfile`. */
function namesOf(file: string): string[] {
  const name = path.basename(file).replace(/\.?(Docker|Container)file\.?/i, '');
  return [name, path.basename(path.dirname(file))].filter((one) => one !== '');
}
