import { readUnits } from '../../../../src/lint/project/readUnits';
import type { ProcessUnit } from '../../../../src/lint/project/processUnit';
import { MemoryFiles, relativeToProject } from '../support/memoryFiles';

/** The units of files given as text, by their ids with relative paths. */
export async function unitsById(files: Readonly<Record<string, string>>): Promise<Map<string, ProcessUnit>> {
  const { units } = await readUnits(new MemoryFiles(files));
  return new Map(units.map((unit) => [relativeToProject(unit.id), unit]));
}

/** The one unit of files given as text. */
export async function onlyUnit(files: Readonly<Record<string, string>>): Promise<ProcessUnit> {
  const units = [...(await unitsById(files)).values()];
  if (units.length !== 1) throw new Error(`${units.length} units: ${units.map(({ id }) => id).join(', ')}`);
  return units[0]!;
}

/** Relative paths of a unit's files, sorted. */
export function filesOf(unit: ProcessUnit | undefined): string[] {
  return (unit?.files ?? []).map((file) => relativeToProject(file.path)).sort();
}

/** `name range → version scope @line` of the dependencies whose names match, in the order they are known. */
export function dependenciesOf(unit: ProcessUnit | undefined, names = /./): string[] {
  return [...(unit?.dependencies.values() ?? [])]
    .filter(({ name }) => names.test(name))
    .map(({ name, range, version, scope, at }) => {
      const place = `${relativeToProject(at.file)}:${at.range.startLine + 1}`;
      return `${name} ${range} → ${version ?? '?'} ${scope} @${place}`;
    });
}
