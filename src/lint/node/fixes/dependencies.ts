import path from 'node:path';
import type { Fix, FixEdit } from '../../../model/finding';
import { isUnder } from '../../project/projectFiles';
import type { ProcessUnit } from '../../project/processUnit';
import { INSTALL_SINCE, SETUP_FUNCTIONS, type InstallRow } from '../nodeTables';
import { reaches } from '../process/npmVersions';

/** A line in `package.json`, beside one of OpenTelemetry's that is there, or of a distribution that sets it up. */
export function dependencyEdits(unit: ProcessUnit, row: Pick<InstallRow, 'package' | 'ranges'>): FixEdit[] {
  if (unit.dependencies.has(row.package) && unit.dependencies.get(row.package)!.scope !== 'indirect') return [];
  const own = [...unit.dependencies.values()].filter(
    ({ scope, at }) => scope === 'runtime' && at.file.endsWith('package.json'),
  );
  const beside =
    own.find(({ name }) => name.startsWith('@opentelemetry/')) ??
    own.find(({ name }) => SETUP_FUNCTIONS.some((one) => one.package === name));
  if (beside?.before === undefined) return [];
  const { range, indent } = beside.before;
  // A manifest in one line stays one.
  const after = range.startColumn === indent.length ? `\n${indent}` : ' ';
  return [{ file: beside.at.file, range, newText: `"${row.package}": "${rangeFor(unit, row)}",${after}` }];
}

/** The range that belongs to the generation of the SDK in use. */
function rangeFor(unit: ProcessUnit, row: Pick<InstallRow, 'ranges'>): string {
  const sdk =
    unit.dependencies.get('@opentelemetry/sdk-node') ?? unit.dependencies.get('@opentelemetry/instrumentation-http');
  let found = row.ranges[0]!;
  INSTALL_SINCE.forEach((since, i) => {
    if (reaches(sdk, since) === 'yes') found = row.ranges[i]!;
  });
  return found;
}

const API = '@opentelemetry/api';

/** All generations of the SDK go with it (their peer dependency is `>=1.x <1.10`). */
const API_RANGE = '^1.9.0';

/** Fixes whose code calls the API, which the manifest may have by way of the SDK alone: package managers may hide it then. */
export function withApi(unit: ProcessUnit, file: string, fixes: readonly Fix[]): Fix[] {
  const edits = dependencyEdits(unit, { package: API, ranges: INSTALL_SINCE.map(() => API_RANGE) });
  const own = edits.filter((edit) => isUnder(path.dirname(edit.file), file));
  return fixes.map((fix) => ({ ...fix, edits: [...fix.edits, ...own] }));
}
