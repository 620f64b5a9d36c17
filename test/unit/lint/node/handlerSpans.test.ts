import assert from 'node:assert/strict';
import { found, HTTP, sdk, UNDICI } from './support';

const consumer = (
  run: string,
  kind = 'SpanKind.CONSUMER',
): string => `import { context, SpanKind, trace } from '@opentelemetry/api';
export async function consume(topic: string, messages: object[], handler: (message: object) => Promise<void>) {
  for (const message of messages) {
    const span = trace.getTracer('shop').startSpan(\`\${topic} process\`, { kind: ${kind} });
    try {
      ${run}
    } finally {
      span.end();
    }
  }
}
`;

describe('lint: the span of a message around the handler that somebody gives', () => {
  const shop = (text: string): Promise<readonly string[]> =>
    found({ 'src/tracing.ts': sdk(`${HTTP}, ${UNDICI}`), 'src/consume.ts': text });

  it('is reported where it is never made active', async () => {
    assert.deepEqual(await shop(consumer('await handler(message);')), ['SPAN-NOT-ACTIVE src/consume.ts:4']);
    assert.deepEqual(await shop(consumer('await retry(() => handler(message));')), [
      'SPAN-NOT-ACTIVE src/consume.ts:4',
    ]);
  });

  it('is left alone where it is, or is of no message', async () => {
    const active = 'await context.with(trace.setSpan(context.active(), span), () => handler(message));';
    assert.deepEqual(await shop(consumer(active)), []);
    assert.deepEqual(await shop(consumer('await handler(message);', 'SpanKind.INTERNAL')), []);
  });
});
