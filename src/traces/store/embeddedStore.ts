import { Emitter, type Event } from '../../base/event';
import { buildTrace } from '../../model/tree/buildTrace';
import type { DetailsDecoder } from '../../model/detailsDecoder';
import type { SpanId, TraceId } from '../../model/ids';
import { STATUS_ERROR, type OperationId, type OperationStats } from '../../model/operation';
import { OperationTable } from '../../model/operationTable';
import type { SpanBatchBuilder } from '../../model/spanBatchBuilder';
import { nanos, type TimeWindow } from '../../model/time';
import type { LogRecord, Trace } from '../../model/trace';
import type {
  OperationQuery,
  ServiceGraph,
  ServiceSummary,
  SourceCapabilities,
  TraceQuery,
  TraceSource,
  TraceSummary,
} from '../../model/traceSource';
import { decodeCold, decodeResource, decodeScope } from '../otlp/spanDetails';
import { requireTraceQl } from '../traceql/parse/parseTraceQl';
import { searchToTraceQl } from '../traceql/parse/wordsToTraceQl';
import { durationOf, findExemplars } from './exemplars';
import { LogStore } from './logStore';
import { MINUTE_NS } from './operationCounters';
import { OperationStatistics, type MinuteWindow } from './operationStatistics';
import { SearchPlan } from './searchPlan';
import { searchTraces, type SearchedStore } from './searchTraces';
import { serviceEdges } from './serviceEdges';
import { SpanSegments } from './spanSegments';

const MEGABYTE = 1024 * 1024;
const DEFAULT_BYTES = 256 * MEGABYTE;
const DEFAULT_KEEP_MINUTES = 60;
/** As much as a builder whose room doubles has room for: it is kept as it is. And the oldest go in small steps. */
const MAX_SEGMENT_BYTES = 2 * MEGABYTE;
const MIN_SEGMENT_BYTES = 48 * 1024;
const TWO_32 = 2 ** 32;
/** Statistics and logs may take these shares of the bound; the rest is for spans. */
const STATISTICS_SHARE = 1 / 4;
const LOGS_SHARE = 1 / 8;
/** A key of the operation table once it was asked for; measured in Node 20 over 14,000 keys (270 bytes before). */
const OPERATION_BYTES = 1200;

const decoder: DetailsDecoder = { cold: decodeCold, resource: decodeResource, scope: decodeScope };

/** How an {@link EmbeddedStore} is set up. */
export interface EmbeddedStoreOptions {
  /** Bound of all memory held; 256 MiB where left out. */
  readonly maxBytes?: number;
  readonly operations?: OperationTable;
  /** Epoch milliseconds; `Date.now` where left out. */
  readonly now?: () => number;
  /** Minutes for which statistics are kept; 60 where left out. */
  readonly keepMinutes?: number;
}

/** Totals; all of them grow or shrink only by what was received, dropped or cleared. */
export interface StoreCounters {
  /** Spans that are held. */
  readonly spans: number;
  /** Spans that were ever committed: held and dropped. */
  readonly receivedSpans: number;
  /** Traces that are held. */
  readonly traces: number;
  readonly operations: number;
  /** Log records that are held. */
  readonly logs: number;
  readonly droppedSpans: number;
  readonly droppedTraces: number;
  readonly droppedLogs: number;
  /** Log records that name no span. */
  readonly unjoinedLogs: number;
  /** Spans that are held, but too old for the statistics. */
  readonly lateSpans: number;
  /** Spans from the future, counted for the minute in which they arrived. */
  readonly futureSpans: number;
  /** Bytes of memory, indices, statistics and logs included. */
  readonly retainedBytes: number;
}

/**
 * The traces that were received here: columns in memory under a bound of bytes, oldest whole traces dropped first.
 * A writer appends spans to {@link builder} and calls {@link commit}; everything else reads.
 */
export class EmbeddedStore implements TraceSource {
  readonly capabilities: SourceCapabilities = { operations: 'exact', search: 'exact', serviceGraph: 'exact' };
  readonly operationTable: OperationTable;
  private readonly changed = new Emitter<void>();
  /** After every commit, and when the store was cleared. */
  readonly onDidChange: Event<void> = this.changed.event;
  private readonly segments: SpanSegments;
  private readonly statistics: OperationStatistics;
  private readonly logs: LogStore;
  private readonly now: () => number;
  private readonly operationNumbers = new Map<OperationId, number>();
  private received = { spans: 0, droppedSpans: 0, droppedTraces: 0 };
  private bound: number;
  /** The last answer, for as long as nothing has come in or gone since. */
  private answered: { readonly question: string; readonly stats: OperationStats[] } | undefined;

