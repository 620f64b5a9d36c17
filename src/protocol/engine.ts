/**
 * Messages between the extension host and the engine, on top of LSP. Types and method names only. The channel uses
 * structured clone, so typed arrays travel as they are and `bigint` is allowed.
 */
import type { Hint, HintSettings } from '../model/hint';
import type { Choice } from '../model/choice';
import type { Refutation } from '../model/refutation';
import type { HoverContent, ThemeKind } from '../model/hover';
import type { SpanId, TraceId } from '../model/ids';
import type { OperationId } from '../model/operation';
import type { Line0 } from '../base/positions';
import type { BackendNotifications, BackendRequests, SourceStatus, TraceListItem, TracesSettings } from './backends';
import type { ChoiceRequests, KeptPaths } from './choices';
import type { LintEngineSettings } from './lint';
import type { QueryRequests } from './queries';
import type { SpanDetailsView, TraceView } from './traceView';

export type { Hint, HintPart, HintSettings, HintState, Severity } from '../model/hint';
export type { HoverContent, HoverSection, LinkAction, TextSpan, ThemeKind } from '../model/hover';
export type { SpanId, TraceId } from '../model/ids';
export type { OperationId } from '../model/operation';
export type { TraceListItem } from './backends';

/** Sent as `initializationOptions`, and again with {@link EngineNotifications} when a setting changes. */
export interface EngineSettings {
  readonly receiver: {
    /** `auto`: where the workspace uses OpenTelemetry, or on the first command or view. */
    readonly start: 'auto' | 'always' | 'never';
    readonly host: string;
    readonly httpPort: number;
    readonly grpcPort: number;
  };
  readonly store: { readonly maxMegabytes: number };
  readonly traces: TracesSettings;
  readonly hints: HintSettings;
  readonly source: {
    readonly pathRules: readonly { readonly from: string; readonly to: string }[];
    /** Service name to folder, relative to a workspace folder or absolute. */
    readonly services: Readonly<Record<string, string>>;
  };
  readonly lint: LintEngineSettings;
  readonly trusted: boolean;
}

export interface EngineInitialization {
  readonly settings: EngineSettings;
  /** Where grammars, queries and the tree-sitter runtime lie. */
  readonly assetsPath: string;
  /** Where what was read of the workspace is kept between sessions; without it nothing is. */
  readonly cacheFolder?: string | undefined;
  /** What traces took back of lint's findings, as the host was told last. */
  readonly refutations?: readonly Refutation[];
  /** What was picked and rejected in this workspace, as the host was told last. */
  readonly choices?: readonly Choice[];
  /** What was said of paths in this workspace, as the host was told last. */
  readonly paths?: KeptPaths;
}

/** The state of the receiver, for the status item. */
export interface ReceiverStatus {
  readonly state: 'off' | 'starting' | 'listening' | 'failed';
  readonly http?: { readonly url: string; readonly port: number; readonly wanted: number; readonly takenBy?: string };
  readonly grpc?: { readonly url: string; readonly port: number; readonly wanted: number; readonly takenBy?: string };
  /** Whether other machines can send to it: it listens on an address that is not loopback. False while it does not listen. */
  readonly openToNetwork: boolean;
  /** Why it is off or failed, one sentence. */
  readonly reason?: string;
  readonly rejectedRequests: number;
  readonly lastRejection?: string;
}

export interface MappingHealth {
  readonly mapped: number;
  readonly ambiguous: number;
  readonly unmapped: number;
  /** Operations that libraries made on their own: nothing of the workspace to point at, and no fault. */
  readonly library: number;
  /** Why operations are ambiguous or unmapped, most frequent cause first. */
  readonly reasons: readonly MappingReason[];
}

/** A cause that some operations have no place. */
export interface MappingReason {
  /** `Several places fit equally well`. */
  readonly text: string;
  readonly count: number;
  /** Names of some of the operations, those called most often first. */
  readonly examples: readonly string[];
  readonly cure?: string;
}

export interface EngineStatus {
  /** Of the engine's process. */
  readonly pid: number;
  readonly receiver: ReceiverStatus;
  readonly source: SourceStatus;
  readonly spans: number;
  readonly traces: number;
  readonly operations: number;
  readonly droppedSpans: number;
  readonly retainedBytes: number;
  readonly mapping: MappingHealth;
  /** Set while the workspace is being read. */
  readonly indexing?: { readonly done: number; readonly total: number };
}

export interface FileHints {
  readonly uri: string;
  readonly hints: readonly Hint[];
}

export interface ServiceNode {
  readonly service: string;
  /** Folder it is bound to, relative to the workspace, if one is. */
  readonly folder?: string;
  readonly operations: readonly OperationNode[];
}

