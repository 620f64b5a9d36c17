import { pushTo } from '../base/tables/pushTo';
import type { Line0, Range0 } from '../base/positions';
import type { Attributes } from '../model/attributes';
import type { Anchor, EvidenceKind, UnmappedCode, UnmatchedPath } from '../model/location';
import type { OperationKey } from '../model/operation';
import type { FileFacts, TypeFact } from '../syntax/facts';
import type { PastCode } from './drift/pastCode';
import type { FunctionFinder } from './functionFinder';
import type { Touch } from './index/dependencies';
import type { FileParser } from './index/parsedFiles';
import type { SourceIndex } from './index/sourceIndex';
import { bodyOf } from './implementations';
import { functionAt, symbolOf } from './names/matchFunction';
import type { NameDialect } from './names/qualifiedName';
import type { PathResolver } from './paths/pathResolver';
import type { ServiceScope } from './services/serviceScope';
import type { SourceMaps } from './sourceMaps/sourceMaps';
import type { WorkspaceFile, WorkspaceFiles } from './workspace/workspaceFiles';

/** A place one kind of evidence points at. */
export interface Candidate {
  readonly kind: EvidenceKind;
  readonly confidence: number;
  /** For the hover: `route POST /orders → OrderController.create`. */
  readonly text: string;
  readonly file: WorkspaceFile;
  /** Index of the function in the file's facts, -1 for code outside any. */
  readonly function: number;
  readonly anchor: Anchor;
  readonly range: Range0;
  /** Where the hint is drawn. */
  readonly line: Line0;
  readonly symbol: string;
  /** Says where an error was thrown, not whose time the span measures: only counts where nothing else speaks. */
  readonly secondary?: boolean;
  /** Why this place and its like cannot be told apart, where the evidence knows. */
  readonly undecided?: Undecided | undefined;
}

/** Why evidence points at several places. */
export interface Undecided {
  /** Without the full stop: the places follow. */
  readonly text: string;
  readonly cure: string;
}

/** What evidence may ask while one operation is mapped. Everything asked is recorded through `touch`. */
export interface EvidenceContext {
  readonly index: SourceIndex;
  readonly files: WorkspaceFiles;
  readonly paths: PathResolver;
  readonly functions: FunctionFinder;
  readonly sourceMaps: SourceMaps;
  readonly scope: ServiceScope;
  /** The code that the operation was recorded in. */
  readonly past: PastCode;
  /** How the process writes names; undefined where neither the SDK nor the attributes tell. */
  readonly dialect: NameDialect | undefined;
  readonly touch: Touch;
  /** Attributes of the span's log records; empty where only the operation is known. */
  readonly logs: readonly Attributes[];
  /** Whether a file is in the service's reach and in the language its process runs. */
  reaches(file: WorkspaceFile | undefined): file is WorkspaceFile;
  /** Of what the index has under a key those entries whose files are reached; quick where other services have many. */
  reachedOf<T extends { readonly file: string }>(entries: readonly T[]): T[];
  /** The same for evidence that names its place in so many words, see {@link ServiceScope.allowsNamed}. */
  reachesNamed(file: WorkspaceFile | undefined): file is WorkspaceFile;
  /** Facts of a file, parsed on demand; recorded. */
  facts(file: WorkspaceFile): Promise<FileFacts | undefined>;
  /** What a parser makes of a file that is no source, read once until it changes; recorded. */
  parsed<T>(path: string, parse: FileParser<T>): Promise<T>;
  /** Why evidence led nowhere: told to the user if nothing else led anywhere either. */
  miss(code: UnmappedCode, text: string, cure?: string, path?: UnmatchedPath): void;
}

/** What a kind of evidence points at. Most kinds say nothing of most operations, which is known at once. */
export type FoundPlaces = readonly Candidate[] | Promise<readonly Candidate[]>;

/** Of kinds that an operation says nothing to. */
export const NO_PLACES: readonly Candidate[] = [];

/** A kind of evidence: what it reads out of an operation, and the places that fit. New kinds join {@link EVIDENCE_KINDS}. */
export type EvidenceKindReader = (operation: OperationKey, context: EvidenceContext) => FoundPlaces;

/** A place whose owner is a function of a file. */
export function ownerCandidate(
  file: WorkspaceFile,
  facts: FileFacts,
  index: number,
  because: { kind: EvidenceKind; confidence: number; text: string; secondary?: boolean },
): Candidate {
  const body = bodyOf(facts, index);
  const fact = facts.functions[body]!;
  const symbol = symbolOf(fact);
  const { kind, confidence } = because;
  const candidate: Candidate = {
    kind,
    confidence,
    text: `${because.text} → ${symbol}`,
    file,
    function: body,
    anchor: 'owner',
    range: fact.range,
    line: fact.nameRange.startLine,
    symbol,
  };
  return because.secondary === true ? { ...candidate, secondary: true } : candidate;
}

/** A class that answers as a whole: what a framework calls is inherited. */
export function typeCandidate(
  file: WorkspaceFile,
  type: TypeFact,
  because: { kind: EvidenceKind; confidence: number; text: string },
): Candidate {
  const symbol = [...type.container, type.name].join('.');
  return {
    ...because,
    text: `${because.text} → ${symbol}`,
    file,
    function: -1,
    anchor: 'owner',
    range: type.range,
    line: type.range.startLine,
    symbol,
  };
}

/** A place that is one row of a file: a call. */
export function callsiteCandidate(
  file: WorkspaceFile,
  facts: FileFacts,
  range: Range0,
  because: { kind: EvidenceKind; confidence: number; text: string; secondary?: boolean },
): Candidate {
  const around = functionAt(facts, range.startLine);
  const fact = facts.functions[around];
  const symbol = fact ? symbolOf(fact) : '';
  return {
    ...because,
    text: `${because.text} → ${symbol === '' ? file.relative : symbol}`,
    file,
    function: around,
    anchor: 'callsite',
    range,
    line: range.startLine,
    symbol,
  };
}

/** The dialect of an operation's names, by its SDK's language or the look of its attributes. */
export function sdkLanguage(resource: Attributes): string | undefined {
  const language = resource.get('telemetry.sdk.language');
  return typeof language === 'string' ? language.toLowerCase() : undefined;
}

/**
 * Places of one kind that fit alike. All in one function: that function is the answer, whichever of its rows it was (of
 * an outgoing call the first row). In several: `shared` is what each is worth.
 */
export async function settle(
  places: readonly Candidate[],
  shared: number,
  operation: OperationKey,
  context: EvidenceContext,
): Promise<Candidate[]> {
  const isCall = operation.kind === 'CLIENT' || operation.kind === 'PRODUCER';
  const byFunction = new Map<string, Candidate[]>();
  for (const place of places) {
    const key = place.function < 0 ? `${place.file.path}:${place.line}` : `${place.file.path}#${place.function}`;
    pushTo(byFunction, key, place);
  }
  const settled: Candidate[] = [];
  for (const [first, ...more] of byFunction.values()) {
    const isSpread = !isCall && more.some(({ line }) => line !== first!.line);
    const facts = isSpread ? await context.facts(first!.file) : undefined;
    const { kind, confidence, text } = first!;
    const because = { kind, confidence, text: text.replace(/ → [^→]*$/, '') };
    settled.push(facts ? ownerCandidate(first!.file, facts, first!.function, because) : first!);
  }
  if (settled.length < 2) return settled;
  return settled.map((place) => ({ ...place, confidence: Math.min(place.confidence, shared) }));
}
