import { SpanStatusCode, context, trace } from '@opentelemetry/api';
import { oneIn, work } from '../shared/random';

const tracer = trace.getTracer('nightly');

/** Nights are short here: every two seconds. */
export function startNightlyJobs(): void {
  setInterval(() => void runJob('settlement', settleCards), 2_000);
}

/** Names its spans at run time, so only the frame of a recorded exception can tell which job it was. */
async function runJob(name: string, job: () => Promise<void>): Promise<void> {
  const span = tracer.startSpan(`nightly ${name}`, { root: true });
  try {
    await context.with(trace.setSpan(context.active(), span), job);
  } catch (error) {
    span.recordException(error as Error);
    span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
  } finally {
    span.end();
  }
}

async function settleCards(): Promise<void> {
  await work(20, 60);
  if (oneIn(3)) throw new Error('settlement file is locked');
}
