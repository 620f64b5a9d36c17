/**
 * A trace of 100,000 spans out of Jaeger's JSON (v1): from the question to the details of the first row, against pulling
 * the same bytes and JSON.parse of them, which shows nothing yet. CPU time of this process (the server is another),
 * interleaved, best of some rounds. Run: npx tsx test/bench/jaegerTrace.bench.ts
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TraceId } from '../../src/model/ids';
import { createBackend } from '../../src/traces/backends/createBackend';
import { backendConfig, backendDeps } from '../support/wire/backendBed';

const SPANS = 100_000;
const ROUNDS = 5;
const ID = '0af7651916cd43dd8448eb211c80319c' as TraceId;
const { signal } = new AbortController();

/** Answers one trace, whatever is asked below `/api/traces/`, and 404 for the rest, as a Jaeger without v3 does. */
const SERVER = `
const { readFileSync } = require('node:fs');
const body = readFileSync(process.argv[1]);
const services = '{"data":["checkout"],"errors":null}';
const server = require('node:http').createServer((request, response) => {
  const isTrace = request.url.startsWith('/api/traces/');
  const known = isTrace || request.url.startsWith('/api/services');
  response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
  response.end(isTrace ? body : known ? services : '{}');
});
server.keepAliveTimeout = 120000;
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

/** A trace as Jaeger writes it: a tree in which every span has up to twenty children. */
function jaegerJson(): string {
  const startUs = 1_790_000_000_000_000;
  const hex = (n: number): string => n.toString(16).padStart(16, '0');
  const spans = Array.from({ length: SPANS }, (_, n) => ({
    traceID: ID,
    spanID: hex(n + 1),
    operationName: n % 3 === 0 ? 'SELECT orders' : `Checkout.step${n % 40}`,
    references: n === 0 ? [] : [{ refType: 'CHILD_OF', traceID: ID, spanID: hex(Math.floor((n - 1) / 20) + 1) }],
    startTime: startUs + n * 3,
    duration: 10 + (n % 1000),
    tags: [
      { key: 'span.kind', type: 'string', value: n % 3 === 0 ? 'client' : 'internal' },
      { key: 'code.function.name', type: 'string', value: `Checkout.step${n % 40}` },
      { key: 'code.line.number', type: 'int64', value: n % 400 },
      { key: 'db.system.name', type: 'string', value: 'postgresql' },
      { key: 'otel.scope.name', type: 'string', value: 'shop' },
    ],
    logs:
      n % 50 === 0 ? [{ timestamp: startUs + n * 3, fields: [{ key: 'event', type: 'string', value: 'retry' }] }] : [],
    processID: `p${n % 4}`,
    warnings: null,
  }));
  const processes = Object.fromEntries(
    [0, 1, 2, 3].map((n) => [
      `p${n}`,
      { serviceName: `service-${n}`, tags: [{ key: 'pid', type: 'int64', value: n }] },
    ]),
  );
  const trace = { traceID: ID, spans, processes, warnings: null };
  return JSON.stringify({ data: [trace], total: 0, limit: 0, offset: 0, errors: null });
}

async function cpuOf(run: () => Promise<number>): Promise<number> {
  const before = process.cpuUsage();
  const rows = await run();
  const used = process.cpuUsage(before);
  if (rows !== SPANS) throw new Error(`${rows} spans`);
  return (used.user + used.system) / 1e6;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'spanlight-bench-'));
  const file = path.join(folder, 'trace.json');
  const json = jaegerJson();
  writeFileSync(file, json);
  const child = spawn(process.execPath, ['-e', SERVER, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  const url = `http://127.0.0.1:${String(port).trim()}`;
  const backend = createBackend(backendConfig({ kind: 'jaeger', url }), backendDeps());
  try {
    await backend.services(signal);
    const best = { firstRow: Infinity, parsed: Infinity };
    for (let round = 0; round < ROUNDS; round++) {
      const firstRow = await cpuOf(async () => {
        const trace = await backend.trace(ID, signal);
        if (trace?.details(0).parentSpanId !== undefined) throw new Error('the first row is no root');
        return trace?.count ?? 0;
      });
      const parsed = await cpuOf(async () => {
        const text = await (await fetch(`${url}/api/traces/${ID}`)).text();
        return (JSON.parse(text) as { data: { spans: unknown[] }[] }).data[0]!.spans.length;
      });
      best.firstRow = Math.min(best.firstRow, firstRow);
      best.parsed = Math.min(best.parsed, parsed);
    }
    const megabytes = (json.length / (1 << 20)).toFixed(0);
    console.log(
      `${SPANS} spans, ${megabytes} MB of JSON: first row after ${best.firstRow.toFixed(2)} s CPU, ` +
        `pulling and JSON.parse alone ${best.parsed.toFixed(2)} s: ${(best.firstRow / best.parsed).toFixed(2)} ×`,
    );
  } finally {
    backend.dispose();
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
