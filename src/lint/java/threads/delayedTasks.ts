import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Expression } from '../../../syntax/code/expression';
import { assignmentsIn } from '../../code/bindings';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt, relatedAt } from '../../report';
import { annotationOf, attributeOf, typeAround, variableName, type CallPlace } from '../declarations';
import type { JavaCode } from '../javaCode';
import { asFindingEvidence, firstLine, whereIs } from '../places';
import { mechanismOf } from '../setup';
import { doesTracedWork } from '../spans/tracedWork';
import { HANDS_ON, isDecorated } from '../spring/asyncExecutors';
import { isStartUp } from '../spring/relevance';
import { isType, namesType, plainType } from '../typeNames';
import { declaredType } from '../variables';
import { mayBeTraced, TAKEN_ALONG } from './handOffs';
import { taskOf } from './tasks';

const POOL = 'org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler';
const SCHEDULERS = [POOL, 'org.springframework.scheduling.TaskScheduler'];

/** A moment that is told from now: what follows from the request, not a date that somebody chose. */
const FROM_NOW =
  /\b(Instant|LocalDateTime|ZonedDateTime|OffsetDateTime)\s*\.\s*now\s*\([^)]*\)\s*\.\s*plus|currentTimeMillis\s*\(\s*\)\s*\+|\.\s*instant\s*\(\s*\)\s*\.\s*plus/;

/** Names of schedulers whose tasks are the process's own. */
const HOUSEKEEPING =
  /heart_?-?beat|keep_?-?alive|broker|stomp|web_?-?socket|clean|metric|monitor|health|cron|poll|refresh/i;

