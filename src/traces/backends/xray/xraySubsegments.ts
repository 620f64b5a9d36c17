import type { SpanId } from '../../../model/ids';
import { OPERATION_ATTRIBUTES } from '../../../model/operation';
import { isBadRecord, type ConvertedSpan, type SpanRecord } from '../../formats/spanRecord';

/** Keys of annotations, whose dots the Collector's exporter has made underscores, by what they were. */
const DOTTED: ReadonlyMap<string, string> = new Map(
  OPERATION_ATTRIBUTES.filter((key) => key.includes('.')).map((key) => [key.replaceAll('.', '_'), key]),
);

/**
 * The spans of one trace, completed by what only the whole trace says: a subsegment that was sent by itself belongs to the
 * service of the segment above it (AWS, "X-Ray segment documents", on independent subsegments). Indexed attributes get
 * their names back where these are known.
 */
export function completedSpans(spans: readonly ConvertedSpan[]): ConvertedSpan[] {
  const byId = new Map<SpanId, SpanRecord>();
  for (const span of spans) if (!isBadRecord(span)) byId.set(span.spanId, span);
  const resources = new Map<SpanId, SpanRecord['resource']>();
  return spans.map((span) => {
    if (isBadRecord(span)) return span;
    const attributes = named(span.attributes);
    const resource = span.resource.has('service.name') ? span.resource : resourceAbove(span, byId, resources);
    return attributes === span.attributes && resource === span.resource ? span : { ...span, attributes, resource };
  });
}

/** Climbs to the first span that belongs to a service; what is found counts for all on the way. */
function resourceAbove(
  span: SpanRecord,
  byId: ReadonlyMap<SpanId, SpanRecord>,
  known: Map<SpanId, SpanRecord['resource']>,
): SpanRecord['resource'] {
  const way = new Set<SpanId>();
  let current: SpanRecord | undefined = span;
  let found: SpanRecord['resource'] | undefined;
  while (current !== undefined && !way.has(current.spanId)) {
    found = current.resource.has('service.name') ? current.resource : known.get(current.spanId);
    if (found !== undefined) break;
    way.add(current.spanId);
    current = current.parentSpanId === undefined ? undefined : byId.get(current.parentSpanId);
  }
  const resource = found ?? span.resource;
  for (const id of way) known.set(id, resource);
  return resource;
}

function named(attributes: SpanRecord['attributes']): SpanRecord['attributes'] {
  if (![...attributes.keys()].some((key) => DOTTED.has(key))) return attributes;
  return new Map(
    [...attributes].map(([key, value]) => {
      const dotted = DOTTED.get(key);
      return [dotted === undefined || attributes.has(dotted) ? key : dotted, value];
    }),
  );
}
