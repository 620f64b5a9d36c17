import { SPAN_KINDS } from '../../model/operation';
import type { Trace } from '../../model/trace';

/**
 * The spans that a span was made inside of, innermost first: those of its service, up to the request or message that it
 * belongs to. Where a service calls itself, what it does for the call is not inside the function that sent it.
 */
export function* spansAround(trace: Trace, row: number): Generator<number> {
  for (let at = row; ;) {
    const above = trace.parent[at]!;
    if (above < 0 || trace.service[above] !== trace.service[row]) return;
    if (/^(SERVER|CONSUMER)$/.test(kindOf(trace, at)) && /^(CLIENT|PRODUCER)$/.test(kindOf(trace, above))) return;
    yield above;
    at = above;
  }
}

function kindOf(trace: Trace, row: number): string {
  return SPAN_KINDS[trace.kind[row]!] ?? 'UNSPECIFIED';
}
