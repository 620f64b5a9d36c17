import type { Finding } from '../../../model/finding';
import { dotted } from '../../code/names';
import { findingAt, relatedAt } from '../../report';
import { firstLine } from '../evidenceAt';
import { isHandMade } from '../handMade';
import type { NodeCode } from '../nodeCode';
import { isAside } from '../serverSide';
import { calledFunction, possibleValues } from '../values';
import { atEachCall, callsOf, type CallIn } from '../calls';
import { importsOne } from '../loadedModules';

const LIBRARY = /^(bullmq|bull|@nestjs\/bull(mq)?)$/;

/** What hands the context on with every job. */
const CARRIES = /bullmq-otel|BullMQOtel|instrumentation-bullmq|BullMQInstrumentation/i;

/** The context in a job's data, by whatever name. */
export const IN_DATA =
  /trace_?(parent|context|carrier)|carrier|\binject\w*trac|otel_?(context|carrier|headers)|_otel\b/i;

/** Jobs that no request asks for. */
const SCHEDULED = /\b(repeat|every|cron|pattern|scheduler)\b/i;
const AT_START = /schedul|cron|bootstrap|^on(Module|Application)|^init|recover|^main$|^start$|backfill|retry|requeue/i;

/**
 * Rule 31: a project that puts the context into the data of its jobs forgot it in some of them. That it carries the context
 * by hand at all shows that jobs are meant to be traced; where no job carries it, QUEUE-CTX-LOSS tells of the queue.
 */
export function forgottenJobFindings(node: NodeCode): Finding[] {
  if (!node.isTraced || node.tracing.distribution !== undefined) return [];
  const { sources } = node.program;
  if (sources.some((source) => source.has(CARRIES))) return [];
  const jobs = atEachCall(
    sources.filter(
      (source) => importsOne(source, ['bull'], ({ from }) => LIBRARY.test(from)) && !isAside(node.code.unit, source),
    ),
    (at) => (isJob(at) ? at : undefined),
  );
  const carrying = jobs.find((job) => carries(node, job));
  if (carrying === undefined) return [];
  return jobs
    .filter((job) => !carries(node, job) && isAskedFor(job) && node.runsInNode(job.source))
    .map(({ source, call }) =>
      findingAt('MSG-NO-INJECT', source, firstLine(source, call), {
        severity: 'warning',
        message:
          'This job carries no trace context, as others of the project do in their data: what works it off begins a new trace.',
        related: [relatedAt(carrying.source, firstLine(carrying.source, carrying.call), 'a job that carries it')],
      }),
    );
}

/** `queue.add(name, data, options)`. */
function isJob({ function: fn, call }: CallIn): boolean {
  const { callee, args } = call;
  if (fn.id === 0 || callee.kind !== 'member' || !/^add(Bulk)?$/.test(callee.name)) return false;
  if (!/queue/i.test(dotted(callee.object)?.split('.').at(-1) ?? '')) return false;
  return args.length >= (callee.name === 'add' ? 2 : 1);
}

/** Whether a job is put in for a request, and not by a timer, a schedule or a start. */
export function isAskedFor({ source, function: fn, call }: CallIn): boolean {
  const around = [fn, ...source.around(fn)].map(({ name }) => name);
  return !around.some((name) => AT_START.test(name)) && !SCHEDULED.test(source.textOf(call));
}

/** Whether the data has the context: as it is written here, where it is put together, or as callers give it. */
function carries(node: NodeCode, { source, function: fn, call }: CallIn): boolean {
  const { program, code } = node;
  if (IN_DATA.test(source.textOf(fn)) || isHandMade(program, source, fn, 'inject', code.settings)) return true;
  const given = call.args
    .slice(0, 2)
    .flatMap(({ value }) => possibleValues(program, { source, function: fn, expression: value }));
  if (given.some((one) => IN_DATA.test(one.source.textOf(one.expression)))) return true;
  if (fn.name === '' || fn.parameters.length === 0) return false;
  return callsOf(program, fn.name).some((caller) => {
    if (calledFunction(program, caller.source, caller.function, caller.call.callee)?.function !== fn) return false;
    return (
      IN_DATA.test(caller.source.textOf(caller.function)) ||
      isHandMade(program, caller.source, caller.function, 'inject', code.settings)
    );
  });
}
