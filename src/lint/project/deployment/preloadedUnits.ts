import path from 'node:path';
import type { AssignedUnit } from '../assignFiles';
import type { Dependency, Deployment, Preload } from '../processUnit';
import { isUnder } from '../projectFiles';

/** A unit with its deployment, after what it preloads from other units became part of it. */
export interface WithPreloads {
  readonly unit: AssignedUnit;
  readonly deployment: Deployment;
}

/**
 * `node --require ./dist/shared/tracing.js ./dist/orders/main.js` runs code of two folders: the file that is loaded first
 * may belong to another unit, whose files and dependencies are then part of the process.
 */
export function withPreloads(unit: AssignedUnit, deployment: Deployment, all: readonly AssignedUnit[]): WithPreloads {
  const found = (deployment.preloads ?? []).map((preload) => ({ preload, ...sourceOf(preload, unit, all) }));
  const owners = [...new Set(found.flatMap(({ owner }) => owner ?? []))];
  if (owners.length === 0) return { unit, deployment };
  const preloads = found.map(({ preload, file }): Preload => (file === undefined ? preload : { ...preload, file }));
  const dependencies = new Map<string, Dependency>(unit.dependencies);
  for (const owner of owners)
    for (const [name, one] of owner.dependencies) if (!dependencies.has(name)) dependencies.set(name, one);
  return {
    unit: {
      draft: unit.draft,
      files: [...new Set([...unit.files, ...owners.flatMap(({ files }) => files)])],
      dependencies,
      uses: [...new Set([...unit.uses, ...owners.map(({ draft }) => draft.id)])],
      missing: [...unit.missing, ...owners.flatMap(({ missing }) => missing)],
    },
    deployment: { ...deployment, preloads },
  };
}

/** The source of a preloaded file that is none of the unit's own, and whose it is. */
function sourceOf(
  { module, file, at }: Preload,
  unit: AssignedUnit,
  all: readonly AssignedUnit[],
): { readonly file?: string; readonly owner?: AssignedUnit } {
  if (file !== undefined) return {};
  if (!module.startsWith('.')) return ofPackage(module, all);
  const built = stem(path.resolve(path.dirname(at.file), module));
  const wanted = [built, built.replace(OUTPUT, `$1src$1`), built.replace(OUTPUT, '$1')];
  for (const one of wanted) {
    const owner = all
      .filter(({ draft, files }) => draft.language === 'node' && files.some((own) => stem(own.path) === one))
      .filter(({ draft }) => isUnder(draft.root, one))
      .sort((a, b) => b.draft.root.length - a.draft.root.length)[0];
    if (owner === undefined || owner === unit) continue;
    return { file: owner.files.find((own) => stem(own.path) === one)!.path, owner };
  }
  return {};
}

/** `--import @acme/telemetry/register` of a package of the workspace. */
function ofPackage(
  module: string,
  all: readonly AssignedUnit[],
): { readonly file?: string; readonly owner?: AssignedUnit } {
  for (const owner of all) {
    if (owner.draft.language !== 'node') continue;
    const name = owner.draft.names?.find((one) => module === one || module.startsWith(`${one}/`));
    if (name === undefined) continue;
    const inside = stem(module.slice(name.length + 1)) || 'index';
    const own = owner.files.filter(({ path: one }) => isUnder(owner.draft.root, one));
    const wanted = ['', 'src'].map((folder) => path.join(owner.draft.root, folder, inside));
    const named = own.filter((one) => path.basename(stem(one.path)) === path.basename(inside));
    const file = own.find((one) => wanted.includes(stem(one.path))) ?? (named.length === 1 ? named[0] : undefined);
    return file === undefined ? {} : { file: file.path, owner };
  }
  return {};
}

const OUTPUT = /([\\/])(?:dist|build|lib|out)[\\/](?:src[\\/])?/;

function stem(file: string): string {
  return file.replace(/\.[cm]?[jt]sx?$/, '');
}
