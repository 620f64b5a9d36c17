import type { TraceId } from '../../../model/ids';
import { nanosFromMillis, type TimeWindow } from '../../../model/time';
import { sigNozSpans } from '../../formats/sigNozSpans';
import { isObject } from '../../otlp/jsonFields';
import type { SpanCollector } from '../spanCollector';
import { inTexts } from './filterText';
import type { OlderSpans } from './olderSpans';
import type { SigNozApi } from './sigNozApi';
import { LATEST_FIRST, PAGE_ROWS, type BuilderQuery, type RowLimits } from './sigNozQuery';

const DAY_MS = 86_400_000;
/** How far back a trace may lie of which no time is known: longer than SigNoz's longest plans keep any. */
const KEPT_DAYS = 400;

/**
 * Whole traces. Raw rows have all of a span, to the nanosecond; where an older SigNoz gives no attributes with them,
 * {@link OlderSpans} finds them elsewhere.
 */
export class TraceSpans {
  /** Rows come without attributes. */
  private isOlder = false;

  /** @param now epoch milliseconds. */
  constructor(
    private readonly api: SigNozApi,
    private readonly older: OlderSpans,
    private readonly now: () => number,
  ) {}

  /** Collects traces. @returns how many spans there were. */
  async collect(
    ids: readonly TraceId[],
    into: SpanCollector,
    signal: AbortSignal,
    limits: RowLimits = {},
  ): Promise<number> {
    const window = this.everKept();
    const query: BuilderQuery = { name: 'A', filter: inTexts('trace_id', ids), order: LATEST_FIRST, limit: PAGE_ROWS };
    let count = 0;
    for (let offset = 0; !this.isOlder; offset += PAGE_ROWS) {
      const page = offset === 0 ? query : { ...query, offset };
      let rows = 0;
      for await (const row of this.api.rows(window, page, signal, limits.maxWireBytes)) {
        this.isOlder ||= !isObject(row.data) || !isObject(row.data.attributes);
        if (this.isOlder) break;
        rows++;
        into.addRecords(sigNozSpans(row));
      }
      count += rows;
      if (!this.isOlder && rows < PAGE_ROWS) return count;
    }
    return this.older.collect(ids, window, into, signal, limits);
  }

  private everKept(): TimeWindow {
    const now = this.now();
    return { from: nanosFromMillis(now - KEPT_DAYS * DAY_MS), to: nanosFromMillis(now + DAY_MS) };
  }
}
