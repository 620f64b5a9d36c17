import type { Finding } from '../../../model/finding';
import { qualified } from '../../code/names';
import { findingAt, relatedAt } from '../../report';
import { firstLine } from '../evidenceAt';
import type { NodeCode } from '../nodeCode';
import { callsOf } from '../values';

/** Rule 30: BullMQ queues whose jobs carry no context, where the worker is in the same workspace. */
export function queueFindings(node: NodeCode): Finding[] {
  if (!node.isTraced) return [];
  const made = (name: string): ReturnType<typeof callsOf> =>
    callsOf(node.program, name).filter(
      ({ source, function: fn, call }) =>
        call.isNew === true && qualified(source, fn, call.callee) === `bullmq.${name}`,
    );
  const [worker] = made('Worker');
  if (worker === undefined || node.program.sources.some(({ code }) => /bullmq-otel|BullMQOtel/.test(code.text)))
    return [];
  return made('Queue')
    .filter(({ source, call }) => !call.args.some(({ value }) => /telemetry/.test(source.textOf(value))))
    .map(({ source, call }) =>
      findingAt('QUEUE-CTX-LOSS', source, firstLine(source, call), {
        severity: 'hint',
        message:
          'Jobs of this queue carry no trace context: give queue and worker `telemetry: new BullMQOtel(…)` of bullmq-otel.',
        related: [relatedAt(worker.source, firstLine(worker.source, worker.call), 'the worker')],
      }),
    );
}
