import type { Verdict } from '../../evidence';
import type { ProcessUnit } from '../../project/processUnit';
import { mayBe, versionPlace } from '../../project/versions';
import type { CoverageRow } from './table';

const DISABLED = 'OTEL_PYTHON_DISABLED_INSTRUMENTATIONS';

/**
 * What keeps an instrumentation from instrumenting a library although it is switched on: it asks for the library's version
 * and leaves one alone that is too old. Newer ones than the table knows may be taken by a newer instrumentation.
 */
export function versionHole(
  { packages, versions, coveredBy, library }: CoverageRow,
  unit: ProcessUnit,
): Verdict | undefined {
  const installed = packages.flatMap((name) => unit.dependencies.get(name) ?? []);
  if (installed.length === 0) return undefined;
  const [, lowest] = />=\s*([\d.]+)/.exec(versions) ?? [];
  const [, beyond] = /<\s*([\d.]+)/.exec(versions) ?? [];
  const by = installed.map(versionPlace);
  if (lowest !== undefined && installed.every((one) => mayBe(one, lowest) === 'no'))
    return { is: 'no', why: `${coveredBy} leaves ${library} before ${lowest} alone`, by };
  if (beyond !== undefined && installed.every((one) => mayBe(one, beyond) === 'yes'))
    return { is: 'unknown', why: `${coveredBy} may not take this version`, by };
  return undefined;
}

/** Instrumentations that `opentelemetry-instrument` is told to leave out, by their entry points' names. */
export function switchedOff({ switch: name, library }: CoverageRow, unit: ProcessUnit): Verdict | undefined {
  const set = unit.deployment.environment.filter((one) => one.name === DISABLED);
  const [first] = set;
  if (first === undefined) return undefined;
  const lists = set.map(({ value }) => value?.split(',').map((one) => one.trim()));
  const is = (list: readonly string[] | undefined): boolean =>
    list?.some((one) => one === name || one === '*') === true;
  const by = set.map(({ at }) => at);
  if (lists.every(is)) return { is: 'no', why: `${DISABLED} switches ${library} off`, by };
  if (lists.some((list) => list === undefined || is(list)))
    return { is: 'unknown', why: `${DISABLED} may switch it off`, by };
  return undefined;
}

/** Why a library is not covered, as part of a sentence. */
export function whyUncovered(verdict: Verdict, otherwise: string): string {
  return verdict.is === 'no' && verdict.why !== undefined ? verdict.why : otherwise;
}
