import type { Call, Entry, Expression, ObjectLiteral } from '../../../syntax/code/expression';
import { bindingOf } from '../../code/bindings';
import { dotted } from '../../code/names';
import type { Program } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import type { Evidence } from '../../evidence';
import type { Dependency, ProcessUnit } from '../../project/processUnit';
import { versionPlace } from '../../project/versions';
import { evidenceAt } from '../evidenceAt';
import type { Place } from '../modules';
import { AUTO, BROWSER_ONLY, INSTRUMENTATIONS, type CoveredLibrary } from '../nodeTables';
import { listChanges } from './listChanges';
import { reaches } from './npmVersions';
import { entryOf, possibleValues } from '../values';

/** What switches an instrumentation off that is in the list: an entry of an object. */
export interface Switch {
  readonly source: SourceCode;
  readonly object: ObjectLiteral;
  readonly entry: Entry;
  /** The instrumentation's package. */
  readonly package: string;
}

/** What a list of instrumentations covers. */
export interface Coverage {
  /** Covered libraries, each with what covers it. */
  readonly covered: Map<CoveredLibrary, Evidence>;
  /** Why some are not, though the reader might think so: `^0.41.0 contains no undici`. */
  readonly holes: Map<CoveredLibrary, Evidence>;
  /** Those of the holes that options make, each with what is to be taken away. */
  readonly switches: Map<CoveredLibrary, Switch>;
  /** Parts of it that could not be read: anything may be covered. */
  readonly unknown: string[];
  /** Covered only as far as can be told: the version is not known, or hooks leave requests out. */
  readonly assumed: Set<CoveredLibrary>;
  /** Listed in vain: ES modules import these, and nothing loads a hook for them. */
  readonly hookless?: ReadonlySet<CoveredLibrary>;
  /** The instrumentations that were read, where they are made. */
  readonly made: Set<Call>;
  /** How many instrumentations were read. */
  count: number;
}

/** Nothing covered yet. */
export function noCoverage(): Coverage {
  return {
    covered: new Map(),
    holes: new Map(),
    switches: new Map(),
    unknown: [],
    assumed: new Set(),
    made: new Set(),
    count: 0,
  };
}

/** Adds what another list covers. */
export function addCoverage(to: Coverage, more: Coverage): void {
  for (const [library, by] of more.covered) to.covered.set(library, by);
  for (const [library, by] of more.holes) if (!to.holes.has(library)) to.holes.set(library, by);
  for (const [library, by] of more.switches) if (!to.switches.has(library)) to.switches.set(library, by);
  to.unknown.push(...more.unknown);
  for (const library of more.assumed) to.assumed.add(library);
  for (const call of more.made) to.made.add(call);
  to.count += more.count;
}

/** Lists within lists are gone into this far. */
const MAX_NESTING = 8;

/** Reads the value of `instrumentations:`, wherever its parts come from. */
export function readInstrumentations(program: Program, unit: ProcessUnit, place: Place): Coverage {
  const coverage = noCoverage();
  readItem({ program, unit, coverage, lists: new Set<Expression>() }, place, 0);
  return coverage;
}

interface Reading {
  readonly program: Program;
  readonly unit: ProcessUnit;
  readonly coverage: Coverage;
  /** Lists that were read: one that is made of itself with more, `list = [...list, new X()]`, has nothing else. */
  readonly lists: Set<Expression>;
}

function readItem(reading: Reading, place: Place, depth: number): void {
  if (depth > MAX_NESTING) {
    reading.coverage.unknown.push('a list nested too deep');
    return;
  }
  for (const value of possibleValues(reading.program, place)) readValue(reading, value, depth);
}

function readValue(reading: Reading, value: Place, depth: number): void {
  const { expression, source } = value;
  switch (expression.kind) {
    case 'list':
      if (reading.lists.has(expression)) return;
      reading.lists.add(expression);
      for (const item of expression.items) readItem(reading, { ...value, expression: item.value }, depth + 1);
      readChanges(reading, value, depth);
      return;
    case 'call':
      readCall(reading, value, expression, depth);
      return;
    case 'literal':
    case 'text':
      return;
    default: {
      if (isLeftOut(reading, value)) return;
      const first = source.textOf(expression).split('\n')[0]!.slice(0, 60);
      reading.coverage.unknown.push(`\`${first}\``);
    }
  }
}

/** `options.instrumentations`, where all who call give options and none of them such a list. */
function isLeftOut({ program }: Reading, { expression, ...at }: Place): boolean {
  if (expression.kind !== 'member') return false;
  const { object, name } = expression;
  const owners = possibleValues(program, { ...at, expression: object });
  return (
    owners.length > 0 &&
    owners.every(
      ({ expression: one }) =>
        one.kind === 'object' &&
        !one.entries.some(({ key, spread }) => spread === true || key === name || key === undefined),
    )
  );
}

