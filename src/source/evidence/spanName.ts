import { firstText } from '../../model/attributes';
import type { OperationKey } from '../../model/operation';
import {
  NO_PLACES,
  callsiteCandidate,
  ownerCandidate,
  settle,
  type Candidate,
  type EvidenceContext,
  type FoundPlaces,
} from '../candidate';
import { TEMPLATES, type SpanEntry } from '../index/entries';
import type { Entry } from '../index/keyedTable';
import { isLibraryScope } from '../libraryScopes';
import { missInReach, missLibraryCall } from '../missed';
import { pythonModuleName } from '../paths/modulePaths';
import type { WorkspaceFile } from '../workspace/workspaceFiles';
import { isBlock, rustModule, rustModuleFiles } from './names/rustModule';
import { CONFIDENCE, SHARED } from './confidences';

/**
 * A span's name to the call or annotation that starts a span of that name. The instrumentation scope is the second
 * witness: a tracer of that name in the same file.
 */
export function spanNameEvidence(operation: OperationKey, context: EvidenceContext): FoundPlaces {
  if (isLibraryScope(operation.scope)) {
    missInLibrary(operation, context);
    return NO_PLACES;
  }
  if (rustModule(operation) === undefined) return placesNamed(operation, undefined, context);
  return rustModuleFiles(operation, context).then((files) => placesNamed(operation, files, context));
}

/** @param inModule the files of the module that the span names; undefined where it names none. */
function placesNamed(
  operation: OperationKey,
  inModule: readonly WorkspaceFile[] | undefined,
  context: EvidenceContext,
): FoundPlaces {
  const path = firstText(operation.attributes, ['code.file.path', 'code.filepath']);
  if ((path !== undefined && context.paths.isLibrary(path)) || inModule?.length === 0) {
    context.miss('library-code', `The span was started in library code (${path ?? operation.scope}).`);
    return NO_PLACES;
  }
  const all = named(operation, context);
  const { best, isWitnessed } = all.length === 0 ? NONE_NAMED : bestNamed(all, operation, inModule, context);
  if (best.length === 0) {
    if (operation.kind === 'CLIENT' && isDatabaseCall(operation)) missLibraryCall(operation, context);
    else missInReach(`starts a span called "${operation.name}"`, operation, context, 'no-evidence');
    return NO_PLACES;
  }
  return started(best, CONFIDENCE['span-name'][isWitnessed ? 'witnessed' : 'alone'], operation, context);
}

interface BestNamed {
  readonly best: readonly Entry<SpanEntry>[];
  /** Whether a tracer of the scope's name is in their files. */
  readonly isWitnessed: boolean;
}

const NONE_NAMED: BestNamed = { best: [], isWitnessed: false };

function bestNamed(
  all: readonly Entry<SpanEntry>[],
  operation: OperationKey,
  inModule: readonly WorkspaceFile[] | undefined,
  context: EvidenceContext,
): BestNamed {
  const possible = all.filter(({ file, value }) => {
    if (inModule?.every((other) => other.path !== file) === true) return false;
    const known = context.files.get(file);
    if (!kindAgrees(value, operation)) return false;
    return context.reaches(known) || (context.reachesNamed(known) && scopeAgrees(file, operation.scope, context));
  });
  const near = context.scope.nearest(possible, ({ file }) => context.files.get(file)!);
  const literal = near.filter(({ value }) => value.name.kind === 'literal' && !value.derived);
  const derived = near.filter(({ value }) => value.name.kind === 'literal');
  const tier = literal.length > 0 ? literal : derived.length > 0 ? derived : near;
  const witnessed = tier.filter((entry) => scopeAgrees(entry.file, operation.scope, context));
  return { best: witnessed.length > 0 ? witnessed : tier, isWitnessed: witnessed.length > 0 };
}

async function started(
  best: readonly Entry<SpanEntry>[],
  confidence: number,
  operation: OperationKey,
  context: EvidenceContext,
): Promise<Candidate[]> {
  const places: Candidate[] = [];
  for (const entry of best) places.push(...(await place(entry, confidence, operation, context)));
  return settle(places, SHARED['span-name'], operation, context);
}

