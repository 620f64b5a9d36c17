/**
 * What one file's hints cost of each backend, in requests and bytes on the wire, beside what pulling the raw spans of the
 * same service and quarter of an hour needs. Hints of more than a megabyte are a failure.
 * Run: npx tsx test/bench/backendHints.bench.ts
 */
import { get } from 'node:http';
import { nanos } from '../../src/model/time';
import type { BackendTraffic } from '../../src/traces/backends/transport/traffic';
import type { Backend } from '../../src/traces/backends/backend';
import { createBackend } from '../../src/traces/backends/createBackend';
import { backendDeps } from '../support/wire/backendBed';
import { BENCH_BACKENDS, type BenchBackend } from './support/benchBackends';
import { busyShop, ORDERS, SPANS_OF_TRACE } from './support/busyShop';

const TRACES = 600;
const MOST_BYTES = 1 << 20;
const { signal } = new AbortController();
const nowNs = BigInt(Date.now()) * 1_000_000n;
const window = { from: nanos(nowNs - 900_000_000_000n), to: nanos(nowNs) };

async function withBackend<T>(bench: BenchBackend, run: (backend: Backend) => Promise<T>): Promise<T & BackendTraffic> {
  const { secrets } = bench;
  const transport = { bodyTimeoutMs: 60_000, headersTimeoutMs: 60_000 };
  const backend = createBackend(
    bench.config,
    backendDeps({ transport, ...(secrets === undefined ? {} : { secrets }) }),
  );
  try {
    const result = await run(backend);
    const { requests, retries, failures, bytesSent, bytesReceived } = backend.traffic;
    return { ...result, requests, retries, failures, bytesSent, bytesReceived };
  } finally {
    backend.dispose();
  }
}

/** As a tool does that aggregates by itself: every trace of the service, with all its spans. */
async function pullRaw(bench: BenchBackend): Promise<Pick<BackendTraffic, 'requests' | 'bytesReceived'>> {
  const url = bench.rawUrl?.(ORDERS, Number(window.from / 1_000_000n), Number(window.to / 1_000_000n));
  if (url !== undefined) return { requests: 1, bytesReceived: await bytesOf(url) };
  return withBackend(bench, async (backend) => {
    const text = `{ resource.service.name = "${ORDERS}" }`;
    for await (const { traceId } of backend.search({ text, window, limit: 10_000 }, signal)) {
      await backend.trace(traceId, signal);
    }
    return {};
  });
}

/** The length of a body as it comes over the wire, packed where the server packs. */
function bytesOf(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = get(url, { headers: { 'accept-encoding': 'gzip' } }, (answer) => {
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => (bytes += chunk.length));
      answer.once('end', () =>
        answer.statusCode === 200 ? resolve(bytes) : reject(new Error(`${answer.statusCode}`)),
      );
    });
    asked.once('error', reject);
  });
}

async function main(): Promise<void> {
  const shop = busyShop(TRACES, nowNs);
  console.log(`${TRACES} traces of ${SPANS_OF_TRACE} spans within a quarter of an hour; hints of ${ORDERS}:`);
  for (const start of BENCH_BACKENDS) {
    const bench = await start(shop);
    if (typeof bench === 'string') {
      console.log(bench);
      continue;
    }
    try {
      const hints = await withBackend(bench, async (backend) => {
        const stats = await backend.operations({ window, service: ORDERS }, signal);
        const count = stats.reduce((sum, one) => sum + one.count, 0);
        return { operations: stats.length, count, exact: backend.capabilities.operations };
      });
      const raw = await pullRaw(bench);
      const kilo = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KiB`;
      console.log(
        `${bench.title}: ${hints.requests} requests, ${kilo(hints.bytesReceived)} ` +
          `(${hints.operations} operations, ${hints.count} calls, ${hints.exact}); raw spans: ` +
          `${raw.requests} requests, ${kilo(raw.bytesReceived)}; ${(raw.bytesReceived / hints.bytesReceived).toFixed(1)} ×`,
      );
      if (hints.bytesReceived > MOST_BYTES) throw new Error(`${bench.title}: hints brought more than a megabyte`);
      if (hints.operations === 0) throw new Error(`${bench.title}: nothing was found`);
    } finally {
      await bench.stop();
    }
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
