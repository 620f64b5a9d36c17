import type { Logger } from '../../../base/logger';
import type { AttributeValue, Attributes } from '../../../model/attributes';
import type { TraceId } from '../../../model/ids';
import type { TimeWindow } from '../../../model/time';
import { itemsOf, textOf } from '../../formats/recordValues';
import { sigNozSpans } from '../../formats/sigNozSpans';
import { isBadRecord, type ConvertedSpan, type SpanRecord } from '../../formats/spanRecord';
import { isObject, type JsonObject } from '../../otlp/jsonFields';
import type { SpanCollector } from '../spanCollector';
import type { FieldKeys } from './fieldKeys';
import { inTexts, isKeyText } from './filterText';
import type { SigNozApi } from './sigNozApi';
import { LATEST_FIRST, PAGE_ROWS, SERVICE, spanField, type FieldName, type RowLimits } from './sigNozQuery';

/** Waterfalls that are under way at once. */
const AT_ONCE = 4;
/** Attributes of resources that are asked for. */
const MAX_RESOURCE_KEYS = 150;

/** What a row says of a span that its waterfall does not. */
interface RowFacts {
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly resource: Attributes;
}

/**
 * Whole traces of a SigNoz whose raw rows have no attributes: the waterfall of each trace has these, as texts and with
 * milliseconds, and nothing of resources; rows have times to the nanosecond and the attributes of resources that are named.
 */
export class OlderSpans {
  constructor(
    private readonly api: SigNozApi,
    private readonly logger: Logger,
    private readonly keys: (signal: AbortSignal) => Promise<FieldKeys>,
  ) {}

  /** Collects traces. @returns how many spans there were. */
  async collect(
    ids: readonly TraceId[],
    window: TimeWindow,
    into: SpanCollector,
    signal: AbortSignal,
    { maxWireBytes }: RowLimits = {},
  ): Promise<number> {
    const keys = await this.keys(signal);
    const facts = await this.facts(ids, keys, window, signal, maxWireBytes);
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const some = ids.slice(from, from + AT_ONCE);
      const waterfalls = await Promise.all(some.map((id) => this.api.trace(id, signal)));
      for (const waterfall of waterfalls) into.addRecords(completed(sigNozSpans(waterfall), facts, keys));
      const shown = waterfalls.reduce((sum, one) => sum + spanCount(one), 0);
      const known = [...facts.keys()].filter((key) => some.some((id) => key.startsWith(id))).length;
      if (shown < known) this.logger.warn(`This SigNoz gives only ${shown} of ${known} spans of large traces.`);
    }
    return facts.size;
  }

  private async facts(
    ids: readonly TraceId[],
    keys: FieldKeys,
    window: TimeWindow,
    signal: AbortSignal,
    maxWireBytes: number | undefined,
  ): Promise<ReadonlyMap<string, RowFacts>> {
    const names = keys
      .names()
      .flatMap((name) => /^resource\.(.+)$/.exec(name)?.[1] ?? [])
      .filter((name) => name !== SERVICE.name && isKeyText(name))
      .slice(0, MAX_RESOURCE_KEYS);
    const resource = names.map((name): FieldName => ({ name, fieldContext: 'resource' }));
    const own = ['timestamp', 'trace_id', 'span_id', 'name', 'duration_nano'].map(spanField);
    const query = { name: 'A', filter: inTexts('trace_id', ids), order: LATEST_FIRST, limit: PAGE_ROWS };
    const facts = new Map<string, RowFacts>();
    for (let offset = 0; ; offset += PAGE_ROWS) {
      const page = { ...query, selectFields: [...own, SERVICE, ...resource], ...(offset > 0 ? { offset } : {}) };
      let rows = 0;
      for await (const row of this.api.rows(window, page, signal, maxWireBytes)) {
        rows++;
        const [span] = sigNozSpans(row);
        if (span === undefined || isBadRecord(span)) continue;
        const { startNs, endNs } = span;
        facts.set(keyOf(span), { startNs, endNs, resource: resourceIn(row, [SERVICE.name, ...names]) });
      }
      if (rows < PAGE_ROWS) return facts;
    }
  }
}

function keyOf({ traceId, spanId }: SpanRecord): string {
  return `${traceId} ${spanId}`;
}

function resourceIn({ data }: JsonObject, names: readonly string[]): Attributes {
  const resource = new Map<string, AttributeValue>();
  if (!isObject(data)) return resource;
  for (const name of names) {
    const text = textOf(data[name]);
    // What is missing is empty there.
    if (text !== undefined && text !== '') resource.set(name, text);
  }
  return resource;
}

function* completed(
  spans: Iterable<ConvertedSpan>,
  facts: ReadonlyMap<string, RowFacts>,
  keys: FieldKeys,
): Generator<ConvertedSpan> {
  for (const span of spans) {
    const known = isBadRecord(span) ? undefined : facts.get(keyOf(span));
    if (known === undefined || isBadRecord(span)) yield span;
    else yield Object.assign(span, { ...known, attributes: typed(span.attributes, keys) });
  }
}

/** Texts of attributes that are always numbers or booleans as such. */
function typed(attributes: Attributes, keys: FieldKeys): Attributes {
  const values = [...attributes].map(([name, value]): [string, AttributeValue] => {
    const types = keys.typesOf('attribute', name);
    if (typeof value !== 'string' || types.size !== 1) return [name, value];
    if (types.has('number') && value !== '' && Number.isFinite(Number(value))) return [name, Number(value)];
    return [name, types.has('bool') ? value === 'true' : value];
  });
  return new Map(values);
}

function spanCount(waterfall: JsonObject | undefined): number {
  const data = isObject(waterfall?.data) ? waterfall.data : waterfall;
  return itemsOf(data?.spans).length;
}
