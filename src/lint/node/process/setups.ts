import type { CodeFunction } from '../../../syntax/code/code';
import type { Piece } from '../../../syntax/code/piece';
import type { Call, Entry, ObjectLiteral } from '../../../syntax/code/expression';
import { lastPart, qualified } from '../../code/names';
import type { Program } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import type { ProcessUnit } from '../../project/processUnit';
import { addCoverage, noCoverage, readInstrumentations, type Coverage } from './instrumentationList';
import { entryChanges } from './listChanges';
import type { Place } from '../modules';
import { AUTO, type SetupFunctionRow } from '../nodeTables';
import { possibleValues } from '../values';
import { callsOf } from '../calls';
import { coverageOf, isSetUpBy, NAMES_SETUP_FUNCTION, setupFunctionOf } from './setupFunctions';

/** Where a process sets its tracing up in code. */
export interface Setup {
  readonly kind: 'sdk' | 'register' | 'provider';
  readonly source: SourceCode;
  readonly function: CodeFunction;
  readonly call: Call;
  /** What is set up there: `NodeSDK`, `registerInstrumentations`, `NodeTracerProvider`. */
  readonly name: string;
  /** The options, where they are an object that is written out. */
  readonly options: Place | undefined;
  /** The `instrumentations: […]` entry. */
  readonly list: { readonly source: SourceCode; readonly piece: Piece } | undefined;
  readonly coverage: Coverage;
  /** Whether its spans go somewhere: shown, shown not, or only to a tool that watches model calls. */
  readonly exports: 'yes' | 'no' | 'unknown' | 'models-only';
  /** The distribution's function that is called, which has a list of instrumentations of its own. */
  readonly by?: SetupFunctionRow;
}

/** Options that are spread into options are followed this far. */
const MAX_SPREADS = 3;

const PROVIDERS = /^(NodeTracerProvider|BasicTracerProvider|WebTracerProvider)$/;

/**
 * Functions that start a NodeSDK with the options they are given, by the package they come from. Of themselves they send
 * spans to a service that watches model calls (https://github.com/langwatch/langwatch/tree/main/typescript-sdk).
 */
const STARTERS: ReadonlyMap<string, string> = new Map([['setupObservability', 'langwatch/observability']]);

/** The set-ups in the files of a program. */
export function findSetups(program: Program, unit: ProcessUnit): Setup[] {
  const known = keptFor(program);
  return program.sources.flatMap((source) => {
    if (!source.has(SETS_UP) && !source.has(NAMES_SETUP_FUNCTION)) return [];
    const found = known?.get(source) ?? setupsIn(program, unit, source);
    known?.set(source, found);
    return found.flatMap((setup) => inProcess(program, unit, setup) ?? []);
  });
}

const SETS_UP = /NodeSDK|registerInstrumentations|(?:Node|Basic|Web)TracerProvider|setupObservability/;

/** What a distribution's function covers depends on what else the process makes, and on the version it has. */
function inProcess(program: Program, unit: ProcessUnit, setup: Setup): Setup | undefined {
  const { by } = setup;
  if (by === undefined) return setup;
  return isSetUpBy(unit, by) ? { ...setup, coverage: coverageOf(program, unit, setup, by) } : undefined;
}

function setupsIn(program: Program, unit: ProcessUnit, source: SourceCode): readonly Setup[] {
  return source.code.functions.flatMap((fn) =>
    source.callsIn(fn).flatMap((call) => setupOf(program, unit, { source, function: fn, call }) ?? []),
  );
}

const kept = new WeakMap<object, Map<SourceCode, readonly Setup[]>>();

/**
 * The set-ups of files for all programs of the same files; none is kept where the meta package is meant: what that covers is
 * said by each process's manifest and environment.
 */
function keptFor({ files, sources }: Program): Map<SourceCode, readonly Setup[]> | undefined {
  if (sources.some((source) => source.has(AUTO.function))) return undefined;
  let known = kept.get(files);
  if (known === undefined) kept.set(files, (known = new Map<SourceCode, readonly Setup[]>()));
  return known;
}

interface Site {
  readonly source: SourceCode;
  readonly function: CodeFunction;
  readonly call: Call;
}

function setupOf(program: Program, unit: ProcessUnit, site: Site): Setup | undefined {
  const { source, function: fn, call } = site;
  const full = qualified(source, fn, call.callee);
  const name = full?.split('.').at(-1) ?? lastPart(call.callee);
  if (call.isNew && name === 'NodeSDK') return withOptions(program, unit, site, 'sdk', name);
  if (!call.isNew && name === 'registerInstrumentations') return withOptions(program, unit, site, 'register', name);
  if (call.isNew && PROVIDERS.test(name)) return withOptions(program, unit, site, 'provider', name);
  const by = setupFunctionOf(site);
  if (by !== undefined) {
    const none = { options: undefined, list: undefined, coverage: noCoverage() };
    return { ...site, kind: 'sdk', name: by.function, ...none, exports: 'yes', by };
  }
  const starter = call.isNew ? undefined : STARTERS.get(name);
  if (starter === undefined || full?.startsWith(starter) !== true) return undefined;
  const setup = withOptions(program, unit, site, 'sdk', name);
  return setup.exports === 'yes' && !sendsSomewhere(program, setup) ? { ...setup, exports: 'models-only' } : setup;
}