const PUBLISHES = /\b\w*(publisher|producer|sender|messagingTemplate)\s*\.\s*(publish|send|convertAndSend)\w*\s*\(/i;

const MAX_RELATED = 20;

/**
 * JAVA-ASYNC-NO-DECORATOR for schedulers: a bean of Spring's scheduler that decorates no tasks, where code has it do once,
 * some time from now, what a request asked for.
 */
export function undecoratedSchedulers(code: JavaCode): Finding[] {
  const mechanism = mechanismOf(code.setup, 'micrometer');
  if (mechanism === undefined || code.code.settings.coveredBy.has('@Async') || isDecorated(code)) return [];
  const beans = code.calls('ThreadPoolTaskScheduler').filter((place) => isBareBean(place));
  if (beans.length === 0) return [];
  const delayed = code.calls('schedule').filter((place) => isDelayedWork(code, place));
  return beans.flatMap((bean) => {
    const users = delayed.filter((place) => mayBeGiven(code, place, bean));
    if (users.length === 0) return [];
    return [
      findingAt('JAVA-ASYNC-NO-DECORATOR', bean.source, firstLine(bean.source, bean.call), {
        severity: 'warning',
        message: `This ThreadPoolTaskScheduler has no task decorator that hands the context on (\`${whereIs(bean.source, mechanism.at)}\`: ${mechanism.row.title}): what it does later for a request loses the trace of that.`,
        evidence: asFindingEvidence([mechanism.at]),
        related: users
          .slice(0, MAX_RELATED)
          .map(({ source, call }) => relatedAt(source, firstLine(source, call), 'Runs later without the trace.')),
      }),
    ];
  });
}

function isBareBean({ source, function: fn, call }: CallPlace): boolean {
  if (!call.isNew || !namesType(source, call.callee, POOL) || annotationOf(fn, 'Bean') === undefined) return false;
  const text = source.textOf(fn);
  return /Scheduler\s*$/.test(fn.returns ?? '') && !HANDS_ON.test(text) && !HOUSEKEEPING.test(text);
}

/** `scheduler.schedule(task, Instant.now().plus(delay))` with a task that is traced, or is what a caller gives. */
function isDelayedWork(code: JavaCode, place: CallPlace): boolean {
  const { source, function: fn, call } = place;
  const [task, when] = call.args.map(({ value }) => value);
  if (call.callee.kind !== 'member' || call.args.length !== 2 || task === undefined || when === undefined) return false;
  const type = declaredType(source, fn, call.callee.object);
  if (type === undefined || !SCHEDULERS.some((name) => isType(source, plainType(type), name))) return false;
  if (!FROM_NOW.test(textOfValue(source, fn, when)) || isStartUp(source, fn) || !mayBeTraced(source, fn)) return false;
  if (HANDS_ON.test(source.code.text) || TAKEN_ALONG.test(source.textOf(fn))) return false;
  if (isGiven(source, fn, task)) return true;
  return taskOf(code, place, task).some(
    (one) =>
      runsWhatIsGiven(one.source, one.function) ||
      publishes(one.source, one.function) ||
      doesTracedWork(code, one.source, one.function),
  );
}

function textOfValue(source: SourceCode, fn: CodeFunction, value: Expression): string {
  const name = variableName(value);
  const assigned = name === undefined ? undefined : assignmentsIn(fn).get(name);
  const values = (assigned ?? []).flatMap((one) => one.value ?? []);
  return [value, ...values].map((one) => source.textOf(one)).join('\n');
}

/** A parameter of the method around it. */
function isGiven(source: SourceCode, fn: CodeFunction, task: Expression): boolean {
  const name = task.kind === 'name' ? task.name : undefined;
  return name !== undefined && isTaskParameter(source, fn, name);
}

function isTaskParameter(source: SourceCode, fn: CodeFunction, name: string): boolean {
  return [fn, ...source.around(fn)].some((scope) =>
    scope.parameters.some((one) => one.name === name && /^(Runnable|Callable|Supplier)\b/.test(one.type ?? '')),
  );
}

/** `() -> action.run()` of a method that is given the action. */
function runsWhatIsGiven(source: SourceCode, fn: CodeFunction): boolean {
  return source
    .callsIn(fn)
    .some(
      ({ callee }) =>
        callee.kind === 'member' &&
        /^(run|call|get)$/.test(callee.name) &&
        callee.object.kind === 'name' &&
        isTaskParameter(source, fn, callee.object.name),
    );
}

/** Whether a task, or a method of its class that it calls, gives something to a publisher, whose context goes along. */
function publishes(source: SourceCode, fn: CodeFunction): boolean {
  const type = typeAround(source, fn);
  const called = source.callsIn(fn).flatMap(({ callee }) => (callee.kind === 'name' ? [callee.name] : []));
  const own = source.code.functions.filter((one) => called.includes(one.name) && typeAround(source, one) === type);
  return [fn, ...own].some((one) => PUBLISHES.test(source.textOf(one)));
}

/**
 * Whether what schedules may have been given this bean. Where somebody asks for it by its name, that is whoever does, or what
 * makes the scheduling class there or beside the bean; a file that asks for others is not given it.
 */
function mayBeGiven(code: JavaCode, user: CallPlace, { source, function: fn }: CallPlace): boolean {
  const bean = annotationOf(fn, 'Bean');
  const named = attributeOf(bean, 'name') ?? attributeOf(bean, 'value');
  const name = named?.kind === 'text' ? (named.value ?? '') : fn.name;
  const askers = code.program.sources.filter((one) => one !== source && askedIn(one).includes(name));
  if (askers.length === 0) return askedIn(user.source).length === 0;
  const type = typeAround(user.source, user.call)?.name ?? '';
  return [...askers, source].some((one) => one === user.source || new RegExp(`\\b${type}\\b`).test(one.code.text));
}

/** The beans that a file asks for by their names. */
function askedIn(source: SourceCode): readonly string[] {
  const found = source.code.text.matchAll(/@(?:Qualifier|Named|Resource)\s*\(\s*(?:name\s*=\s*)?"([^"]+)"/g);
  return [...found].map(([, name]) => name!);
}
