import type { Mapping, SourceLocation } from '../../model/location';
import type { OperationId, OperationKey } from '../../model/operation';
import type { Trace } from '../../model/trace';
import type { SpanSource } from '../../protocol/engine';
import { INSIDE_PARENT } from './parentPlaces';
import type { SpanSample } from '../../source/mapperOptions';
import type { PlaceFinder } from './placeFinder';
import { sampleOf } from './spanSamples';
import { spansAround } from './spansAround';
import { uriOfPath } from '../workspace/uris';

/** What finds the place of one span where that of its operation is not known; the source room's mapper. */
export interface SpanMapper {
  mapSpan(key: OperationKey, sample: SpanSample): Promise<Mapping>;
}

/**
 * The code of a span: its operation's place, or that which the span alone points at, or else that of the nearest ancestor
 * in the same service, as "inside". Otherwise the reason why there is none.
 */
export async function sourceOfSpan(
  trace: Trace,
  row: number,
  places: PlaceFinder,
  mapper: SpanMapper | undefined,
): Promise<SpanSource | { readonly reason: string }> {
  const own = (await placeOfSpan(trace, row, places, mapper)) ?? places.get(operationOf(trace, row));
  if (own?.status === 'mapped') return spanSource(own.location, own.location.confidence, '');
  for (const ancestor of spansAround(trace, row)) {
    const mapping = places.get(operationOf(trace, ancestor));
    if (mapping?.status !== 'mapped') continue;
    const confidence = mapping.location.confidence * INSIDE_PARENT;
    return spanSource(mapping.location, confidence, `inside ${mapping.location.symbol}, which made it: `);
  }
  if (own === undefined) return { reason: 'The code of this span is still being looked for.' };
  return { reason: own.reason.cure === undefined ? own.reason.text : `${own.reason.text} ${own.reason.cure}` };
}

/** The place that one span points at by what its operation does not have; undefined where it is not needed, or none. */
async function placeOfSpan(
  trace: Trace,
  row: number,
  places: PlaceFinder,
  mapper: SpanMapper | undefined,
): Promise<Mapping | undefined> {
  if (mapper === undefined || places.get(operationOf(trace, row))?.status === 'mapped') return undefined;
  const sample = sampleOf(trace, row);
  if (sample === undefined || sample.attributes.size === 0) return undefined;
  // Its log records lead to their lines themselves, and may be a helper's.
  const key = trace.operationKeys[trace.operation[row]!]!;
  const mapping = await mapper.mapSpan(key, { ...sample, logs: [] });
  return mapping.status === 'mapped' ? mapping : undefined;
}

function operationOf(trace: Trace, row: number): OperationId {
  return trace.operationIds[trace.operation[row]!]!;
}

function spanSource(location: SourceLocation, confidence: number, prefix: string): SpanSource {
  const { measured } = location;
  const because = location.evidence.map((evidence) => evidence.text);
  const why = [...because, ...(measured === undefined ? [] : [measured.text])].join(', ');
  return {
    uri: uriOfPath(location.file),
    line: location.line,
    symbol: location.symbol,
    confidence,
    why: `${prefix}${why}`,
  };
}
