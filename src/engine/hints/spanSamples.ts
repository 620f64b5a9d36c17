import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Disposable } from '../../base/disposable';
import { Emitter } from '../../base/event';
import { firstText, type Attributes, type AttributeValue } from '../../model/attributes';
import type { TraceId } from '../../model/ids';
import { OPERATION_ATTRIBUTES, type OperationId, type OperationStats } from '../../model/operation';
import type { Trace } from '../../model/trace';
import type { SpanSample } from '../../source/mapperOptions';

/** Traces that are looked at per operation, and spans of it in each. */
const MOST_LOOKS = 4;
const MOST_SPANS = 10;

/** With more distinct ones, an operation is no one place. */
const MOST_SAMPLES = 12;

/** Rows that are looked through for an operation's spans, in a trace of any size. */
const MOST_ROWS = 20_000;

/** Operations whose samples are kept, and the length of a value that is. */
const MOST_OPERATIONS = 5_000;
const LONGEST_VALUE = 16_384;

const SLICE_MS = 8;

/** Attributes that have too many values to tell operations apart, and still say where the code is. */
const TELLING =
  /^(?:db\.(?:query\.text|statement)|graphql\.(?:source|document|parent\.type|field\.parent\w*)|code\.stacktrace|_dd\.code_origin\..+|router\.method|react_router\.route\.id|trpc\.procedure.*)$/;
/** Where a call goes; of what is answered it says nothing that the route does not. */
const ADDRESS = /^(?:url\.(?:full|path)|http\.(?:url|target)|net\.peer\.(?:name|port))$/;

const IDENTITY = new Set(OPERATION_ATTRIBUTES);

interface Sampled {
  readonly traces: Set<TraceId>;
  readonly samples: Map<string, SpanSample>;
}

/**
 * What single spans of operations without a place said beyond their operation: statements, addresses, stacks, and where
 * their log records were written. Looked up in the background, in a few traces per operation.
 */
export class SpanSamples implements Disposable {
  private readonly sampled = new Map<OperationId, Sampled>();
  private readonly waiting = new Map<OperationId, OperationStats>();
  /** Places of log records by the operations they were written in. */
  private readonly writers = new Map<string, Set<OperationId>>();
  private readonly found = new Emitter<readonly OperationId[]>();
  private isRunning = false;

  /** More is known of these operations. */
  readonly onDidFind = this.found.event;

  constructor(private readonly trace: (id: TraceId) => Trace | undefined) {}

  /** Looks at exemplars of an operation that were not looked at before. Call it for those that have no place without. */
  want(stats: OperationStats): void {
    const traces = this.sampled.get(stats.id)?.traces;
    if (traces === undefined ? this.sampled.size >= MOST_OPERATIONS : traces.size >= MOST_LOOKS) return;
    if (tracesOf(stats).every((id) => traces?.has(id))) return;
    this.waiting.set(stats.id, stats);
    if (!this.isRunning) void this.work();
  }

  /** Whether an operation's place may have come from here. */
  has(id: OperationId): boolean {
    return (this.sampled.get(id)?.samples.size ?? 0) > 0;
  }

  /** What is known of an operation's spans; nothing where they differ too much. */
  of(id: OperationId): readonly SpanSample[] {
    const samples = [...(this.sampled.get(id)?.samples.values() ?? [])];
    if (samples.length > MOST_SAMPLES) return [];
    // A line that several operations log from is a helper's.
    const isOwn = (log: Attributes): boolean => this.writers.get(placeOfLog(log))?.size === 1;
    const own = samples.map(({ attributes, logs }) => ({ attributes, logs: logs.filter(isOwn) }));
    return own.filter(({ attributes, logs }) => attributes.size > 0 || logs.length > 0);
  }

  clear(): void {
    this.sampled.clear();
    this.waiting.clear();
    this.writers.clear();
  }

  dispose(): void {
    this.clear();
    this.found.dispose();
  }

