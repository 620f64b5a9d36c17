import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Name } from '../../../syntax/code/expression';
import { bindingOf } from '../../code/bindings';
import { lastPart } from '../../code/names';
import type { Program } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import { expressionsIn } from '../../code/walk';
import type { ProcessUnit } from '../../project/processUnit';
import { evidenceAt } from '../evidenceAt';
import type { Place } from '../modules';
import { AUTO, INSTRUMENTATIONS } from '../nodeTables';
import { noCoverage, readInstrumentations, type Coverage } from './instrumentationList';

/** What one place in code makes or names of instrumentations, outside the lists of set-ups perhaps. */
export interface Made {
  readonly source: SourceCode;
  readonly function: CodeFunction;
  /** The call that makes it, or the name of a class that is handed on. */
  readonly call: Call | Name;
  readonly coverage: Coverage;
}

const made = new WeakMap<Program, readonly Made[]>();

/**
 * All instrumentations that a program makes: making one switches it on, whichever list it gets into
 * (https://github.com/open-telemetry/opentelemetry-js/blob/main/experimental/packages/opentelemetry-instrumentation/src/platform/node/instrumentation.ts).
 */
export function madeIn(program: Program, unit: ProcessUnit): readonly Made[] {
  const known = made.get(program);
  if (known !== undefined) return known;
  const found = sitesOf(program, /\bnew\s+[\w.]*Instrumentation\w*\(|getNodeAutoInstrumentations\(/).flatMap((source) =>
    source.code.functions.flatMap((fn) =>
      source.callsIn(fn).flatMap((call): Made[] => {
        if (!isMaker(call)) return [];
        const place: Place = { source, function: fn, expression: call };
        return [{ source, function: fn, call, coverage: readInstrumentations(program, unit, place) }];
      }),
    ),
  );
  made.set(program, found);
  return found;
}

function isMaker(call: Call): boolean {
  const name = lastPart(call.callee);
  return call.isNew === true ? /Instrumentation/.test(name) : name === AUTO.function;
}

function sitesOf(program: Program, pattern: RegExp): readonly SourceCode[] {
  return program.sources.filter((source) => source.has(pattern));
}

/**
 * What a program makes or names outside the lists that were read: each of these belongs to the set-up it is given to.
 *
 * @param setups all of them, the ones that the process does not run too
 */
export function madeApart(
  program: Program,
  unit: ProcessUnit,
  setups: readonly { readonly coverage: Coverage }[],
): readonly Made[] {
  if (setups.length === 0) return [];
  const read = new Set(setups.flatMap(({ coverage }) => [...coverage.made]));
  const apart = madeIn(program, unit).filter(({ call }) => call.kind === 'name' || !read.has(call));
  return [...apart, ...namedIn(program)];
}

const named = new WeakMap<Program, readonly Made[]>();

/** Where a program hands the class of an instrumentation on, to be made by who knows whom: `[UndiciInstrumentation]`. */
function namedIn(program: Program): readonly Made[] {
  const known = named.get(program);
  if (known !== undefined) return known;
  const found = sitesOf(program, NAMES_CLASS).flatMap((source) =>
    source.code.functions.flatMap((fn) => {
      const makers = new Set(source.callsIn(fn).map(({ callee }) => callee));
      return [...expressionsIn(fn.body)].flatMap((expression): Made[] => {
        if (expression.kind !== 'name' || makers.has(expression)) return [];
        const coverage = coverageOfClass({ source, function: fn, expression }, expression.name);
        return coverage ? [{ source, function: fn, call: expression, coverage }] : [];
      });
    }),
  );
  named.set(program, found);
  return found;
}

const CLASSES = INSTRUMENTATIONS.flatMap(({ classes }) => classes);
const NAMES_CLASS = new RegExp(`\\b(?:${CLASSES.join('|')})\\b`);

function coverageOfClass(place: Place, name: string): Coverage | undefined {
  if (!CLASSES.includes(name)) return undefined;
  const binding = bindingOf(place.source, place.function, name);
  const rows = INSTRUMENTATIONS.filter((row) => row.classes.includes(name));
  if (binding?.kind !== 'import' || !rows.some((row) => row.package === binding.from)) return undefined;
  const coverage = noCoverage();
  const by = evidenceAt(place.source, place.expression, `${name} of ${binding.from} is handed on`);
  for (const { library } of rows) {
    coverage.covered.set(library, by);
    coverage.assumed.add(library);
  }
  return coverage;
}