  constructor(options: EmbeddedStoreOptions = {}) {
    this.bound = options.maxBytes ?? DEFAULT_BYTES;
    this.operationTable = options.operations ?? new OperationTable();
    this.now = options.now ?? Date.now;
    const segmentBytes = Math.min(MAX_SEGMENT_BYTES, Math.max(MIN_SEGMENT_BYTES, this.bound / 64));
    this.segments = new SpanSegments(this.operationTable, segmentBytes);
    this.statistics = new OperationStatistics(options.keepMinutes ?? DEFAULT_KEEP_MINUTES);
    this.logs = new LogStore(this.bound * LOGS_SHARE);
  }

  /** Where spans are decoded to; rows count from {@link commit} on. */
  get builder(): SpanBatchBuilder {
    return this.segments.builder;
  }

  /** The bound of all memory held, in bytes; lowering it drops what is too much. */
  get maxBytes(): number {
    return this.bound;
  }

  set maxBytes(bytes: number) {
    this.bound = bytes;
    this.keepWithinBound();
  }

  /**
   * Takes the rows of {@link builder} from `fromRow` on into the index and the statistics. The builder may be empty
   * afterwards: the next span goes where `builder.count` says.
   */
  commit(fromRow: number): void {
    const count = this.builder.count - fromRow;
    if (count <= 0) return;
    this.segments.indexRows(fromRow);
    this.countRows(fromRow);
    this.received.spans += count;
    this.segments.sealIfLarge(fromRow);
    this.keepWithinBound();
    this.changed.fire();
  }

  /** Joins log records to the spans they name, which may be here already or still to come. */
  addLogs(records: readonly LogRecord[]): void {
    for (const record of records) this.logs.add(record);
    this.keepWithinBound();
    if (records.length > 0) this.changed.fire();
  }

  counters(): StoreCounters {
    const { droppedSpans, droppedTraces, spans } = this.received;
    return {
      spans: spans - droppedSpans,
      receivedSpans: spans,
      traces: this.segments.index.size,
      operations: this.operationTable.size,
      logs: this.logs.count,
      droppedSpans,
      droppedTraces,
      droppedLogs: this.logs.dropped,
      unjoinedLogs: this.logs.unjoined,
      lateSpans: this.statistics.lateSpans,
      futureSpans: this.statistics.futureSpans,
      retainedBytes: this.retainedBytes,
    };
  }

  /** Lets everything go and starts counting anew. */
  clear(): void {
    this.segments.clear();
    this.statistics.clear();
    this.logs.clear();
    this.answered = undefined;
    this.received = { spans: 0, droppedSpans: 0, droppedTraces: 0 };
    this.changed.fire();
  }

  /** What is known of the operations that were called within a window, by whole minutes. */
  operationStats(window: TimeWindow, service?: string): OperationStats[] {
    const { statistics } = this;
    statistics.setNow(this.now());
    const minutes = statistics.minutes(window);
    const { spans, droppedTraces } = this.received;
    const question = [spans, droppedTraces, this.logs.count, minutes.from, minutes.to, service].join(' ');
    if (this.answered?.question === question) return [...this.answered.stats];
    const stats = this.freshStats(minutes, statistics.isComplete(window), service);
    this.answered = { question, stats };
    return [...stats];
  }

  /** Traces with a span of this operation, those that arrived last first. */
  traceIdsOf(operation: OperationId, limit: number): TraceId[] {
    const number = this.operationNumber(operation);
    if (number === undefined) return [];
    const { index } = this.segments;
    const traces = new Set<number>();
    for (const { batch, traces: column } of this.segments.all().toReversed()) {
      for (let row = batch.count - 1; row >= 0 && traces.size < limit; row--) {
        if (batch.operation[row] === number && column[row]! >= index.oldest) traces.add(column[row]!);
      }
    }
    return [...traces].map((trace) => index.id(trace));
  }

  /** Synchronous twin of {@link trace}. */
  traceNow(id: TraceId): Trace | undefined {
    const number = this.segments.index.findId(id);
    if (number < 0) return undefined;
    const parts = this.segments.rowsOf(number);
    return buildTrace({ id, parts, decoder, logsOf: (spanId: SpanId) => this.logs.of(id, spanId) });
  }

  services(signal: AbortSignal): Promise<ServiceSummary[]> {
    return answer(signal, () => {
      const services = new Map<string, ServiceSummary>();
      this.statistics.setNow(this.now());
      for (let operation = 0; operation < this.operationTable.size; operation++) {
        const sum = this.statistics.sum(operation, this.statistics.allMinutes());
        if (sum === undefined) continue;
        const { service } = this.operationTable.key(operation);
        const known = services.get(service) ?? { service, spanCount: 0, errorCount: 0, lastSeen: nanos(0n) };
        const lastSeen = nanos(BigInt(this.statistics.lastStart(operation)));
        services.set(service, {
          service,
          spanCount: known.spanCount + sum.count,
          errorCount: known.errorCount + sum.errorCount,
          lastSeen: lastSeen > known.lastSeen ? lastSeen : known.lastSeen,
        });
      }
      return [...services.values()];
    });
  }