export interface OperationNode {
  readonly id: OperationId;
  readonly name: string;
  readonly kind: string;
  readonly count: number;
  readonly errorCount: number;
  readonly totalNs: number;
  readonly p50Ns: number;
  readonly p95Ns: number;
  /** `p95 48 ms · 1.2k · 0.4 % err`. */
  readonly words: string;
  readonly severity: 'normal' | 'warning' | 'error';
  readonly location?: { readonly uri: string; readonly line: Line0; readonly symbol: string };
  /** Why there is no location. */
  readonly reason?: string;
  readonly slowest?: { readonly traceId: TraceId; readonly spanId: SpanId };
  readonly failed?: { readonly traceId: TraceId; readonly spanId: SpanId };
}

/** The code a span belongs to. */
export interface SpanSource {
  readonly uri: string;
  readonly line: Line0;
  readonly symbol: string;
  readonly confidence: number;
  readonly why: string;
}

/** Requests the host sends: method name → parameters and result. */
export interface EngineRequests extends BackendRequests, QueryRequests, ChoiceRequests {
  'spanlight/hints': { params: { uri: string }; result: FileHints };
  'spanlight/hover': {
    /** `enclosing`: about the function around the position; else only on a function's name. */
    params: { uri: string; line: number; column: number; theme: ThemeKind; enclosing?: boolean };
    result: HoverContent | null;
  };
  'spanlight/status': { params: null; result: EngineStatus };
  'spanlight/services': { params: null; result: readonly ServiceNode[] };
  'spanlight/traces': {
    params: { operation?: OperationId; query?: string; limit: number };
    result: readonly TraceListItem[];
  };
  /** `file`: the URI of a trace file that was opened; without it the active source is asked. */
  'spanlight/openTrace': { params: { traceId: string; file?: string }; result: TraceView | null };
  'spanlight/spanDetails': { params: { traceId: string; row: number; file?: string }; result: SpanDetailsView | null };
  'spanlight/spanSource': {
    params: { traceId: string; row: number; file?: string };
    result: SpanSource | { readonly reason: string };
  };
  /** Rows of the trace as last opened whose attributes hold `key` with `value`; an empty value asks for the key alone. */
  'spanlight/findByAttribute': {
    params: { traceId: string; key: string; value: string; file?: string };
    result: { readonly rows: Uint32Array };
  };
  /** A stack frame's file as the runtime wrote it → the file in the workspace. `line` counts from 1. */
  'spanlight/resolveFrame': {
    params: { file: string; line: number };
    result: { readonly uri: string; readonly line: Line0 } | { readonly reason: string };
  };
  /**
   * The operations of the function around a line and their exemplars: for "reveal in trace". A span of it in one of the
   * traces in `open` comes first, in the role `open`.
   */
  'spanlight/tracesAt': {
    params: { uri: string; line: number; open?: readonly string[] };
    result: {
      readonly symbol?: string;
      readonly exemplars: readonly TraceExemplar[];
      /** TraceQL that finds the traces of these operations. */
      readonly query?: string;
      readonly reason?: string;
    };
  };
  'spanlight/mappingReport': { params: null; result: string };
  /** What is known of the tracing of a file's processes, or of all without one, as Markdown. */
  'spanlight/tracingFacts': { params: { readonly uri?: string }; result: string };
  /** Lint no longer hears what traces refuted before; how much that was. */
  'spanlight/forgetRefutations': { params: null; result: number };
  'spanlight/startReceiver': { params: null; result: ReceiverStatus };
  'spanlight/stopReceiver': { params: null; result: ReceiverStatus };
  'spanlight/exporterEnvironment': { params: null; result: Readonly<Record<string, string>> };
  'spanlight/clear': { params: null; result: null };
}

export interface TraceExemplar {
  readonly role: 'open' | 'slowest' | 'failed' | 'typical';
  readonly traceId: TraceId;
  readonly spanId: SpanId;
  readonly durationNs: number;
  readonly operation: string;
}

/** Notifications, either way. */
export interface EngineNotifications extends BackendNotifications {
  /** Host → engine. */
  'spanlight/didChangeSettings': EngineSettings;
  /** Engine → host, at most once a second: files whose hints changed in their words. */
  'spanlight/hintsDidChange': { readonly uris: readonly string[] };
  /** Engine → host, at most once a second, only when something shown changed. */
  'spanlight/statusDidChange': EngineStatus;
  /** Engine → host: the services view should ask again. */
  'spanlight/servicesDidChange': null;
  /** Engine → host: what traces took back of lint's findings, all of it, to be given back when the engine starts again. */
  'spanlight/refutationsDidChange': readonly Refutation[];
  /** Engine → host: what was picked and rejected in this workspace, all of it, to be given back at the next start. */
  'spanlight/choicesDidChange': readonly Choice[];
  /** Engine → host: what was said of paths in this workspace, all of it, to be given back at the next start. */
  'spanlight/pathsDidChange': KeptPaths;
  /** Engine → host: one line for the output channel. */
  'spanlight/log': { readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly message: string };
  /** Engine → host: shown to the user once per cause and session. */
  'spanlight/notice': {
    readonly message: string;
    /** It is a question, and nothing is wrong. */
    readonly isQuestion?: true;
    readonly actions: readonly { readonly label: string; readonly command: string }[];
  };
}
