/**
 * Records the shop's traces through a real Kafka into `test/fixtures/shop/kafka-traces.json`, for machines that have
 * none: `npx tsx test/start/recordKafka.ts`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { kafkaTracesFile, RECORDED_FOLDER } from '../support/kafkaReplay';
import type { OtlpResourceSpans, OtlpSpan, OtlpTrace } from '../support/otlpJson';
import { installShop, shopFolder, startShop, type RunningShop } from '../support/shop';

const SECONDS = 30;
const WANTED = 8;
/** What says nothing about the machine it was recorded on. */
const KEPT_RESOURCE = /^(service\.name|telemetry\.|process\.runtime\.)/;

async function main(): Promise<void> {
  const received: OtlpTrace[] = [];
  const server = await listen(received);
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let shop: RunningShop;
  try {
    await installShop(console.log);
    const env = { SHOP_PROTOCOL: 'http/json' };
    shop = await startShop({ endpoint, grpcEndpoint: endpoint, env, log: console.log });
    console.log(shop.kafka);
    await new Promise((resolve) => setTimeout(resolve, SECONDS * 1_000));
    await shop.stop();
  } finally {
    server.close();
  }
  if (!shop.kafka.startsWith('events go through')) throw new Error(shop.kafka);

  const traces = byTrace(received).filter(crossesKafka).slice(-WANTED);
  if (traces.length < WANTED) throw new Error(`only ${traces.length} traces came through Kafka`);
  mkdirSync(path.dirname(kafkaTracesFile), { recursive: true });
  const lines = traces.map((trace) => JSON.stringify(trace)).join(',\n');
  writeFileSync(kafkaTracesFile, `[\n${lines.replaceAll(shopFolder, RECORDED_FOLDER)}\n]\n`);
  console.log(`${traces.length} traces written to ${path.relative(process.cwd(), kafkaTracesFile)}`);
}

function listen(received: OtlpTrace[]): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push(JSON.parse(Buffer.concat(chunks).toString()) as OtlpTrace);
      response.setHeader('content-type', 'application/json');
      response.end('{}');
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/** One request per trace out of requests that hold pieces of many. */
function byTrace(requests: readonly OtlpTrace[]): OtlpTrace[] {
  const traces = new Map<string, OtlpResourceSpans[]>();
  for (const resource of requests.flatMap((request) => request.resourceSpans)) {
    const attributes = resource.resource.attributes.filter((attribute) => KEPT_RESOURCE.test(attribute.key));
    for (const scope of resource.scopeSpans) {
      for (const [traceId, spans] of groupByTrace(scope.spans)) {
        const pieces = traces.get(traceId) ?? [];
        pieces.push({ resource: { attributes }, scopeSpans: [{ ...scope, spans }] });
        traces.set(traceId, pieces);
      }
    }
  }
  return [...traces.values()].map((resourceSpans) => ({ resourceSpans }));
}

function groupByTrace(spans: readonly OtlpSpan[]): Map<string, OtlpSpan[]> {
  const groups = new Map<string, OtlpSpan[]>();
  for (const span of spans) groups.set(span.traceId, [...(groups.get(span.traceId) ?? []), span]);
  return groups;
}

/** Whole, and with both ends of the hop. */
function crossesKafka(trace: OtlpTrace): boolean {
  const services = new Set(
    trace.resourceSpans.map((r) => r.resource.attributes.find((a) => a.key === 'service.name')?.value.stringValue),
  );
  const spans = trace.resourceSpans.flatMap((r) => r.scopeSpans).flatMap((s) => s.spans);
  const ids = new Set(spans.map((span) => span.spanId));
  const orphans = spans.filter((span) => span.parentSpanId && !ids.has(span.parentSpanId));
  return services.size === 4 && orphans.length === 0;
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
