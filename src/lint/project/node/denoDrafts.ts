import path from 'node:path';
import type { Dependency } from '../processUnit';
import type { ProjectFiles } from '../projectFiles';
import { readJson, type JsonNode } from '../text/jsonTree';
import type { UnitDraft, UnitReference } from '../unitDraft';

/** `npm:@opentelemetry/api@1`, `npm:/undici@^6.0.0/index.js`, `jsr:@std/http@1`. */
const SPECIFIER = /^(?:npm|jsr):\/?((?:@[^/@]+\/)?[^/@]+)(?:@([^/]+))?/;

/**
 * A unit for every `deno.json` without a `package.json` beside it; where there is one, what Deno's imports name is added
 * to that. See https://docs.deno.com/runtime/fundamentals/configuration/.
 */
export async function readDenoDrafts(files: ProjectFiles, packages: readonly UnitDraft[]): Promise<UnitDraft[]> {
  const drafts: UnitDraft[] = [];
  const byRoot = new Map(packages.map((draft) => [draft.root, draft]));
  for (const listed of files.named(/^deno\.jsonc?$/)) {
    const file = await files.read(listed);
    const json = file && readJson(file);
    if (typeof json === 'string') files.skip(listed.path, json);
    if (file === undefined || json === undefined || typeof json === 'string') continue;
    const dependencies = dependenciesOf(json);
    const beside = byRoot.get(file.folder);
    if (beside !== undefined) {
      for (const [name, one] of dependencies) if (!beside.dependencies.has(name)) beside.dependencies.set(name, one);
      continue;
    }
    const name = json.textOf('name');
    const top = json.get('name')?.start ?? 0;
    const draft: UnitDraft = {
      id: file.path,
      language: 'node',
      root: file.folder,
      manifest: file.at(top, json.get('name')?.end ?? top, `deno.json of ${name ?? path.basename(file.folder)}`),
      names: name === undefined ? [] : [name],
      dependencies,
      needs: [...dependencies.keys()].map((needed): UnitReference => ({ name: needed })),
      kind: kindOf(json),
      modules: 'es',
    };
    byRoot.set(file.folder, draft);
    drafts.push(draft);
  }
  return drafts;
}

function dependenciesOf(json: JsonNode): Map<string, Dependency> {
  const found = new Map<string, Dependency>();
  for (const [, value] of json.get('imports')?.entries() ?? []) {
    const [, name, range = ''] = SPECIFIER.exec(value.text ?? '') ?? [];
    if (name === undefined || found.has(name)) continue;
    const at = value.file.at(value.start, value.end, `${name} ${range}`.trim());
    const version = /^\d+\.\d+\.\d+$/.test(range) ? range : undefined;
    // A bare `1` means what `^1` does.
    const caret = /^\d+(\.\d+)?$/.test(range) ? `^${range}` : range;
    found.set(name, { name, range: caret, version, scope: 'runtime', at });
  }
  return found;
}

/** A task that runs a file starts something; what only exports is for others. */
function kindOf(json: JsonNode): UnitDraft['kind'] {
  const tasks = (json.get('tasks')?.entries() ?? []).map(([, task]) => task.text ?? task.textOf('command') ?? '');
  if (tasks.some((task) => /\bdeno\s+(run|serve)\b/.test(task))) return 'process';
  return json.get('exports') !== undefined && json.textOf('name') !== undefined ? 'library' : 'unsaid';
}
