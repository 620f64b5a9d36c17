import { testSpanId } from '../otlpSpans';
import type { OtlpTraces } from '../servers/data/otlpTraces';

/** The service of {@link manyTraces}. */
export const MANY_SERVICE = 'many';

/** Traces of one span each, a tenth of a second apart and over before `endNs`: more than fit on one page. */
export function manyTraces(count: number, endNs: bigint): OtlpTraces {
  const spans = Array.from({ length: count }, (_, index) => {
    const start = endNs - BigInt(count - index) * 100_000_000n;
    return {
      // X-Ray wants the second of the start in front.
      traceId:
        (start / 1_000_000_000n).toString(16).padStart(8, '0') + (0x7000_0000 + index).toString(16).padStart(24, '1'),
      spanId: testSpanId(0x7000_0000 + index),
      traceState: '',
      name: `step ${index % 3}`,
      kind: 1,
      startTimeUnixNano: String(start),
      endTimeUnixNano: String(start + 1_000_000n),
      attributes: [],
      events: [],
      links: [],
      status: {},
    };
  });
  return {
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: MANY_SERVICE } }] },
        scopeSpans: [{ scope: { name: '', version: '' }, spans }],
      },
    ],
  };
}
