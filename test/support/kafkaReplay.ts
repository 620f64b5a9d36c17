import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot, type Log } from './cacheFolder';
import type { OtlpTrace } from './otlpJson';

/** Stands in the recorded spans for the folder the services ran in. */
export const RECORDED_FOLDER = '/app';

/** Whole traces through Kafka, recorded from the shop with a real broker by `test/start/recordKafka.ts`. */
export const kafkaTracesFile = path.join(projectRoot, 'test', 'fixtures', 'shop', 'kafka-traces.json');

/**
 * The same traces again, two a second, as of now and as of this machine: new trace ids, fresh times, the shop's folder
 * in place of the recorded one. For machines without a broker.
 */
export function replayKafkaTraces(options: { readonly endpoint: string }, log: Log): { stop(): void } {
  const folder = path.join(projectRoot, 'test', 'workspaces', 'shop').replaceAll('\\', '/');
  const recorded = JSON.parse(
    readFileSync(kafkaTracesFile, 'utf8').replaceAll(`"${RECORDED_FOLDER}/`, `"${folder}/`),
  ) as readonly OtlpTrace[];
  let next = 0;
  let complained = false;
  const timer = setInterval(() => {
    const trace = recorded[next++ % recorded.length];
    if (!trace) return;
    send(options.endpoint, asOfNow(trace)).catch((error: unknown) => {
      if (!complained) log(`a recorded trace was not taken: ${(error as Error).message}`);
      complained = true;
    });
  }, 500);
  return { stop: () => clearInterval(timer) };
}

/** The trace with a new id and all its times moved so that it ends now. */
export function asOfNow(trace: OtlpTrace): OtlpTrace {
  const spans = trace.resourceSpans.flatMap((r) => r.scopeSpans).flatMap((s) => s.spans);
  const end = spans.reduce(
    (last, span) => (BigInt(span.endTimeUnixNano) > last ? BigInt(span.endTimeUnixNano) : last),
    0n,
  );
  const shift = BigInt(Date.now()) * 1_000_000n - end;
  const traceId = randomBytes(16).toString('hex');
  const moved = (time: string): string => String(BigInt(time) + shift);
  return {
    resourceSpans: trace.resourceSpans.map((resource) => ({
      ...resource,
      scopeSpans: resource.scopeSpans.map((scope) => ({
        ...scope,
        spans: scope.spans.map((span) => ({
          ...span,
          traceId,
          startTimeUnixNano: moved(span.startTimeUnixNano),
          endTimeUnixNano: moved(span.endTimeUnixNano),
          events: span.events?.map((event) => ({ ...event, timeUnixNano: moved(event.timeUnixNano) })) ?? [],
          links: span.links?.map((link) => ({ ...link, traceId })) ?? [],
        })),
      })),
    })),
  };
}

async function send(endpoint: string, trace: OtlpTrace): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${endpoint}/v1/traces`, { method: 'POST', headers, body: JSON.stringify(trace) });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
}
