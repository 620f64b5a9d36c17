import type { Logger } from '../../../base/logger';
import { isBadRecord, type ConvertedSpan, type RecordEvent } from '../../formats/spanRecord';
import { hasFault } from '../backendError';
import { allOf, terms } from './clauses';
import type { SearchApi } from './searchApi';
import type { EventDialect } from './spanSchema';

/** Events asked for at once: what servers allow (`index.max_result_window`). */
const MOST_EVENTS = 10_000;

/** Which events, and how much of them. */
export interface EventRequest {
  /** As the index has them. */
  readonly traceIds: readonly string[];
  /** Only those of these spans; of all where left out. */
  readonly spanIds?: readonly string[];
  readonly which: 'all' | 'exceptions';
  readonly maxWireBytes?: number;
}

/** The events of some spans. */
export class SpanEvents {
  private readonly events = new Map<string, RecordEvent[]>();

  add(traceId: string, spanId: string, event: RecordEvent): void {
    const key = traceId + spanId;
    const known = this.events.get(key);
    if (known === undefined) this.events.set(key, [event]);
    else known.push(event);
  }

  /** Of one span, in order of time. */
  of(traceId: string, spanId: string): readonly RecordEvent[] {
    return this.events.get(traceId + spanId) ?? [];
  }

  /** The spans with their events. */
  *addTo(spans: Iterable<ConvertedSpan>): Generator<ConvertedSpan> {
    for (const span of spans) {
      const found = isBadRecord(span) ? [] : this.of(span.traceId, span.spanId);
      yield isBadRecord(span) || found.length === 0 ? span : { ...span, events: [...span.events, ...found] };
    }
  }
}

/** Finds events that are documents of their own, in other indices, which not everybody may read. */
export class SpanEventSource {
  private isMissing = false;

  constructor(
    private readonly name: string,
    private readonly api: SearchApi,
    private readonly dialect: EventDialect,
    private readonly logger: Logger,
  ) {}

  /** The events of spans; none where their indices are missing or may not be read, which is logged once. */
  async find({ traceIds, spanIds, which, maxWireBytes }: EventRequest, signal: AbortSignal): Promise<SpanEvents> {
    const { dialect } = this;
    const events = new SpanEvents();
    if (traceIds.length === 0) return events;
    const clauses = [terms(dialect.traceId, traceIds), dialect.only(which)];
    if (spanIds !== undefined) clauses.push(dialect.ofSpans(spanIds));
    const sort = [{ '@timestamp': { order: 'asc', numeric_type: 'date_nanos', unmapped_type: 'date_nanos' } }];
    const body = { size: MOST_EVENTS, query: allOf(clauses), sort, _source: dialect.source };
    try {
      const hits: unknown[] = [];
      for await (const { hit } of this.api.hits(body, undefined, maxWireBytes, signal)) hits.push(hit);
      for (const { traceId, spanId, event } of dialect.convert(hits)) events.add(traceId, spanId, event);
      this.isMissing = false;
    } catch (error) {
      // What is asked for within a budget does without them.
      const isTooLarge = maxWireBytes !== undefined && hasFault(error, 'tooLarge');
      if (!isTooLarge && !hasFault(error, 'notFound', 'forbidden', 'badRequest')) throw error;
      if (!this.isMissing)
        this.logger.warn(`${this.name}: spans are without their events and exceptions: ${error.message}`);
      this.isMissing = true;
    }
    return events;
  }
}
