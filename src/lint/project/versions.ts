import type { Evidence } from '../evidence';
import type { Dependency } from './processUnit';

/** A version taken apart: `1.32.0-alpha` is `[1, 32, 0]` and `alpha`; `0.50b0` is `[0, 50]` and `b0`. */
interface Version {
  readonly numbers: readonly number[];
  readonly prerelease: string;
}

/** Versions from `from` up to `below`; undefined is without a bound. */
interface Interval {
  readonly from: readonly number[] | undefined;
  readonly below: readonly number[] | undefined;
  /** `below` itself is in it. */
  readonly closed?: boolean;
}

const ANY: Interval = { from: undefined, below: undefined };

/**
 * Whether the version in use is surely `since` or later, surely earlier, or not to be known: from the resolved version,
 * else from the range. Reads the ranges of npm, PEP 440, Poetry, Go, Maven, Gradle and NuGet. A caret on 0.x pins the minor,
 * as npm and Poetry have it. A prerelease counts as what it precedes: what a version brought is in it as a rule.
 */
export function mayBe(dependency: Pick<Dependency, 'range' | 'version'>, since: string): 'yes' | 'no' | 'unknown' {
  const wanted = parse(since).numbers;
  if (dependency.version !== undefined && /^v?\d/.test(dependency.version))
    return compareNumbers(parse(dependency.version).numbers, wanted) >= 0 ? 'yes' : 'no';
  const intervals = intervalsOf(dependency.range);
  if (intervals.every(({ from }) => from !== undefined && compareNumbers(from, wanted) >= 0)) return 'yes';
  const earlier = ({ below, closed }: Interval): boolean => {
    if (below === undefined) return false;
    const order = compareNumbers(below, wanted);
    return closed ? order < 0 : order <= 0;
  };
  return intervals.every(earlier) ? 'no' : 'unknown';
}

/** Where the version of a dependency is said: by a lock file or centrally, else where it is declared. */
export function versionPlace({ at, versionAt }: Dependency): Evidence {
  return versionAt ?? at;
}

/** Orders two versions: negative where `a` is earlier. Prereleases of one version come before it, by their text. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parse(a), parse(b)];
  const order = compareNumbers(left.numbers, right.numbers);
  if (order !== 0 || left.prerelease === right.prerelease) return order;
  if (left.prerelease === '') return 1;
  if (right.prerelease === '') return -1;
  return left.prerelease.localeCompare(right.prerelease, 'en', { numeric: true });
}

function parse(text: string): Version {
  const match = /^\s*[v=]*(\d+(?:\.\d+)*)(?:[-.]?([A-Za-z][\w.-]*|-[\w.-]+))?/.exec(text);
  const prerelease = match?.[2] ?? '';
  // What builders append to a final version says that it is final.
  const final = /^(final|release|ga|jre\d*|android|incompatible)$/i.test(prerelease);
  return { numbers: (match?.[1] ?? '').split('.').map(Number), prerelease: final ? '' : prerelease };
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The intervals a range allows, one for each alternative. */
function intervalsOf(range: string): Interval[] {
  const text = range.trim().replace(/^(workspace|npm):(?:@?[\w./-]+@)?/, '');
  if (!/\d/.test(text) || /^(git|https?|file|link|portal|catalog|patch|github)\b|\/\/|\$\{/.test(text)) return [ANY];
  const bracketed = [...text.matchAll(/([[(])\s*([^,[\]()]*)(?:(,)\s*([^,[\]()]*))?\s*([\])])/g)];
  if (bracketed.length > 0)
    return bracketed.map(([, , from, comma, below, close]) => bracket(from!, comma, below, close!));
  return text.split('||').map((part) => comparators(part.replace(/;.*$/, '')));
}

/** Maven's and NuGet's `[1.0,2.0)`, `[1.0]`, `(,1.0]`. */
function bracket(from: string, comma: string | undefined, below: string | undefined, close: string): Interval {
  const numbers = (text: string | undefined): readonly number[] | undefined =>
    text !== undefined && /\d/.test(text) ? parse(text).numbers : undefined;
  if (comma === undefined) return { from: numbers(from), below: numbers(from), closed: true };
  return { from: numbers(from), below: numbers(below), closed: close === ']' };
}

/** Comparators that all hold: `>=1.2,<2`, `^1.2.3`, `1.2 - 1.4`, `~=1.4.2`, `==1.*`. */
function comparators(text: string): Interval {
  const hyphen = /^\s*v?([\d.x*]+)\s+-\s+v?([\d.x*]+)\s*$/.exec(text);
  if (hyphen) {
    const below = fixedPart(hyphen[2]!);
    const whole = below.length >= 3;
    return { from: fixedPart(hyphen[1]!), below: whole ? below : next(below, below.length - 1), closed: whole };
  }
  let result = ANY;
  for (const [, operator, version] of text.matchAll(/(\^|~=|~>|~|===?|!=|>=|<=|>|<)?\s*v?(\d[\w.*+-]*|\*)/g))
    result = both(result, comparator(operator ?? '', version!));
  return result;
}

function comparator(operator: string, version: string): Interval {
  const fixed = fixedPart(version);
  if (fixed.length === 0 || operator === '!=') return ANY;
  switch (operator) {
    case '>=':
    case '>':
      return { from: fixed, below: undefined };
    case '<':
      return { from: undefined, below: fixed };
    case '<=':
      return { from: undefined, below: fixed, closed: true };
    case '^': {
      const leading = fixed.findIndex((number) => number > 0);
      return { from: fixed, below: next(fixed, leading < 0 ? fixed.length - 1 : leading) };
    }
    case '~':
      return { from: fixed, below: next(fixed, Math.min(1, fixed.length - 1)) };
    case '~=':
    case '~>':
      return { from: fixed, below: next(fixed, Math.max(0, fixed.length - 2)) };
    default:
      if (/[*x]/i.test(version.replace(/[-+].*$/, ''))) return { from: fixed, below: next(fixed, fixed.length - 1) };
      return { from: fixed, below: fixed, closed: true };
  }
}

/** The numbers of `1.2.x` before what is open. */
function fixedPart(version: string): readonly number[] {
  const head = version.replace(/(^|\.)[*xX+].*$/, '');
  return head === '' ? [] : parse(head).numbers;
}

/** The version that follows in the place given: `next([0, 41, 2], 1)` is `[0, 42]`. */
function next(numbers: readonly number[], place: number): readonly number[] {
  return [...numbers.slice(0, place), (numbers[place] ?? 0) + 1];
}

function both(a: Interval, b: Interval): Interval {
  const from = a.from && b.from ? (compareNumbers(a.from, b.from) > 0 ? a.from : b.from) : (a.from ?? b.from);
  const upper = a.below && b.below ? (compareNumbers(a.below, b.below) < 0 ? a : b) : a.below ? a : b;
  return { from, below: upper.below, closed: upper.closed ?? false };
}
