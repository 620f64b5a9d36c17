import type { Fix } from '../../../model/finding';
import type { ProcessUnit, UnitProperty } from '../../project/processUnit';
import { canonical } from '../properties';

/** Sets a property beside those that are nearest to it, in the file that holds for all profiles. */
export function propertyFix(unit: ProcessUnit, key: string, value: string): Fix[] {
  const title = `Set ${key}=${value}`;
  const given = (unit.properties ?? []).find((property) => canonical(property.key) === canonical(key));
  // What stands there says otherwise; where its value ends is not known.
  if (given) return [];
  const beside = nearest(
    (unit.properties ?? []).filter(({ profile, isInline }) => profile === undefined && !isInline),
    key,
  );
  if (beside === undefined) return [];
  const { file, range } = beside.at;
  const at = {
    startLine: range.startLine,
    startColumn: range.startColumn,
    endLine: range.startLine,
    endColumn: range.startColumn,
  };
  if (beside.within === undefined) return [{ title, edits: [{ file, range: at, newText: `${key}=${value}\n` }] }];
  const rest = beside.within === '' ? key : key.slice(beside.within.length + 1);
  const newText = `${rest}: ${value}\n${' '.repeat(range.startColumn)}`;
  return [{ title, edits: [{ file, range: at, newText }] }];
}

/** The property that shares most levels; in YAML those have to be written around it. */
function nearest(properties: readonly UnitProperty[], key: string): UnitProperty | undefined {
  let best: UnitProperty | undefined;
  let most = -1;
  for (const property of properties) {
    if (/\.\d+$/.test(property.within ?? '') || /\.\d+(\.|$)/.test(property.key)) continue;
    const { within } = property;
    const fits = within === undefined || within === '' || key.startsWith(`${within}.`);
    const shared =
      within === undefined ? commonLevels(property.key, key) : within === '' ? 0 : within.split('.').length;
    if (fits && shared > most) [best, most] = [property, shared];
  }
  return best;
}

function commonLevels(a: string, b: string): number {
  const [left, right] = [a.split('.'), b.split('.')];
  const different = left.findIndex((level, i) => level !== right[i]);
  return different < 0 ? left.length : different;
}