/** What is put into the list after it is written, as by `list.push(new X())`. */
function readChanges(reading: Reading, list: Place, depth: number): void {
  const { added, unseen } = listChanges(reading.program, list);
  for (const item of added) readItem(reading, item, depth + 1);
  reading.coverage.unknown.push(...unseen);
}

const LIST_METHODS = /^(filter|flat|concat|flatMap|map|slice)$/;

function readCall(reading: Reading, place: Place, call: Call, depth: number): void {
  const { callee } = call;
  if (call.isNew) {
    readInstrumentation(reading, place, call);
    return;
  }
  if (callee.kind === 'member' && LIST_METHODS.test(callee.name)) {
    readItem(reading, { ...place, expression: callee.object }, depth + 1);
    if (callee.name === 'concat')
      for (const { value } of call.args) readItem(reading, { ...place, expression: value }, depth + 1);
    return;
  }
  const name = calleeName(callee);
  const [given] = call.args;
  if (dotted(callee) === 'Object.values' && given !== undefined) {
    readItem(reading, { ...place, expression: given.value }, depth + 1);
    return;
  }
  if (name === AUTO.function) readAuto(reading, place, call);
  else reading.coverage.unknown.push(`\`${name ?? 'a call'}()\``);
}

/** Of `require('@opentelemetry/auto-instrumentations-node').getNodeAutoInstrumentations()`, too. */
function calleeName(callee: Expression): string | undefined {
  return dotted(callee)?.split('.').at(-1) ?? (callee.kind === 'member' ? callee.name : undefined);
}

/** What makes the instrumentations of browsers work in Node: `globalThis.location = …`. */
const FAKES_BROWSER = /\b(?:globalThis|global)\b(?:\s+as\s+\w+\))?\.location\s*=(?!=)/;

/** `new HttpInstrumentation()`: by its class and the package it comes from. */
function readInstrumentation(reading: Reading, place: Place, call: Call): void {
  const { coverage } = reading;
  const name = calleeName(call.callee);
  coverage.count++;
  coverage.made.add(call);
  if (name === undefined) {
    coverage.unknown.push('an instrumentation without a name');
    return;
  }
  const from = packageOf(place, call.callee);
  const at = evidenceAt(place.source, call, `${name} of ${from ?? 'this project'}`);
  if (isSwitchedOff(reading, place, call)) return;
  const browser = BROWSER_ONLY.find((row) => row.classes.includes(name) && row.package === from);
  if (browser !== undefined) {
    const lists = call.args.some(({ value }) => /propagateTraceHeaderCorsUrls/.test(place.source.textOf(value)));
    if (lists && place.source.has(FAKES_BROWSER)) coverage.covered.set('undici', at);
    else coverage.holes.set('undici', { ...at, text: `${name} of ${from} works in browsers only` });
    return;
  }
  const known = INSTRUMENTATIONS.filter((row) => row.classes.includes(name));
  if (name === 'HttpInstrumentation' && isOn(reading, place, call, 'disableOutgoingRequestInstrumentation')) {
    coverage.holes.set('http', { ...at, text: 'disableOutgoingRequestInstrumentation leaves requests alone' });
    return;
  }
  const leavesOut = call.args.some(({ value }) => /ignore\w*Hook|disableOutgoing/.test(place.source.textOf(value)));
  if (leavesOut || call.args[0]?.value.kind === 'name') for (const row of known) coverage.assumed.add(row.library);
  const exact = known.filter((row) => row.package === from);
  for (const row of exact.length > 0 ? exact : known) coverage.covered.set(row.library, at);
  if (known.length === 0 && isAnyClass(place, call.callee, name)) coverage.unknown.push(`\`new ${name}()\``);
  if (known.length === 0 && /undici|fetch/i.test(name)) coverage.covered.set('undici', at);
  if (known.length === 0 && /kafka/i.test(name)) coverage.covered.set('kafkajs', at);
  if (known.length === 0 && /http/i.test(name)) coverage.covered.set('http', at);
}

/** The package a class is imported from; undefined for one of the project. */
function packageOf(place: Place, callee: Expression): string | undefined {
  const root = callee.kind === 'member' ? callee.object : callee;
  const binding = root.kind === 'name' ? bindingOf(place.source, place.function, root.name) : undefined;
  return binding?.kind === 'import' && !binding.from.startsWith('.') ? binding.from : undefined;
}

/** Whether a class may be anyone's: a variable holds it, or the name does not say that it is an instrumentation. */
function isAnyClass({ source, function: fn }: Place, callee: Expression, name: string): boolean {
  if (!/Instrument\w+$/.test(name) || name === 'Instrumentation') return true;
  const root = callee.kind === 'member' ? callee.object : callee;
  const binding = root.kind === 'name' ? bindingOf(source, fn, root.name) : undefined;
  return binding?.kind === 'parameter';
}

function isSwitchedOff(reading: Reading, place: Place, call: Call): boolean {
  return optionsOf(reading, place, call, 'enabled').includes('false');
}

