import type { CodeFunction } from '../../syntax/code/code';
import type { SourceCode } from '../code/sourceCode';
import { calledName, type GoUnit } from './goUnit';

/** What takes something to run by the clock: `scheduler.Schedule(Task{Run: s.sweep})`, `cron.AddFunc("@daily", s.sweep)`. */
const BY_THE_CLOCK = /^(Schedule|ScheduleJob|ScheduleTask|AddFunc|AddCron|AddCronJob|RegisterCron|NewPeriodicJob)$/;

/** Whether a closure is written in what is handed to a scheduler: it is run with the scheduler's context. */
export function isScheduled(source: SourceCode, closure: CodeFunction): boolean {
  const outer = closure.parent === undefined ? undefined : source.code.functions[closure.parent];
  if (outer === undefined) return false;
  return source
    .callsIn(outer)
    .some(
      (call) =>
        BY_THE_CLOCK.test(calledName(call) ?? '') &&
        call.args.some(({ value }) => value.start <= closure.start && closure.end <= value.end),
    );
}

/** Whether a function is handed to a scheduler by its name. */
export function isScheduledByName(unit: GoUnit, fn: CodeFunction): boolean {
  for (const { source, call } of unit.callsLike(BY_THE_CLOCK)) {
    const named = new RegExp(`(?:\\.|^|[\\s,(])${fn.name}\\s*(?:[,})]|$)`);
    if (call.args.some(({ value }) => named.test(source.textOf(value)))) return true;
  }
  return false;
}
