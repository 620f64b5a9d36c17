import { parseSpanId, type SpanId, type TraceId } from '../../../model/ids';
import { nanos, type DurationNs, type Nanos } from '../../../model/time';
import type { TraceSummary } from '../../../model/traceSource';
import { isObject, type JsonObject } from '../../otlp/jsonFields';
import { paddedTraceId } from '../spanCollector';
import { listOf, scalarText } from './tempoSeries';

/** Tempo's words for a root that has not come yet. */
const NO_ROOT = /^<.*>$/;

/** A span that matched, as far as a search tells of it. */
export interface FoundSpan {
  readonly spanId: SpanId;
  readonly startNs: Nanos;
  readonly durationNs: DurationNs;
  /** Only where the query asks for it. */
  readonly name: string | undefined;
  /** What the query asks for, by name without its scope, as texts. */
  readonly attributes: ReadonlyMap<string, string>;
}

/** A trace that a search found. */
export interface FoundTrace {
  readonly summary: TraceSummary;
  readonly spans: readonly FoundSpan[];
  /** Spans were counted by service, as Tempo does: what is told of them is what matched. */
  readonly isCounted: boolean;
}

/** Reads one trace of a search's answer; undefined for what has no id. Ids come without their leading zeros. */
export function readFoundTrace(trace: JsonObject): FoundTrace | undefined {
  const traceId = idOf(trace.traceID);
  if (traceId === undefined) return undefined;
  const sets = listOf(trace.spanSets);
  const spans = (sets.length > 0 ? sets : isObject(trace.spanSet) ? [trace.spanSet] : []).flatMap((set) =>
    listOf(set.spans).flatMap((span) => readSpan(span) ?? []),
  );
  const services = isObject(trace.serviceStats) ? trace.serviceStats : {};
  const counts = Object.values(services).filter(isObject);
  const rootService = rootText(trace.rootServiceName);
  return {
    summary: {
      traceId,
      rootService,
      rootName: rootText(trace.rootTraceName),
      startNs: nanosOf(trace.startTimeUnixNano),
      durationNs: (Number(trace.durationMs ?? 0) * 1e6) as DurationNs,
      spanCount: counts.reduce((sum, { spanCount }) => sum + Number(spanCount ?? 0), 0),
      errorCount: counts.reduce((sum, { errorCount }) => sum + Number(errorCount ?? 0), 0),
      ...(counts.length === 0 ? {} : { services: rootFirst(Object.keys(services), rootService) }),
      matched: [...new Set(spans.map(({ spanId }) => spanId))],
    },
    spans,
    isCounted: counts.length > 0,
  };
}

function readSpan(span: JsonObject): FoundSpan | undefined {
  const spanId = typeof span.spanID === 'string' ? parseSpanId(span.spanID.padStart(16, '0')) : undefined;
  if (spanId === undefined) return undefined;
  const attributes = new Map<string, string>();
  for (const { key, value } of listOf(span.attributes)) {
    const text = isObject(value) ? scalarText(value) : undefined;
    if (typeof key === 'string' && text !== undefined) attributes.set(key, text);
  }
  return {
    spanId,
    startNs: nanosOf(span.startTimeUnixNano),
    durationNs: Number(span.durationNanos ?? 0) as DurationNs,
    name: typeof span.name === 'string' ? span.name : attributes.get('name'),
    attributes,
  };
}

function idOf(value: unknown): TraceId | undefined {
  return typeof value === 'string' && /^[0-9a-f]{1,32}$/i.test(value) && /[^0]/.test(value)
    ? paddedTraceId(value)
    : undefined;
}

function rootText(value: unknown): string {
  return typeof value === 'string' && !NO_ROOT.test(value) ? value : '';
}

function rootFirst(services: readonly string[], root: string): string[] {
  return [...services].sort((a, b) => Number(b === root) - Number(a === root));
}

/** Protobuf's JSON writes 64-bit numbers as texts. */
function nanosOf(value: unknown): Nanos {
  return nanos(typeof value === 'string' && /^\d+$/.test(value) ? BigInt(value) : 0n);
}
