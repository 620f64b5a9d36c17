import { trace } from '@opentelemetry/api';
import { work } from '../shared/random';

const tracer = trace.getTracer('orders-api');
const waiting: string[] = [];

/** Loses the context: lines of many requests wait here until one timer writes them. */
export function auditLater(line: string): void {
  waiting.push(line);
}

/** Writes what waits, once a second. */
export function startAudit(): void {
  setInterval(() => void flushAudit(), 1_000);
}

async function flushAudit(): Promise<void> {
  for (const line of waiting.splice(0)) await writeLine(line);
}

/** A root span: to which of the orders this line belongs, no trace can tell. */
function writeLine(line: string): Promise<void> {
  return tracer.startActiveSpan('write audit line', async (span) => {
    await work(5, 15);
    span.setAttribute('shop.audit.length', line.length);
    span.end();
  });
}
