import type { TraceListItem } from '../../../src/protocol/backends';
import type { TraceId } from '../../../src/protocol/engine';

const ROOTS = [
  ['api-gateway', 'POST /orders', 180],
  ['api-gateway', 'GET /orders/{id}', 24],
  ['storefront', 'GET /catalogue/products/{category}/page/{page}', 61],
  ['shipping-worker', 'orders process', 130],
  ['billing', 'nightly invoice run', 5_200],
] as const;
const OTHERS = ['orders-api', 'payment-api', 'stock', 'postgres-proxy', 'mail', 'search', 'audit', 'users'];

/** So many traces of the last two hours, the newest first; the same every time but for their times. */
export function sampleResults(count: number, nowMs = Date.now()): TraceListItem[] {
  let seed = 7;
  const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  return Array.from({ length: count }, (_, i): TraceListItem => {
    const [rootService, rootName, middle] = ROOTS[Math.floor(random() ** 2 * ROOTS.length)]!;
    const isFailed = random() < 0.08;
    const durationNs = middle * 1e6 * Math.exp((random() + random() + random() - 1.5) * (isFailed ? 2.4 : 1.2));
    return {
      traceId: (i + 1).toString(16).padStart(32, 'a0') as TraceId,
      rootService,
      rootName,
      startMs: Math.round(nowMs - (i + random()) * (7_200_000 / count)),
      durationNs: Math.round(durationNs),
      spanCount: 2 + Math.floor(random() * 60),
      errorCount: isFailed ? 1 + Math.floor(random() * 3) : 0,
      services: [rootService, ...OTHERS.slice(0, Math.floor(random() * OTHERS.length))],
      matched: ['00f067aa0ba902b7'],
    };
  });
}