const SINKS = /^(traceExporter|spanProcessors?)$/;

function sendsSomewhere(program: Program, { options }: Setup): boolean {
  return options !== undefined && entriesOf(program, options).some(({ entry: { key } }) => SINKS.test(key ?? ''));
}

function withOptions(program: Program, unit: ProcessUnit, site: Site, kind: Setup['kind'], name: string): Setup {
  const coverage = noCoverage();
  const [given] = site.call.args;
  const { source, function: fn } = site;
  const values = given ? possibleValues(program, { source, function: fn, expression: given.value }) : [];
  const objects = values.filter(({ expression }) => expression.kind === 'object');
  if (objects.length < values.length) coverage.unknown.push('options that are put together elsewhere');
  let list: Setup['list'];
  for (const place of objects) {
    list = readOptions(program, unit, place, coverage) ?? list;
    const { added, unseen } = entryChanges(program, place, 'instrumentations');
    for (const value of added) addCoverage(coverage, readInstrumentations(program, unit, value));
    coverage.unknown.push(...unseen);
  }
  const options = objects[0];
  const exports = kind === 'register' ? 'unknown' : exportsOf(program, site, kind, objects, values.length);
  return { ...site, kind, name, options, list, coverage, exports };
}

function readOptions(program: Program, unit: ProcessUnit, place: Place, coverage: Coverage): Setup['list'] {
  const object = place.expression as ObjectLiteral;
  let list: Setup['list'];
  for (const { key, value, spread, keyValue } of object.entries) {
    if (spread) {
      const inner = possibleValues(program, { ...place, expression: value });
      for (const one of inner) {
        if (one.expression.kind === 'object') list = readOptions(program, unit, one, coverage) ?? list;
        else coverage.unknown.push('options that are spread from elsewhere');
      }
    } else if (key === 'instrumentations') {
      list = { source: place.source, piece: { start: keyStart(object, value, place), end: value.end } };
      addCoverage(coverage, readInstrumentations(program, unit, { ...place, expression: value }));
    } else if (key === undefined && keyValue !== undefined) coverage.unknown.push('a computed option');
  }
  return list;
}

function keyStart(object: ObjectLiteral, value: Piece, { source }: Place): number {
  const start = object.entries.find((entry) => entry.value === value)?.start ?? value.start;
  return source.code.text.startsWith('instrumentations', start) ? start : value.start;
}

/** Sinks that only take spans of model calls; such a set-up is not meant for requests. */
const MODEL_SINKS = /langfuse|langsmith|traceloop|openinference|phoenix|braintrust|helicone|arize|opik|weave|galileo/i;

function exportsOf(
  program: Program,
  site: Site,
  kind: Setup['kind'],
  objects: readonly Place[],
  valueCount: number,
): Setup['exports'] {
  const entries = objects.flatMap((place) => entriesOf(program, place));
  const sinks = entries.filter(({ entry: { key } }) => SINKS.test(key ?? ''));
  if (sinks.length > 0) return sinkOf(sinks.map(({ source, entry }) => source.textOf(entry.value)).join(' '));
  if (kind === 'provider') {
    const added = callsOf(program, 'addSpanProcessor').filter(({ source }) => source === site.source);
    if (added.length > 0) return sinkOf(added.map(({ source, call }) => source.textOf(call)).join(' '));
    return objects.length < valueCount ? 'unknown' : 'no';
  }
  if (objects.length < valueCount || entries.some(({ entry }) => entry.spread)) return 'unknown';
  // Without any of them the SDK reads the environment, whose default is to export traces.
  return entries.some(({ entry: { key } }) => /^(metricReaders?|logRecordProcessors?)$/.test(key ?? ''))
    ? 'unknown'
    : 'yes';
}

interface PlacedEntry {
  readonly entry: Entry;
  readonly source: SourceCode;
}

/** The entries of options, with those that are spread into them: `...(endpoint && { traceExporter })`. */
function entriesOf(program: Program, place: Place, depth = 0): PlacedEntry[] {
  if (place.expression.kind !== 'object') return [];
  return place.expression.entries.flatMap((entry): PlacedEntry[] => {
    const own = { entry, source: place.source };
    if (!entry.spread || depth > MAX_SPREADS) return [own];
    const values = possibleValues(program, { ...place, expression: entry.value });
    return values.flatMap((value) =>
      value.expression.kind === 'object' ? entriesOf(program, value, depth + 1) : [{ entry, source: value.source }],
    );
  });
}

function sinkOf(text: string): Setup['exports'] {
  const known = text.replace(/new\s+/g, '');
  if (/^(?:\s*\[\s*\])+\s*$/.test(known)) return 'no';
  return MODEL_SINKS.test(known) && !/OTLP|Batch|Simple|Zipkin|Jaeger/.test(known) ? 'models-only' : 'yes';
}

/** The `instrumentations:` list where there is one, else the call: where a set-up is to be mended. */
export function setupPiece(setup: Setup): { readonly source: SourceCode; readonly piece: Piece } {
  return setup.list ?? { source: setup.source, piece: setup.call };
}
