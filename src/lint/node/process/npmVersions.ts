import type { Dependency } from '../../project/processUnit';

/** `major.minor.patch`; prereleases count as their release. */
type Version = readonly [number, number, number];

/** Whether a dependency can be of a version or a newer one. */
export type Reaches = 'yes' | 'no' | 'unknown';

/**
 * Whether a dependency's version is at least `since`: by its lock file, by all of them where several disagree, else by what
 * its range allows. A caret on `0.x` pins the minor. A range that allows both older and newer ones counts as `yes`, as fresh
 * installs take the newest.
 */
export function reaches(dependency: Dependency | undefined, since: string): Reaches {
  if (dependency === undefined) return 'unknown';
  const needed = versionOf(since);
  const locked = dependency.version === undefined ? undefined : versionOf(dependency.version);
  if (needed === undefined) return 'unknown';
  if (locked !== undefined) return compare(locked, needed) >= 0 ? 'yes' : 'no';
  if (dependency.disputed !== undefined) {
    const said = dependency.disputed.map((one) => versionOf(one));
    if (said.every((one) => one !== undefined && compare(one, needed) >= 0)) return 'yes';
    return said.every((one) => one !== undefined && compare(one, needed) < 0) ? 'no' : 'unknown';
  }
  const end = firstBeyond(dependency.range);
  if (end === 'unknown') return 'unknown';
  return end === 'none' || compare(end, needed) > 0 ? 'yes' : 'no';
}

function versionOf(text: string): Version | undefined {
  const parts = /^\s*[v=]*(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(text);
  return parts ? [Number(parts[1]), Number(parts[2] ?? 0), Number(parts[3] ?? 0)] : undefined;
}

function compare(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

/** The lowest version above all that a range allows; `none` where it has no upper end. */
function firstBeyond(range: string): Version | 'none' | 'unknown' {
  let highest: Version = [0, 0, 0];
  const plain = range.replace(/^(npm:(@?[^@]+)@|workspace:)/, '').trim();
  for (const alternative of plain.split('||')) {
    const end = endOf(alternative.trim());
    if (end === 'none' || end === 'unknown') return end;
    if (compare(end, highest) > 0) highest = end;
  }
  return highest;
}

function endOf(comparators: string): Version | 'none' | 'unknown' {
  if (comparators === '' || /^(\*|x|latest|next)$/i.test(comparators)) return 'none';
  const hyphen = /^\S+\s+-\s+(\S+)$/.exec(comparators);
  const parts = (hyphen ? `<=${hyphen[1]}` : comparators.replace(/([<>=^~])\s+/g, '$1')).split(/\s+/);
  let end: Version | 'none' = 'none';
  for (const part of parts) {
    const own = endOfOne(part);
    if (own === 'unknown') return own;
    if (own !== 'none' && (end === 'none' || compare(own, end) < 0)) end = own;
  }
  return end;
}

function endOfOne(part: string): Version | 'none' | 'unknown' {
  const [, operator = '', written = ''] = /^([<>=^~]*)(.*)$/.exec(part) ?? [];
  const version = versionOf(written);
  if (version === undefined) return 'unknown';
  const [major, minor, patch] = version;
  if (operator.startsWith('>')) return 'none';
  if (operator === '<') return version;
  if (operator === '<=') return [major, minor, patch + 1];
  const given = written.replace(/^[v=]+/, '').split(/[.+-]/);
  const isOpen = (at: number): boolean => given[at] === undefined || /^[x*]$/i.test(given[at]);
  if (operator === '^') {
    if (major > 0 || isOpen(1)) return [major + 1, 0, 0];
    return minor > 0 || isOpen(2) ? [0, minor + 1, 0] : [0, 0, patch + 1];
  }
  if (isOpen(1)) return [major + 1, 0, 0];
  if (isOpen(2) || operator === '~') return [major, minor + 1, 0];
  return [major, minor, patch + 1];
}