  operations(query: OperationQuery, signal: AbortSignal): Promise<OperationStats[]> {
    return answer(signal, () => this.operationStats(query.window, query.service));
  }

  async *search(query: TraceQuery, signal: AbortSignal): AsyncGenerator<TraceSummary> {
    signal.throwIfAborted();
    const { limit, window, anySemconv = false } = query;
    const plan = new SearchPlan(requireTraceQl(searchToTraceQl(query.text)), this.operationTable, anySemconv);
    for (const summaries of searchTraces(() => this.searched(), plan, { limit, window })) {
      yield* summaries;
      await breathe();
      signal.throwIfAborted();
    }
  }

  trace(id: TraceId, signal: AbortSignal): Promise<Trace | undefined> {
    return answer(signal, () => this.traceNow(id));
  }

  serviceGraph(window: TimeWindow, signal: AbortSignal): Promise<ServiceGraph> {
    return answer(signal, () =>
      serviceEdges(this.segments.all(), this.segments.index.oldest, this.operationTable, window),
    );
  }

  private searched(): SearchedStore {
    const { index } = this.segments;
    return {
      segments: this.segments.all(),
      oldestTrace: index.oldest,
      nextTrace: index.next,
      traceId: (trace) => index.id(trace),
      operations: this.operationTable,
    };
  }

  private freshStats(minutes: MinuteWindow, complete: boolean, service?: string): OperationStats[] {
    const { operationTable: table, statistics } = this;
    const medians: number[] = [];
    for (let operation = 0; operation < table.size; operation++) {
      const sum = statistics.sum(operation, minutes);
      if (sum === undefined || (service !== undefined && table.key(operation).service !== service)) continue;
      medians[operation] = sum.medianNs;
    }
    const wholeMinutes = {
      from: nanos(BigInt(minutes.from) * BigInt(MINUTE_NS)),
      to: nanos(BigInt(minutes.to + 1) * BigInt(MINUTE_NS)),
    };
    const exemplars = findExemplars({
      segments: this.segments.all(),
      oldestTrace: this.segments.index.oldest,
      traceId: (trace) => this.segments.index.id(trace),
      window: wholeMinutes,
      medians,
      decoder,
      logsOf: (traceId, spanId) => this.logs.of(traceId, spanId).map((record) => record.attributes),
    });
    return Object.keys(medians).map((index) => {
      const operation = Number(index);
      const { count, errorCount, totalNs, latency, errorLatency, trend } = statistics.sum(operation, minutes)!;
      return {
        id: table.id(operation),
        key: table.key(operation),
        ...{ count, errorCount, totalNs, latency, trend },
        ...(errorLatency === undefined ? {} : { errorLatency }),
        exemplars: exemplars(operation),
        exact: complete && !table.isOverflow(operation),
      };
    });
  }

  private get retainedBytes(): number {
    const operations = this.operationTable.size * OPERATION_BYTES;
    return this.segments.byteLength + this.statistics.byteLength + this.logs.byteLength + operations;
  }

  private countRows(fromRow: number): void {
    const { builder, statistics } = this;
    const { operation, startWords, endWords, status, count } = builder;
    statistics.setNow(this.now());
    for (let row = fromRow; row < count; row++) {
      const start = startWords[2 * row + 1]! * TWO_32 + startWords[2 * row]!;
      const duration = durationOf(startWords, endWords, row);
      statistics.add(operation[row]!, start, duration, status[row] === STATUS_ERROR);
    }
  }

  private keepWithinBound(): void {
    const share = this.bound * STATISTICS_SHARE;
    if (this.statistics.byteLength > share) this.statistics.shrinkTo(share * 0.9);
    if (this.retainedBytes <= this.bound) return;
    this.segments.makeRoom(
      () => this.retainedBytes - this.bound,
      this.bound / 32,
      (id, spans) => {
        this.received.droppedSpans += spans;
        this.received.droppedTraces++;
        this.logs.dropTrace(id);
      },
    );
  }

  private operationNumber(id: OperationId): number | undefined {
    for (let number = this.operationNumbers.size; number < this.operationTable.size; number++) {
      this.operationNumbers.set(this.operationTable.id(number), number);
    }
    return this.operationNumbers.get(id);
  }
}

/** A promise of what `make` returns or throws, or of the signal's reason. */
function answer<T>(signal: AbortSignal, make: () => T): Promise<T> {
  return new Promise((resolve) => {
    signal.throwIfAborted();
    resolve(make());
  });
}

/** Lets others work: a search through everything takes seconds. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
