import type { LintFiles } from '../lintFiles';
import { assignFiles } from './assignFiles';
import { bindDeployment } from './deployment/bindDeployment';
import { withPreloads } from './deployment/preloadedUnits';
import { readDeployment } from './deployment/readDeployment';
import { readDotnetDrafts } from './dotnet/dotnetDrafts';
import { readGoDrafts } from './go/goDrafts';
import { readSpringProperties } from './java/springProperties';
import { readJavaDrafts } from './java/javaDrafts';
import { readNodeDrafts } from './node/nodeDrafts';
import { mayTrace } from './mayTrace';
import type { ProcessUnit } from './processUnit';
import type { ProjectFacts } from './projectFacts';
import { ProjectFiles } from './projectFiles';
import { isNeverSetUp } from './python/neverSetUp';
import { readPythonDrafts } from './python/pythonDrafts';
import type { UnitDraft } from './unitDraft';
import { unreadFiles } from './unreadFiles';
import { kindOf } from './unitKind';

/** Reads the drafts of one language's units out of its manifests. */
type DraftReader = (files: ProjectFiles) => Promise<UnitDraft[]>;

const READERS: readonly DraftReader[] = [
  readNodeDrafts,
  readPythonDrafts,
  readGoDrafts,
  readJavaDrafts,
  readDotnetDrafts,
];

/**
 * The processes and libraries of a workspace with their dependencies and how they are deployed. Works on a cut-out: a
 * language without a manifest is one unit per workspace folder, of which no dependencies are known. Never throws because
 * of a file; what cannot be read is in `skipped`.
 */
export async function readUnits(source: LintFiles): Promise<ProjectFacts> {
  const files = new ProjectFiles(source);
  const drafts: UnitDraft[] = [];
  for (const read of READERS) drafts.push(...(await read(files)));
  const assigned = assignFiles(files, drafts);
  const deployments = bindDeployment(assigned, await readDeployment(files));
  const properties = await readSpringProperties(files, assigned);
  const unread = await unreadFiles(files, assigned);
  // What only tests use is not what a program is made of.
  const used = new Set(assigned.flatMap(({ draft, uses }) => (isTestUnit(draft) ? [] : uses)));
  const moduleFolders = new Map(
    assigned.flatMap(({ draft }) => (draft.modules === 'es' ? [[draft.id, draft.root] as const] : [])),
  );
  const units: ProcessUnit[] = [];
  for (const one of assigned) {
    const bound = deployments.get(one)!;
    const { unit, deployment } = withPreloads(one, bound.deployment, assigned);
    const { id, language, root, manifest } = unit.draft;
    const { dependencies, uses, missing } = unit;
    const traces = mayTrace({ language, dependencies, deployment, uses, missing });
    const isTraced = traces !== 'no';
    const use = { isDeployed: bound.isDeployed, isUsed: used.has(id), isTraced };
    const kind = (await isNeverSetUp(files, one, assigned)) ? 'library' : await kindOf(files, unit, use);
    const own = properties.get(id);
    units.push({
      id,
      language,
      root,
      manifest,
      kind,
      files: unit.files,
      dependencies,
      deployment,
      uses,
      ...(own ? { properties: own } : {}),
      ...(missing.length > 0 ? { missing } : {}),
      ...(unread.has(one) ? { unread: unread.get(one)! } : {}),
      ...(unit.draft.modules ? { modules: unit.draft.modules } : {}),
      ...(unit.draft.runtimeSwitches?.length ? { runtimeSwitches: unit.draft.runtimeSwitches } : {}),
      ...(unit.draft.bundles ? { bundles: unit.draft.bundles } : {}),
      ...(uses.some((used) => moduleFolders.has(used))
        ? { moduleFolders: uses.flatMap((used) => moduleFolders.get(used) ?? []) }
        : {}),
      ...(language === 'node' && unit.draft.kind === 'library' ? { isPublished: true as const } : {}),
      ...(unit.draft.goVersion !== undefined ? { goVersion: unit.draft.goVersion } : {}),
    });
  }
  return { units, skipped: files.skipped };
}

function isTestUnit({ kind, root }: UnitDraft): boolean {
  return kind === 'never' || /[\\/](tests?|e2e|integration[-_]?tests?)$/i.test(root);
}
