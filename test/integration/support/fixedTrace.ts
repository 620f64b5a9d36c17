import assert from 'node:assert/strict';

/** A trace that can be sent again, as after a restart a service or a file does: the same ids every time. */
export const FIXED_TRACE_ID = '5b8efff798038103d269b633813fc60c';

const PARENT = 'eee19b7ec3c1b174';
const MS = 1_000_000n;

/** Sends it as OTLP JSON: `POST /orders` of 80 ms with four children of different names. */
export async function sendFixedTrace(endpoint: string): Promise<void> {
  const start = 1_760_000_000_000n * MS;
  const span = (name: string, spanId: string, fromMs: bigint, toMs: bigint, parentSpanId = PARENT): object => ({
    traceId: FIXED_TRACE_ID,
    spanId,
    ...(parentSpanId === '' ? {} : { parentSpanId }),
    name,
    kind: 1,
    startTimeUnixNano: String(start + fromMs * MS),
    endTimeUnixNano: String(start + toMs * MS),
  });
  const children = ['validate', 'price', 'save', 'notify'].map((name, i) =>
    span(name, `eee19b7ec3c1b18${i}`, BigInt(10 * i), BigInt(10 * i + 8)),
  );
  const body = {
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'fixed' } }] },
        scopeSpans: [{ scope: { name: 'test' }, spans: [span('POST /orders', PARENT, 0n, 80n, ''), ...children] }],
      },
    ],
  };
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${endpoint}/v1/traces`, { method: 'POST', headers, body: JSON.stringify(body) });
  assert.equal(answer.status, 200, await answer.text());
}
