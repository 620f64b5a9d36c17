import type { Call, Expression } from '../../../syntax/code/expression';
import type { CodeFunction } from '../../../syntax/code/code';
import { lastPart, qualified } from '../../code/names';
import type { Program } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import type { ProcessUnit } from '../../project/processUnit';
import { evidenceAt } from '../evidenceAt';
import { INSTRUMENTATIONS, SETUP_FUNCTIONS, type SetupFunctionRow } from '../nodeTables';
import { entryOf, possibleValues } from '../values';
import { addCoverage, noCoverage, type Coverage } from './instrumentationList';
import { madeIn } from './madeBeside';
import { reaches } from './npmVersions';

/** A call that may be one of a function with a list of its own. */
interface Site {
  readonly source: SourceCode;
  readonly function: CodeFunction;
  readonly call: Call;
}

/** What files that call one of these functions say. */
export const NAMES_SETUP_FUNCTION = new RegExp(
  [...new Set(SETUP_FUNCTIONS.map((row) => (row.function === 'setup' ? row.package : row.function)))].join('|'),
);

/** The function that is called: `useAzureMonitor`, by what the file imports it from. */
export function setupFunctionOf({ source, function: fn, call }: Site): SetupFunctionRow | undefined {
  if (call.isNew) return undefined;
  const rows = SETUP_FUNCTIONS.filter((row) => row.function === lastPart(call.callee));
  if (rows.length === 0) return undefined;
  const full = qualified(source, fn, call.callee);
  return rows.find((row) => full === `${row.package}.${row.function}`);
}

/** Whether the version that a process has is known to set tracing up so. */
export function isSetUpBy(unit: ProcessUnit, row: SetupFunctionRow): boolean {
  return row.since === undefined || reaches(unit.dependencies.get(row.package), row.since) === 'yes';
}

/**
 * What such a call covers: its own list, less what its options switch off, and all instrumentations that the program makes
 * beside it, wherever they are registered. All else of what could be instrumented is told as left out of the list.
 */
export function coverageOf(program: Program, unit: ProcessUnit, site: Site, row: SetupFunctionRow): Coverage {
  const coverage = noCoverage();
  coverage.count++;
  const { source, call } = site;
  const at = evidenceAt(source, call, `${row.function} of ${row.package}`);
  for (const [option, library] of Object.entries(row.covers)) {
    const switched = switchOf(program, site, row, option);
    if (switched === 'off')
      coverage.holes.set(library, { ...at, text: `${row.function} leaves ${option} switched off` });
    else coverage.covered.set(library, at);
    if (switched === 'unknown') coverage.assumed.add(library);
  }
  for (const one of madeIn(program, unit)) addCoverage(coverage, one.coverage);
  for (const { library } of INSTRUMENTATIONS) {
    if (coverage.covered.has(library) || coverage.holes.has(library)) continue;
    coverage.holes.set(library, { ...at, text: `the instrumentations of ${row.function} have none for ${library}` });
  }
  return coverage;
}

type Switched = 'on' | 'off' | 'unknown';

/** `useAzureMonitor({ instrumentationOptions: { http: { enabled: false } } })`. */
function switchOf(program: Program, site: Site, row: SetupFunctionRow, option: string): Switched {
  const { source, function: fn, call } = site;
  const [given] = call.args;
  if (given === undefined) return 'on';
  // It is given a connection string; its options are the environment's.
  if (row.function === 'setup') return 'unknown';
  const states = possibleValues(program, { source, function: fn, expression: given.value }).map((options) => {
    if (options.expression.kind !== 'object') return 'unknown';
    if (options.expression.entries.some(({ spread, key }) => spread === true || key === undefined)) return 'unknown';
    const list = entryOf(options.expression, 'instrumentationOptions')?.value;
    if (list === undefined) return 'on';
    const [known] = possibleValues(program, { ...options, expression: list });
    const one = known?.expression.kind === 'object' ? entryOf(known.expression, option)?.value : undefined;
    if (known?.expression.kind !== 'object' || known.expression.entries.some(({ spread }) => spread === true))
      return 'unknown';
    return one === undefined ? 'on' : enabledBy(one);
  });
  const [first] = states;
  return first !== undefined && states.every((state) => state === first) ? first : 'unknown';
}

/** Options without a word about it replace the ones that switch it on, in some versions. */
function enabledBy(value: Expression): Switched {
  const enabled = value.kind === 'object' ? entryOf(value, 'enabled')?.value : undefined;
  if (value.kind !== 'object' || enabled?.kind !== 'literal') return 'unknown';
  if (enabled.text !== 'true') return 'off';
  return value.entries.length === 1 ? 'on' : 'unknown';
}
