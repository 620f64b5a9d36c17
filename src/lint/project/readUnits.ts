import type { LintFiles } from '../lintFiles';
import { readGoDrafts } from './go/goDrafts';
import { readNodeDrafts } from './node/nodeDrafts';
import type { ProcessUnit } from './processUnit';
import type { ProjectFacts } from './projectFacts';
import { ProjectFiles } from './projectFiles';
import { readPythonDrafts } from './python/pythonDrafts';
import { assignFiles } from './assignFiles';
import type { UnitDraft } from './unitDraft';

/** Reads the drafts of one language's units out of its manifests. */
type DraftReader = (files: ProjectFiles) => Promise<UnitDraft[]>;

const READERS: readonly DraftReader[] = [readNodeDrafts, readPythonDrafts, readGoDrafts];

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
  const used = new Set(assigned.flatMap(({ uses }) => uses));
  const units = assigned.map(({ draft, files: own, uses }): ProcessUnit => {
    const { id, language, root, manifest, dependencies } = draft;
    const known = { is: 'unknown', why: 'no deployment files were read', by: [] } as const;
    const deployment = { commands: [], environment: [], agents: [], known };
    const kind = draft.kind === 'library' || (draft.kind === 'unsaid' && used.has(id)) ? 'library' : 'process';
    return { id, language, root, manifest, kind, files: own, dependencies, deployment, uses };
  });
  return { units, skipped: files.skipped };
}
