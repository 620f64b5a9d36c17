import type { Fix } from '../../../model/finding';
import type { Evidence } from '../../evidence';
import type { ProcessUnit } from '../../project/processUnit';
import { AUTO, INSTRUMENTATIONS } from '../nodeTables';

/**
 * Raises the range of the meta package to the first version with the instrumentation of a library, where the finding is
 * about the line of `package.json` that has it. The lock file is npm's to change.
 */
export function updateMetaPackage({ dependencies }: ProcessUnit, hole: Evidence, library: string): Fix[] {
  const dependency = dependencies.get(AUTO.package);
  const since = INSTRUMENTATIONS.find((row) => row.library === library)?.inAutoSince;
  const { startLine, startColumn } = hole.range;
  const isThere =
    dependency?.at.file === hole.file &&
    hole.file.endsWith('package.json') &&
    dependency.at.range.startLine === startLine &&
    dependency.at.range.startColumn === startColumn;
  if (!isThere || since === undefined || !/^[\^~]?\d[\w.]*$/.test(dependency.range)) return [];
  const mark = /^[\^~]?/.exec(dependency.range)![0];
  // The place begins at the property's name and ends behind its value.
  const newText = `"${AUTO.package}": "${mark}${since.split('.').length === 2 ? `${since}.0` : since}"`;
  const title = `Update ${AUTO.package} to ${mark}${since}, then install`;
  return [{ title, edits: [{ file: hole.file, range: dependency.at.range, newText }] }];
}
