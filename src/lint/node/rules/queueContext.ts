import type { Finding } from '../../../model/finding';
import { dotted, qualified } from '../../code/names';
import { findingAt, relatedAt } from '../../report';
import { firstLine } from '../evidenceAt';
import { bullTelemetry } from '../fixes/bullTelemetry';
import { isHandMade } from '../handMade';
import type { NodeCode } from '../nodeCode';
import { entryOf, possibleValues } from '../values';
import { callsOf, type CallIn } from '../calls';

const RULE = 'QUEUE-CTX-LOSS';

/** What hands the context on with BullMQ's jobs: its own telemetry, or an instrumentation of it. */
const CARRIES = /bullmq-otel|BullMQOtel|instrumentation-bullmq|BullMQInstrumentation/i;

/** The context among what a thread is given, by whatever name. */
const CARRIED = /traceparent|trace_?context|carrier|span_?context|\bextract\(/i;

/** Rule 30: jobs and messages to workers that carry no context, where the worker is in the same workspace. */
export function queueFindings(node: NodeCode): Finding[] {
  if (!node.isTraced || node.code.unheard?.has(RULE) === true) return [];
  return [...bullFindings(node), ...workerThreads(node), ...startedThreads(node)];
}

function bullFindings(node: NodeCode): Finding[] {
  const { sources } = node.program;
  if (sources.some((source) => source.has(CARRIES))) return [];
  const made = (name: string): CallIn[] =>
    callsOf(node.program, name, 'bullmq').filter(
      ({ source, function: fn, call }) =>
        call.isNew === true && qualified(source, fn, call.callee) === `bullmq.${name}`,
    );
  const workers = made('Worker');
  const worker = workers[0] ?? processorOf(node);
  if (worker === undefined) return [];
  // Nest makes all queues by the options that are given once.
  const nest = ['forRoot', 'forRootAsync']
    .flatMap((name) => callsOf(node.program, name, '@nestjs/bullmq'))
    .filter(({ call }) => dotted(call.callee)?.startsWith('BullModule.'));
  const queues = made('Queue');
  // Nest's workers did not always get the options of its module.
  const fixes = nest.length > 0 || workers.length === 0 ? [] : bullTelemetry(node.code.unit, queues, workers);
  return [...queues, ...nest.slice(0, 1)]
    .filter(({ source, call }) => !call.args.some(({ value }) => /telemetry/.test(source.textOf(value))))
    .map(({ source, call }) =>
      findingAt(RULE, source, firstLine(source, call), {
        severity: 'hint',
        message:
          'Jobs of this queue carry no trace context: give queue and worker `telemetry: new BullMQOtel(…)` of bullmq-otel.',
        related: [relatedAt(worker.source, firstLine(worker.source, worker.call), 'the worker')],
        fixes,
      }),
    );
}

/** Nest's `@Processor('mail')`. */
function processorOf(node: NodeCode): CallIn | undefined {
  for (const source of node.program.sources) {
    if (!source.code.text.includes('@Processor(')) continue;
    for (const type of source.code.types) {
      for (const one of type.annotations)
        if (one.kind === 'call' && dotted(one.callee) === 'Processor')
          return { source, function: source.code.functions[0]!, call: one };
    }
  }
  return undefined;
}

/** `worker.postMessage(job)` of `worker_threads`, where the other side starts spans. */
function workerThreads(node: NodeCode): Finding[] {
  const receiver = node.program.sources.find(
    ({ code: { text } }) =>
      /parentPort\??\s*\.\s*on\(\s*['"]message['"]/.test(text) && /startSpan|startActiveSpan/.test(text),
  );
  if (receiver === undefined) return [];
  return callsOf(node.program, 'postMessage', 'worker_threads')
    .filter(({ source, function: fn, call }) => {
      if (call.callee.kind !== 'member' || !node.runsInNode(source)) return false;
      const makers = possibleValues(node.program, { source, function: fn, expression: call.callee.object });
      const isWorker = makers.some(
        ({ expression, source: at, function: around }) =>
          expression.kind === 'call' &&
          /^(?:node:)?worker_threads\.Worker$/.test(qualified(at, around, expression.callee) ?? ''),
      );
      return isWorker && !isHandMade(node.program, source, fn, 'inject', node.code.settings);
    })
    .map(({ source, call }) =>
      findingAt(RULE, source, firstLine(source, call), {
        severity: 'hint',
        message:
          'What is sent to this thread carries no trace context, and spans are started there: inject it into the message, and extract it on the other side.',
        related: [{ file: receiver.path, range: receiver.range({ start: 0, end: 0 }), message: 'the thread' }],
      }),
    );
}

/** `new Worker(file, { workerData: job })` for a request, where the thread starts spans for what it is given. */
function startedThreads(node: NodeCode): Finding[] {
  const receiver = node.program.sources.find(
    (source) => source.has(/\bworkerData\b/) && source.has(/startSpan|startActiveSpan/) && !source.has(/new Worker\(/),
  );
  if (receiver === undefined || receiver.has(CARRIED)) return [];
  return callsOf(node.program, 'Worker', 'worker_threads')
    .filter(({ source, function: fn, call }) => {
      if (fn.id === 0 || call.isNew !== true || !node.runsInNode(source)) return false;
      if (!/^(?:node:)?worker_threads\.Worker$/.test(qualified(source, fn, call.callee) ?? '')) return false;
      const options = call.args[1]?.value;
      const data = options?.kind === 'object' ? entryOf(options, 'workerData') : undefined;
      if (data === undefined || CARRIED.test(source.textOf(fn))) return false;
      return !isHandMade(node.program, source, fn, 'inject', node.code.settings);
    })
    .map(({ source, call }) =>
      findingAt(RULE, source, firstLine(source, call), {
        severity: 'hint',
        message:
          'The `workerData` of this thread carries no trace context, and spans are started there: inject it into the data, and extract it on the other side.',
        related: [{ file: receiver.path, range: receiver.range({ start: 0, end: 0 }), message: 'the thread' }],
      }),
    );
}
