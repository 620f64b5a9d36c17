/** Posts spans to a receiver at a steady rate until it is told to stop; run as a process of its own. */
import { randomBytes } from 'node:crypto';
import { encodeProtobuf, type TestSpan } from '../../support/otlpSpans';

const SPANS_PER_REQUEST = 500;
const STEP_MS = 25;

/** Functions of test/workspaces/orders, so that hints change while spans arrive. */
const PLACES = [
  { file: 'orders.ts', line: 4, name: 'OrderService.create' },
  { file: 'orders.ts', line: 9, name: 'OrderService.list' },
  { file: 'store.ts', line: 8, name: 'save' },
];

function body(): Uint8Array<ArrayBuffer> {
  const nowNs = BigInt(Date.now()) * 1_000_000n;
  const spans: TestSpan[] = [];
  let traceId = '';
  for (let i = 0; i < SPANS_PER_REQUEST; i++) {
    if (i % 10 === 0) traceId = randomBytes(16).toString('hex');
    const place = PLACES[i % PLACES.length]!;
    const durationNs = BigInt(Math.floor(Math.exp(14 + Math.random() * 4)));
    spans.push({
      traceId,
      spanId: randomBytes(8).toString('hex'),
      name: place.name,
      startNs: nowNs - durationNs,
      endNs: nowNs,
      attributes: {
        'code.function.name': place.name,
        'code.file.path': `/srv/orders/src/${place.file}`,
        'code.line.number': place.line,
        'http.route': `/r${i % 40}`,
      },
    });
  }
  return new Uint8Array(encodeProtobuf({ service: 'orders', spans }));
}

async function flood(url: string, spansPerSecond: number): Promise<void> {
  // Made once and sent again and again: encoding as fast as this would take the time that is to be measured.
  const bodies = Array.from({ length: 40 }, body);
  const started = performance.now();
  let sent = 0;
  process.on('message', () => process.disconnect());
  process.send?.('ready');
  while (process.connected) {
    const due = ((performance.now() - started) / 1000) * spansPerSecond;
    while (sent < due && process.connected) {
      const bytes = bodies[(sent / SPANS_PER_REQUEST) % bodies.length]!;
      const response = await fetch(`${url}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf' },
        body: bytes,
      });
      if (!response.ok) throw new Error(`the receiver answered ${response.status}`);
      await response.arrayBuffer();
      sent += SPANS_PER_REQUEST;
    }
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}

void flood(process.argv[2]!, Number(process.argv[3]));
