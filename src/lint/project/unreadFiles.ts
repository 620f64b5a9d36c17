import path from 'node:path';
import type { Evidence } from '../evidence';
import type { AssignedUnit } from './assignFiles';
import { isComposeFile } from './deployment/composeFile';
import { mayTellOfTracing } from './deployment/kubernetesManifest';
import { speaksOfTracing } from './mayTrace';
import type { UnitLanguage } from './processUnit';
import { isUnder, type ProjectFiles, type ReadFile } from './projectFiles';

/** What a file would say of processes, had it been read. */
interface Unread {
  /** Undefined for a deployment file, which starts any. */
  readonly language: UnitLanguage | undefined;
  /** It is for the processes at and below this folder; for the nearest around it where there are none. */
  readonly folder: string;
}

const MANIFESTS: readonly (readonly [RegExp, UnitLanguage])[] = [
  [/^package\.json$/, 'node'],
  [/^(pyproject\.toml|Pipfile)$/, 'python'],
  [/^(pom\.xml|libs\.versions\.toml|(application|bootstrap)(-[\w-]+)?\.ya?ml)$/, 'java'],
  [/(\.csproj|\.props|\.targets)$/i, 'dotnet'],
];

/** Settings that make Spring trace, or observe what it sends, without a name of {@link speaksOfTracing}. */
const SPRING_TELLS = /^\s*(tracing|observation(s|-enabled)?|observability|propagation)\b/m;

/**
 * The files of each unit that are not read and speak of tracing: what covers its calls may stand in them. Those that say
 * nothing of it by their text, or have none, change nothing.
 */
export async function unreadFiles(
  files: ProjectFiles,
  units: readonly AssignedUnit[],
): Promise<ReadonlyMap<AssignedUnit, readonly Evidence[]>> {
  const found = new Map<AssignedUnit, Evidence[]>();
  for (const { file, why, isPartly } of files.skipped) {
    const unread = isPartly === true ? undefined : unreadAs(file);
    const text = unread && (await files.readAt(file));
    const place = text && placeOfTracing(text, `speaks of tracing and is not read: ${why}`);
    if (unread === undefined || place === undefined) continue;
    for (const unit of concerned(units, unread, text!.text)) found.set(unit, [...(found.get(unit) ?? []), place]);
  }
  return found;
}

function unreadAs(file: string): Unread | undefined {
  const name = path.basename(file);
  const folder = path.dirname(file);
  if (isComposeFile(name)) return { language: undefined, folder };
  const language = MANIFESTS.find(([pattern]) => pattern.test(name))?.[1];
  // `gradle/libs.versions.toml` is for the build around its folder.
  return language && { language, folder: name === 'libs.versions.toml' ? path.dirname(folder) : folder };
}

/** Line by line, as a text of one line is a text without end for the patterns. */
function placeOfTracing(file: ReadFile, words: string): Evidence | undefined {
  const isSpring = /^(application|bootstrap)/.test(path.basename(file.path));
  let offset = 0;
  for (const line of file.text.split('\n')) {
    if (speaksOfTracing(line) || mayTellOfTracing(line) || (isSpring && SPRING_TELLS.test(line)))
      return file.at(offset + line.search(/\S|$/), undefined, words);
    offset += line.length + 1;
  }
  return undefined;
}

/** No variable makes a program of Go trace its calls: what does is another process, beside it. */
const COVERS_GO = /beyla|odigos|ebpf|auto-?instrumentation|\botel-go\b/i;

function concerned(units: readonly AssignedUnit[], { language, folder }: Unread, text: string): AssignedUnit[] {
  const candidates = units.filter(({ draft }) =>
    language === undefined ? draft.language !== 'go' || COVERS_GO.test(text) : draft.language === language,
  );
  const below = candidates.filter(({ draft }) => isUnder(folder, draft.root));
  // `deploy/compose.yaml` is about folders beside its own.
  const named = language === undefined ? candidates.filter(({ draft }) => isNamedIn(text, draft.root)) : [];
  if (below.length + named.length > 0) return [...new Set([...below, ...named])];
  if (language === undefined) return candidates;
  const around = candidates.filter(({ draft }) => isUnder(draft.root, folder));
  const nearest = Math.max(0, ...around.map(({ draft }) => draft.root.length));
  return around.filter(({ draft }) => draft.root.length === nearest);
}

function isNamedIn(text: string, root: string): boolean {
  const name = path.basename(root).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(text);
}
