import { line0 } from '../../../src/base/positions';
import type { Attributes, AttributeValue } from '../../../src/model/attributes';
import type { HintSettings } from '../../../src/model/hint';
import { parseSpanId, parseTraceId } from '../../../src/model/ids';
import type { SourceLocation } from '../../../src/model/location';
import { LogHistogram } from '../../../src/model/histogram/logHistogram';
import type { OperationKey, OperationStats, SpanKind } from '../../../src/model/operation';
import { operationId } from '../../../src/model/operationTable';
import { nanos, type DurationNs } from '../../../src/model/time';

export const SETTINGS: HintSettings = {
  percentiles: [50, 95],
  windowMinutes: 15,
  minimumCalls: { p50: 5, p95: 20, p99: 100 },
  warningMs: 500,
  errorMs: 2000,
  warningErrorPercent: 1,
  errorErrorPercent: 5,
  trend: true,
};

export function madeKey(
  name: string,
  kind: SpanKind = 'SERVER',
  attributes: Record<string, AttributeValue> = {},
): OperationKey {
  const map: Attributes = new Map(Object.entries(attributes));
  return { service: 'orders-api', resource: new Map(), scope: 'scope', kind, name, attributes: map };
}

/** Statistics over real durations in milliseconds, the first `errors` of which failed. */
export function madeStats(
  key: OperationKey,
  milliseconds: readonly number[],
  more: { errors?: number; exact?: boolean; trendMs?: readonly (number | undefined)[]; message?: string } = {},
): OperationStats {
  const latency = new LogHistogram();
  const errorLatency = new LogHistogram();
  for (const [index, ms] of milliseconds.entries()) {
    latency.add(ms * 1e6);
    if (index < (more.errors ?? 0)) errorLatency.add(ms * 1e6);
  }
  const exemplar = (ms: number): { traceId: never; spanId: never; durationNs: DurationNs; startNs: never } => ({
    traceId: parseTraceId('0af7651916cd43dd8448eb211c80319c') as never,
    spanId: parseSpanId('b7ad6b7169203331') as never,
    durationNs: (ms * 1e6) as DurationNs,
    startNs: nanos(1n) as never,
  });
  return {
    id: operationId(key),
    key,
    count: milliseconds.length,
    errorCount: more.errors ?? 0,
    totalNs: milliseconds.reduce((sum, ms) => sum + ms * 1e6, 0),
    latency,
    errorLatency,
    trend: (more.trendMs ?? []).map((ms) => ({
      count: ms === undefined ? 0 : 10,
      errorCount: 0,
      p95Ns: ms === undefined ? undefined : ms * 1e6,
    })),
    exemplars:
      milliseconds.length === 0
        ? {}
        : {
            slowest: exemplar(Math.max(...milliseconds)),
            typical: exemplar(milliseconds[0]!),
            ...((more.errors ?? 0) > 0
              ? {
                  error: {
                    ...exemplar(milliseconds[0]!),
                    ...(more.message === undefined ? {} : { message: more.message }),
                  },
                }
              : {}),
          },
    exact: more.exact ?? true,
  };
}

export function madeLocation(line: number, anchor: 'owner' | 'callsite' = 'owner'): SourceLocation {
  return {
    file: '/shop/orders.ts',
    range: { startLine: line0(line), startColumn: 2, endLine: line0(line + 5), endColumn: 3 },
    line: line0(line),
    symbol: 'OrderController.create',
    anchor,
    confidence: 0.92,
    evidence: [{ kind: 'route', confidence: 0.85, text: 'route POST /orders → OrderController.create' }],
  };
}

/** `count` durations spread evenly between two milliseconds. */
export function spread(count: number, from: number, to: number): number[] {
  return Array.from({ length: count }, (_, i) => from + ((to - from) * i) / Math.max(1, count - 1));
}

/** With plain spaces, as a person would type it. */
export function plainSpaces(text: string): string {
  return text.replace(/[\u202f\u2007]/g, ' ');
}