/** A library's span of a request that came in should name its route; one of a call going out has no place of its own. */
function missInLibrary(operation: OperationKey, context: EvidenceContext): void {
  if (operation.kind === 'CLIENT' || operation.kind === 'INTERNAL') return missLibraryCall(operation, context);
  const text = `${operation.scope} made this span, and it names no route, RPC, destination or function.`;
  const cure = 'An instrumentation of the web framework adds the route.';
  if (operation.kind === 'SERVER') context.miss('no-evidence', text, cure);
  else context.miss('no-evidence', text);
}

function isDatabaseCall({ attributes }: OperationKey): boolean {
  return attributes.has('db.system') || attributes.has('db.system.name');
}

function named(operation: OperationKey, context: EvidenceContext): Entry<SpanEntry>[] {
  context.touch(`span:${operation.name}`);
  context.touch(`span:${TEMPLATES}`);
  const templates = context.index.spans
    .get(TEMPLATES)
    .filter(({ value }) => value.name.kind === 'template' && matchesTemplate(value.name.parts, operation.name));
  return [...context.index.spans.get(operation.name), ...templates];
}

/** Whether a text is the constant pieces in order with something in every hole between them. */
export function matchesTemplate(parts: readonly string[], text: string): boolean {
  const first = parts[0]!;
  const last = parts.at(-1)!;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length + 1) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at + 1);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at < text.length - last.length;
}

/** A kind the code gives in so many words must be the span's; without one the span is INTERNAL, or its kind is computed. */
function kindAgrees(entry: SpanEntry, operation: OperationKey): boolean {
  return entry.kind === undefined || operation.kind === 'UNSPECIFIED' || entry.kind === operation.kind;
}

function scopeAgrees(path: string, scope: string, context: EvidenceContext): boolean {
  if (scope === '') return false;
  context.touch(`tracer:${path}`);
  const file = context.files.get(path);
  if (!file) return false;
  // Python tracers bear the module's name, Java ones often the class's.
  const module = pythonModuleName(file.relative);
  const isModule = module === scope || (scope.includes('.') && module.endsWith(`.${scope}`));
  const isType =
    /\.(java|kt|cs)$/.test(file.relative) && scope.split('.').at(-1) === /([^/]+)\.\w+$/.exec(file.relative)?.[1];
  return isModule || isType || context.index.tracers.get(path).some(({ value }) => value === scope);
}

async function place(
  entry: Entry<SpanEntry>,
  confidence: number,
  operation: OperationKey,
  context: EvidenceContext,
): Promise<Candidate[]> {
  const file = context.files.get(entry.file)!;
  const facts = await context.facts(file);
  if (!facts) return [];
  const span = entry.value;
  // The layer that a web framework of Rust makes its spans with answers no request.
  const isLayer = facts.language === 'rust' && operation.kind === 'SERVER' && operation.attributes.has('http.route');
  const worth = isLayer ? CONFIDENCE['span-name'].layer : confidence;
  const because = { kind: 'span-name', confidence: worth, text: `span name "${operation.name}"` } as const;
  if (isBlock(facts, span.function, span.range.startLine)) return [callsiteCandidate(file, facts, span.range, because)];
  const isCall = operation.kind === 'CLIENT' || operation.kind === 'PRODUCER' || span.function < 0;
  const isDecorator = !isCall && span.range.startLine < facts.functions[span.function]!.nameRange.startLine;
  if (isCall || (!isDecorator && isOneOfSeveral(facts.spans, span)))
    return [callsiteCandidate(file, facts, span.range, because)];
  return [ownerCandidate(file, facts, span.function, because)];
}

/** A function that starts several spans is not the owner of any: each is shown at its own row. */
function isOneOfSeveral(
  spans: readonly { function: number; range: { startLine: number } }[],
  span: SpanEntry,
): boolean {
  const rows = new Set(spans.filter((other) => other.function === span.function).map((other) => other.range.startLine));
  return rows.size > 1;
}
