import { isUnder, type ProjectFiles } from '../projectFiles';
import { childAt, childText, childrenOf } from '../text/xmlTree';
import type { UnitDraft } from '../unitDraft';
import { unreadManifest } from '../unreadManifest';
import { pomDependencies, pomName, readPom, type Pom } from './mavenPom';

/** A unit for every `pom.xml`; one that only holds modules has no files of its own. */
export async function readMavenDrafts(files: ProjectFiles): Promise<UnitDraft[]> {
  const drafts: UnitDraft[] = [];
  for (const listed of files.named(/^pom\.xml$/)) {
    const file = await files.read(listed);
    const pom = file && (await readPom(files, file));
    if (file === undefined || pom === undefined) {
      drafts.push(unreadManifest(listed, 'java'));
      continue;
    }
    const dependencies = pomDependencies(pom);
    const name = pomName(pom);
    drafts.push({
      id: file.path,
      language: 'java',
      root: file.folder,
      manifest: file.at(
        childAt(pom.project, 'artifactId')?.start ?? 0,
        undefined,
        `pom.xml of ${name.replace(/^.*:/, '')}`,
      ),
      names: [name],
      dependencies,
      needs: [...dependencies.values()].flatMap((one) =>
        one.scope === 'dev' || one.scope === 'indirect' ? [] : [{ name: one.name }],
      ),
      kind: isReport(files, file.folder, pom) ? 'never' : kindOf(pom),
      missing: pom.missing,
    });
  }
  return drafts;
}

/** Plugins that make something of a module that is run. */
const RUNS =
  /^(spring-boot-maven-plugin|quarkus-maven-plugin|jib-maven-plugin|exec-maven-plugin|micronaut-maven-plugin|appassembler-maven-plugin|maven-shade-plugin|fabric8-maven-plugin|docker-maven-plugin|native-maven-plugin)$/;

/**
 * A module of no code and no modules that needs others: what gathers their test coverage, or pins their versions. It runs
 * nothing of theirs.
 */
function isReport(files: ProjectFiles, folder: string, { project }: Pom): boolean {
  if (childText(project, 'packaging') !== 'pom' || childAt(project, 'modules') !== undefined) return false;
  return !files.all.some(({ path }) => /\.(java|kt)$/.test(path) && isUnder(folder, path));
}

function kindOf({ project }: Pom): UnitDraft['kind'] {
  const packaging = childText(project, 'packaging') ?? 'jar';
  if (packaging === 'pom') return 'library';
  if (packaging === 'war' || packaging === 'ear') return 'process';
  const isRun = childrenOf(childAt(project, 'build', 'plugins'), 'plugin').some((plugin) =>
    RUNS.test(childText(plugin, 'artifactId') ?? ''),
  );
  // A plugin of a parent is all modules', libraries included.
  return isRun ? 'process' : 'unsaid';
}
