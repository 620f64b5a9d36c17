import type { SourceLocation } from '../../model/location';
import type { Trace } from '../../model/trace';
import type { SpanSource } from '../../protocol/engine';
import { INSIDE_PARENT } from './parentPlaces';
import type { PlaceFinder } from './placeFinder';
import { uriOfPath } from '../workspace/uris';

/**
 * The code of a span: its own place, or else that of the nearest ancestor in the same service, as "inside". Otherwise
 * the reason why there is none.
 */
export function sourceOfSpan(trace: Trace, row: number, places: PlaceFinder): SpanSource | { readonly reason: string } {
  const own = places.get(trace.operationIds[trace.operation[row]!]!);
  if (own?.status === 'mapped') return spanSource(own.location, own.location.confidence, '');
  let ancestor = trace.parent[row]!;
  while (ancestor >= 0 && trace.service[ancestor] === trace.service[row]) {
    const mapping = places.get(trace.operationIds[trace.operation[ancestor]!]!);
    if (mapping?.status === 'mapped') {
      const confidence = mapping.location.confidence * INSIDE_PARENT;
      return spanSource(mapping.location, confidence, `inside ${mapping.location.symbol}, which made it: `);
    }
    ancestor = trace.parent[ancestor]!;
  }
  if (own === undefined) return { reason: 'The code of this span is still being looked for.' };
  return { reason: own.reason.cure === undefined ? own.reason.text : `${own.reason.text} ${own.reason.cure}` };
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
