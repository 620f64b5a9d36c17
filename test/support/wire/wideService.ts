import { testSpanId } from '../otlpSpans';
import type { OtlpTraces, Span } from '../servers/data/otlpTraces';

/** The service of {@link wideService}. */
export const WIDE_SERVICE = 'wide-api';
/** Characters of a name: more would be cut off by some services. */
const NAME_LENGTH = 500;

/**
 * Traces of one span, each of which is an operation of its own with a long name that does not pack: more than the hints of a
 * file may bring, and even a list of the names alone. Every hundredth failed.
 */
export function wideService(operations: number, endNs: bigint): OtlpTraces {
  const random = randomTexts();
  const spans = Array.from({ length: operations }, (_, index): Span => {
    const start = endNs - BigInt(operations - index) * 50_000_000n;
    const isFailed = index % 100 === 0;
    return {
      // X-Ray wants the second of the start in front.
      traceId:
        (start / 1_000_000_000n).toString(16).padStart(8, '0') + (0x6000_0000 + index).toString(16).padStart(24, '2'),
      spanId: testSpanId(0x6000_0000 + index),
      traceState: '',
      name: `GET ${random(NAME_LENGTH)}`,
      kind: 2,
      startTimeUnixNano: String(start),
      endTimeUnixNano: String(start + BigInt(1 + (index % 50)) * 1_000_000n),
      attributes: [{ key: 'http.route', value: { stringValue: `/${random(NAME_LENGTH)}` } }],
      events: [],
      links: [],
      status: isFailed ? { code: 2, message: 'refused' } : {},
    };
  });
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: WIDE_SERVICE } }] };
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: '', version: '' }, spans }] }] };
}

/** The same ones every time. */
function randomTexts(): (length: number) => string {
  let seed = 7;
  // Xorshift of 32 bits.
  const next = (): number => {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return seed >>> 0;
  };
  return (length) => Array.from({ length }, () => (next() % 36).toString(36)).join('');
}
