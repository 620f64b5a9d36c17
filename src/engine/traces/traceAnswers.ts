import { setImmediate as nextTurn } from 'node:timers/promises';
import { SpanlightError } from '../../base/errors';
import { LruMap } from '../../base/tables/lruMap';
import { attributeText } from '../../model/attributes';
import { parseTraceId, type TraceId } from '../../model/ids';
import type { OperationId } from '../../model/operation';
import { ROW, type Trace } from '../../model/trace';
import type { SpanSource, TraceListItem } from '../../protocol/engine';
import type { SpanDetailsView, SuspectView, TraceView } from '../../protocol/traceView';
import type { FileWatch } from '../../traces/files/fileBytes';
import type { PlaceFinder } from '../hints/placeFinder';
import { sourceOfSpan, type SpanMapper } from '../hints/spanPlaces';
import type { LiveSource } from '../sources/liveSource';
import { OpenedFiles } from './openedFiles';
import { traceListItem } from './traceSearch';
import { spanDetailsView, traceView, type TraceFindings } from './traceViews';

/** Opened traces that are kept for questions about their spans. */
const MOST_OPEN = 4;
/** How long a view waits for the places of operations that were just seen for the first time. */
const PLACES_LIMIT_MS = 300;
/** Attributes are decoded span by span; this long at a stretch. */
const SLICE_MS = 8;

/** What the insight room finds in a trace. */
export type Findings = (trace: Trace) => TraceFindings;

/** Where a span without a parent may have lost it. */
export type Suspects = (trace: Trace, row: number) => readonly SuspectView[];

/** Names a trace: its id as the host has it, and the URI of the file it is in, if it is not in the active source. */
export interface TraceName {
  readonly traceId: string;
  readonly file?: string;
}

/** Answers everything about single traces. */
export class TraceAnswers {
  private readonly open = new LruMap<string, Trace>(MOST_OPEN);
  private readonly files = new OpenedFiles();

  constructor(
    private readonly traces: LiveSource,
    private readonly places: PlaceFinder,
    private readonly findings: Findings,
    private readonly suspects: Suspects,
    private readonly mapper: () => SpanMapper | undefined,
  ) {}

  /** Reads a trace file; from then on its traces can be named with it. */
  openFile(uri: string, watch: FileWatch): ReturnType<OpenedFiles['open']> {
    return this.files.open(uri, watch);
  }

  /** A trace as it is now: more of its spans may have come since it was opened last. */
  async view(name: TraceName, signal: AbortSignal): Promise<TraceView | null> {
    const trace = await this.fetch(name, signal);
    this.open.delete(keyOf(name));
    if (trace === undefined) return null;
    this.open.set(keyOf(name), trace);
    // Those of a file or a backend may be operations that no statistics know.
    for (const [index, id] of trace.operationIds.entries()) this.places.want(id, trace.operationKeys[index]!);
    await this.places.settled(PLACES_LIMIT_MS);
    return traceView(trace, this.findings(trace), (operation) => this.isMapped(operation));
  }

  async details(name: TraceName, row: number, signal: AbortSignal): Promise<SpanDetailsView | null> {
    const trace = await this.lastOpened(name, signal);
    if (trace === undefined || row >= trace.count) return null;
    const source = await sourceOfSpan(trace, row, this.places, this.mapper());
    const view = spanDetailsView(trace, row, trace.details(row), source);
    const suspects = isRoot(trace, row) ? this.suspects(trace, row) : [];
    return suspects.length === 0 ? view : { ...view, suspects };
  }

  async source(name: TraceName, row: number, signal: AbortSignal): Promise<SpanSource | { readonly reason: string }> {
    const trace = await this.lastOpened(name, signal);
    if (trace === undefined) return { reason: 'This trace is not kept any more.' };
    if (row >= trace.count) return { reason: 'The trace has no such span.' };
    return sourceOfSpan(trace, row, this.places, this.mapper());
  }

  /** Rows of which the span or its resource has the attribute, with a value that contains `value`. */
  async rowsWithAttribute(name: TraceName, key: string, value: string, signal: AbortSignal): Promise<Uint32Array> {
    const trace = await this.lastOpened(name, signal);
    if (trace === undefined) return new Uint32Array(0);
    const wanted = value.toLowerCase();
    const rows: number[] = [];
    let sliceEnd = performance.now() + SLICE_MS;
    for (let row = 0; row < trace.count; row++) {
      if (performance.now() > sliceEnd) {
        await nextTurn();
        signal.throwIfAborted();
        sliceEnd = performance.now() + SLICE_MS;
      }
      const { attributes, resource } = trace.details(row);
      const owner = attributes.has(key) ? attributes : resource.has(key) ? resource : undefined;
      if (owner === undefined) continue;
      const words = attributeText(owner, key);
      if (wanted === '' || words?.toLowerCase().includes(wanted) === true) rows.push(row);
    }
    return Uint32Array.from(rows);
  }

  /** Traces of an operation, or what a search finds; those that arrived last first. */
  async list(
    params: { readonly operation?: OperationId; readonly query?: string; readonly limit: number },
    signal: AbortSignal,
  ): Promise<TraceListItem[]> {
    const { operation, query = '', limit } = params;
    if (operation !== undefined) return (await this.traces.tracesOf(operation, limit, signal)).map(traceListItem);
    const items: TraceListItem[] = [];
    for await (const found of this.traces.search({ text: query, limit }, signal)) items.push(traceListItem(found));
    return items;
  }

  /** The trace whose rows the host knows, if it is here without asking anybody. */
  atHand(name: TraceName): Trace | undefined {
    const id = readTraceId(name.traceId);
    const trace = this.open.get(keyOf(name)) ?? (name.file === undefined ? this.traces.traceAtHand(id) : undefined);
    if (trace !== undefined) this.open.set(keyOf(name), trace);
    return trace;
  }

  clear(): void {
    this.open.clear();
  }

  /** The trace whose rows the host knows; fetched again if it was let go. */
  private async lastOpened(name: TraceName, signal: AbortSignal): Promise<Trace | undefined> {
    const trace = this.atHand(name) ?? (await this.fetch(name, signal));
    if (trace !== undefined) this.open.set(keyOf(name), trace);
    return trace;
  }

  private fetch({ traceId, file }: TraceName, signal: AbortSignal): Promise<Trace | undefined> {
    const id = readTraceId(traceId);
    return file === undefined ? this.traces.trace(id, signal) : this.files.trace(file, id);
  }

  private isMapped(operation: OperationId): boolean {
    return this.places.get(operation)?.status === 'mapped';
  }
}

function keyOf({ traceId, file = '' }: TraceName): string {
  return `${readTraceId(traceId)} ${file}`;
}

function readTraceId(text: string): TraceId {
  const id = parseTraceId(text.trim());
  if (id !== undefined) return id;
  const shown = text.slice(0, 60);
  throw new SpanlightError(
    `“${shown}” is not a trace id.`,
    undefined,
    'A trace id is 32 hex digits, not all of them 0.',
  );
}

/** It never had a parent; that of an orphan is somewhere else. */
function isRoot({ parent, flags }: Trace, row: number): boolean {
  return parent[row]! < 0 && (flags[row]! & (ROW.orphan | ROW.cycle)) === 0;
}