function isOn(reading: Reading, place: Place, call: Call, option: string): boolean {
  return optionsOf(reading, place, call, option).includes('true');
}

/** The literals that an option may be given as. */
function optionsOf(reading: Reading, place: Place, call: Call, option: string): string[] {
  const [options] = call.args;
  if (options === undefined) return [];
  return possibleValues(reading.program, { ...place, expression: options.value }).flatMap(({ expression }) => {
    const value = expression.kind === 'object' ? entryOf(expression, option)?.value : undefined;
    return value?.kind === 'literal' ? [value.text] : [];
  });
}

/** `getNodeAutoInstrumentations({ '@opentelemetry/instrumentation-undici': { enabled: false } })`. */
function readAuto(reading: Reading, place: Place, call: Call): void {
  const { unit, coverage, program } = reading;
  coverage.made.add(call);
  const written = evidenceAt(place.source, call, AUTO.function);
  const automatic = autoCoverage(unit, written);
  const [options] = call.args;
  const values = options ? possibleValues(program, { ...place, expression: options.value }) : [];
  for (const { expression, source, function: fn } of values) {
    if (/ignoreRequestHook/.test(source.textOf(expression))) automatic.assumed.add('undici');
    if (expression.kind !== 'object') continue;
    for (const entry of expression.entries) {
      const { key, value, keyValue } = entry;
      const named = key ?? (keyValue && possibleText(program, { source, function: fn, expression: keyValue }));
      const off = possibleValues(program, { source, function: fn, expression: value }).some(
        ({ expression: one }) => one.kind === 'object' && isFalse(entryOf(one, 'enabled')?.value),
      );
      if (!off || named === undefined) continue;
      switchOff(automatic, named, evidenceAt(source, value, `${named} is switched off`));
      noteSwitch(automatic, { source, object: expression, entry, package: named });
    }
  }
  addCoverage(coverage, automatic);
}

/** The whole options where they say nothing else, else what says so among them. */
function noteSwitch(coverage: Coverage, whole: Switch): void {
  const { value } = whole.entry;
  if (value.kind !== 'object') return;
  const entry = entryOf(value, 'enabled');
  if (entry === undefined) return;
  const found = value.entries.length === 1 ? whole : { ...whole, object: value, entry };
  for (const row of INSTRUMENTATIONS) if (row.package === whole.package) coverage.switches.set(row.library, found);
}

function possibleText(program: Program, place: Place): string | undefined {
  const [value] = possibleValues(program, place);
  return value?.expression.kind === 'text' ? value.expression.value : undefined;
}

function isFalse(value: Expression | undefined): boolean {
  return value?.kind === 'literal' && value.text === 'false';
}

function switchOff(coverage: Coverage, packageName: string, at: Evidence): void {
  for (const row of INSTRUMENTATIONS) {
    if (row.package !== packageName) continue;
    coverage.covered.delete(row.library);
    coverage.holes.set(row.library, at);
  }
}

/** What the meta package of this unit's version contains, minus what the environment switches off. */
export function autoCoverage(unit: ProcessUnit, by: Evidence): Coverage {
  const coverage = noCoverage();
  const dependency = unit.dependencies.get(AUTO.package);
  coverage.count++;
  for (const row of INSTRUMENTATIONS) {
    if (row.inAutoSince === undefined) continue;
    const has = reaches(dependency, row.inAutoSince);
    if (has === 'unknown') coverage.assumed.add(row.library);
    if (has !== 'no') coverage.covered.set(row.library, by);
    else coverage.holes.set(row.library, tooOld(dependency!, row.library));
  }
  applySwitches(unit, coverage);
  return coverage;
}

function tooOld(dependency: Dependency, library: string): Evidence {
  const version = dependency.version ?? dependency.disputed?.join(' or ') ?? dependency.range;
  const { file, range } = versionPlace(dependency);
  return { file, range, text: `auto-instrumentations-node ${version} contains no ${library}` };
}

/** `OTEL_NODE_ENABLED_INSTRUMENTATIONS` and `OTEL_NODE_DISABLED_INSTRUMENTATIONS`, by the ends of the packages' names. */
function applySwitches(unit: ProcessUnit, coverage: Coverage): void {
  for (const { name, value, at } of unit.deployment.environment) {
    const enables = name === 'OTEL_NODE_ENABLED_INSTRUMENTATIONS';
    if ((!enables && name !== 'OTEL_NODE_DISABLED_INSTRUMENTATIONS') || value === undefined) continue;
    const listed = new Set(value.split(',').map((one) => `@opentelemetry/instrumentation-${one.trim()}`));
    for (const row of INSTRUMENTATIONS) {
      if (row.inAutoSince === undefined || listed.has(row.package) === enables) continue;
      switchOff(coverage, row.package, { ...at, text: `${name}=${value}` });
    }
  }
}