  private async work(): Promise<void> {
    this.isRunning = true;
    await nextTurn();
    const changed = new Set<OperationId>();
    let sliceEnd = performance.now() + SLICE_MS;
    for (const [id, stats] of this.waiting) {
      this.waiting.delete(id);
      for (const one of this.look(stats)) changed.add(one);
      if (performance.now() < sliceEnd) continue;
      await nextTurn();
      sliceEnd = performance.now() + SLICE_MS;
    }
    this.isRunning = false;
    if (changed.size > 0) this.found.fire([...changed]);
  }

  /** @returns the operations of which more is known now. */
  private look(stats: OperationStats): OperationId[] {
    const { id } = stats;
    let known = this.sampled.get(id);
    if (known === undefined) this.sampled.set(id, (known = { traces: new Set(), samples: new Map() }));
    const changed: OperationId[] = [];
    for (const traceId of tracesOf(stats)) {
      if (known.traces.has(traceId) || known.traces.size >= MOST_LOOKS) continue;
      const trace = this.trace(traceId);
      // Behind a network it comes when somebody opens it.
      if (trace === undefined) continue;
      known.traces.add(traceId);
      for (const sample of samplesIn(trace, id)) {
        const words = JSON.stringify([[...sample.attributes], sample.logs.map((log) => [...log])]);
        if (known.samples.has(words) || known.samples.size > MOST_SAMPLES) continue;
        known.samples.set(words, sample);
        changed.push(id, ...this.noteWriters(id, sample.logs));
      }
    }
    return changed;
  }

  /** @returns other operations that were taken for the only ones to log from a line. */
  private noteWriters(id: OperationId, logs: readonly Attributes[]): OperationId[] {
    const others: OperationId[] = [];
    for (const log of logs) {
      const place = placeOfLog(log);
      const writers = this.writers.get(place) ?? new Set();
      if (writers.size === 1 && !writers.has(id)) others.push(...writers);
      this.writers.set(place, writers.add(id));
    }
    return others;
  }
}

function tracesOf({ exemplars }: OperationStats): TraceId[] {
  const { slowest, typical, error } = exemplars;
  return [...new Set([slowest, typical, error].flatMap((exemplar) => exemplar?.traceId ?? []))];
}

/** What the spans of an operation in a trace say, of those that say anything. */
function samplesIn(trace: Trace, id: OperationId): SpanSample[] {
  const wanted = trace.operationIds.indexOf(id);
  const samples: SpanSample[] = [];
  let left = MOST_SPANS;
  for (let row = 0; row < Math.min(trace.count, MOST_ROWS) && wanted >= 0 && left > 0; row++) {
    if (trace.operation[row] !== wanted) continue;
    left--;
    const sample = sampleOf(trace, row);
    if (sample !== undefined) samples.push(sample);
  }
  return samples;
}

/** What one span says beyond its operation; undefined where that is nothing. */
export function sampleOf(trace: Trace, row: number): SpanSample | undefined {
  const { attributes, logs } = trace.details(row);
  const isCall = trace.operationKeys[trace.operation[row]!]!.kind === 'CLIENT';
  const isTelling = (key: string): boolean => TELLING.test(key) || (isCall && ADDRESS.test(key));
  const telling = only(attributes, (key) => isTelling(key) && !IDENTITY.has(key));
  const written = logs.map((log) => only(log.attributes, (key) => key.startsWith('code.')));
  const placed = written.filter((log) => log.size > 0);
  return telling.size > 0 || placed.length > 0 ? { attributes: telling, logs: placed } : undefined;
}

function only(attributes: Attributes, isWanted: (key: string) => boolean): Attributes {
  const isShort = (value: AttributeValue): boolean => typeof value !== 'string' || value.length <= LONGEST_VALUE;
  return new Map([...attributes].filter(([key, value]) => isWanted(key) && isShort(value)));
}

/** The function that wrote a record, or else its line, as a key. */
function placeOfLog(log: Attributes): string {
  const name = firstText(log, ['code.function.name', 'code.function']);
  const line = name === undefined ? firstText(log, ['code.line.number', 'code.lineno']) : undefined;
  return JSON.stringify([
    firstText(log, ['code.file.path', 'code.filepath']),
    firstText(log, ['code.namespace']),
    name ?? line,
  ]);
}
