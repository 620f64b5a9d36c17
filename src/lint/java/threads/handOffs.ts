import type { Finding } from '../../../model/finding';
import type { Call, Expression } from '../../../syntax/code/expression';
import type { SourceCode } from '../../code/sourceCode';
import type { CodeFunction } from '../../../syntax/code/code';
import type { FunctionPlace } from '../../code/program';
import { findingAt, relatedAt } from '../../report';
import { chainBefore, chainFrom, namesIn, useOf } from '../chains';
import { annotationOf, nameOfCall, outermost, typeAround, type CallPlace } from '../declarations';
import type { JavaCode } from '../javaCode';
import { asFindingEvidence, firstLine, whereIs } from '../places';
import { mechanismOf } from '../setup';
import { doesTracedWork } from '../spans/tracedWork';
import { HANDS_ON } from '../spring/asyncExecutors';
import { isStartUp } from '../spring/relevance';
import { callsOn, rootVariable } from '../spring/springClients';
import { isType, namesType, plainType } from '../typeNames';
import { declaredType } from '../variables';
import { coroutines } from './coroutines';
import type { HandOff } from './handOff';
import { givenByCallers } from './helpers';
import { deferredCalls, isMadePool, laterSteps, tasksIn } from './moreHandOffs';
import { parallelStreams } from './parallelStreams';
import { poolBeanOf } from './poolBeans';
import { taskOf } from './tasks';
import { goesOnForever, takesBatches } from './untraced';

const RULE = 'JAVA-ASYNC-NO-DECORATOR';
const MAX_RELATED = 20;
const FUTURE = 'java.util.concurrent.CompletableFuture';
const EXECUTORS = [
  'java.util.concurrent.Executor',
  'java.util.concurrent.ExecutorService',
  'java.util.concurrent.ThreadPoolExecutor',
  'java.util.concurrent.ScheduledExecutorService',
  'java.util.concurrent.ForkJoinPool',
  'org.springframework.core.task.TaskExecutor',
  'org.springframework.core.task.AsyncTaskExecutor',
  'org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor',
];

/** Code in the task, or around it, that takes the context along by hand. */
export const TAKEN_ALONG =
  /\bwithSpan(InScope)?\s*\(|makeCurrent\s*\(|setParent\s*\(|openScope\s*\(|parentObservation\s*\(|\.\s*wrap(Function|Supplier|Consumer|Callable)?\s*\(|ContextSnapshot|contextCapture|withContextCapture|setNoParent|newChild|maybeScope|attach\s*\(/;

/** Where nobody waits for a trace: timers, clean-up, what runs once. */
const PERIODIC = ['Scheduled', 'PreDestroy', 'Test', 'BeforeEach', 'EventListener'];

/**
 * JAVA-ASYNC-NO-DECORATOR: work that starts spans or sends something is handed to another thread that does not take the
 * context along. An agent takes it through executors and futures, but through no thread that is started by hand.
 */
export function lostOnOtherThreads(code: JavaCode): Finding[] {
  const mechanism = mechanismOf(code.setup, 'micrometer', 'starter', 'sdk', 'sleuth', 'quarkus', 'micronaut');
  const { agent } = code.setup;
  const at = agent ?? mechanism?.at;
  if (at === undefined || code.code.settings.coveredBy.has('CompletableFuture')) return [];
  const found = [...threads(code), ...(mechanism === undefined ? [] : [...futures(code), ...coroutines(code)])];
  const lost = eachCallOnce(found.filter((one) => isLost(code, one)));
  const title = mechanism?.row.title ?? agent!.text;
  const byBean = new Map<Call, { readonly bean: CallPlace; readonly users: HandOff[] }>();
  const single = lost.filter((one) => {
    const bean = one.byThread ? undefined : poolBeanOf(code, one, one.executor);
    if (bean === undefined) return true;
    const known = byBean.get(bean.call) ?? { bean, users: [] };
    known.users.push(one);
    byBean.set(bean.call, known);
    return false;
  });
  return [
    ...[...byBean.values()].map(({ bean: { source, call }, users }) =>
      findingAt(RULE, source, firstLine(source, call), {
        severity: 'warning',
        message: `Nothing hands the context on to the threads of this pool (\`${whereIs(source, at)}\`: ${title}): what it is given loses the trace of its caller.`,
        evidence: asFindingEvidence([at]),
        related: users
          .slice(0, MAX_RELATED)
          .map((one) => relatedAt(one.source, firstLine(one.source, one.call), 'Runs without the trace.')),
      }),
    ),
    ...single.map(({ source, call, what }) =>
      findingAt(RULE, source, firstLine(source, call), {
        severity: 'warning',
        message: `What \`${what}\` runs does not have the trace of its caller: nothing hands the context on to that thread (\`${whereIs(source, at)}\`: ${title}).`,
        evidence: asFindingEvidence([at]),
      }),
    ),
  ];
}

/** Of several steps of one stream or future one is enough. */
function eachCallOnce(found: readonly HandOff[]): HandOff[] {
  const seen = new Set<Call>();
  return found.filter(
    ({ call }) => !seen.has(call) && !chainBefore(call).some((before) => seen.has(before)) && seen.add(call),
  );
}

/** `new Thread(task).start()`, `Thread.startVirtualThread(task)`, `Thread.ofVirtual().start(task)`. */
function threads(code: JavaCode): HandOff[] {
  const made = code
    .calls('Thread')
    .filter((place) => place.call.isNew && isPlainThread(place.source, place.call.callee) && isStarted(place))
    .flatMap((place) => taskAmong(place, 'new Thread()', true));
  const virtual = [...code.calls('startVirtualThread'), ...code.calls('start'), ...code.calls('startVirtual')].filter(
    ({ source, call }) =>
      /^(java\.lang\.)?Thread\.(startVirtualThread$|of(Virtual|Platform)\(\))/.test(source.textOf(call.callee)),
  );
  const inKotlin = code
    .calls('thread')
    .filter(({ source, call: { callee } }) => source.path.endsWith('.kt') && isKotlinsThread(source, callee));
  return [
    ...made,
    ...virtual.flatMap((place) => taskAmong(place, 'Thread', true)),
    ...inKotlin.flatMap((place) => {
      const task = place.call.args.at(-1)?.value;
      return task === undefined ? [] : [{ ...place, what: 'thread', task, byThread: true }];
    }),
  ];
}

/** `thread { … }` of Kotlin's library. */
function isKotlinsThread(source: SourceCode, callee: Expression): boolean {
  return (
    /^(kotlin\.concurrent\.)?thread$/.test(source.textOf(callee)) && /\bkotlin\.concurrent\b/.test(source.code.text)
  );
}

/** Started in its chain, or later by its variable. */
function isStarted(place: CallPlace): boolean {
  const { source, function: fn } = place;
  const chain = chainFrom(place);
  if (namesIn(chain).includes('start')) return true;
  const use = useOf(source, fn, chain.at(-1)!);
  if (use.kind !== 'variable') return false;
  return callsOn(source, fn, use.name).some((one) => nameOfCall(one) === 'start');
}

function isPlainThread(source: SourceCode, callee: Expression): boolean {
  return source.textOf(callee).replace(/^java\.lang\./, '') === 'Thread';
}

/** A pool that is made or taken where it is used. */
const MADE_POOL = /^(java\.util\.concurrent\.)?(Executors\s*\.\s*new\w+|ForkJoinPool\s*\.\s*commonPool)\s*\(/;

/** Futures and executors that no agent watches. */
function futures(code: JavaCode): HandOff[] {
  const async = [...code.calls('supplyAsync'), ...code.calls('runAsync')]
    .filter(({ source, call: { callee } }) => callee.kind === 'member' && namesType(source, callee.object, FUTURE))
    .filter((place) => isBareExecutor(code, place, place.call.args[1]?.value))
    .flatMap((place) =>
      taskAmong(place, `CompletableFuture.${nameOfCall(place.call)}()`, false, place.call.args[1]?.value),
    );
  const pools = [...code.calls('submit'), ...code.calls('execute')].filter((place) => isOnPool(code, place));
  const lists = [...code.calls('invokeAll'), ...code.calls('invokeAny')].filter((place) => isOnPool(code, place));
  return [
    ...async,
    ...laterSteps(code).filter((place) => isBareExecutor(code, place, place.executor)),
    ...deferredCalls(code).filter((place) => isBareExecutor(code, place, undefined)),
    ...parallelStreams(code).filter((place) => isBareExecutor(code, place, undefined)),
    ...lists.flatMap((place) => allAmong(place)),
    ...pools.flatMap((place) => taskAmong(place, `${nameOfCall(place.call)}()`, false, receiverOf(place.call))),
  ];
}

function taskAmong(place: CallPlace, what: string, byThread: boolean, executor?: Expression): HandOff[] {
  const task = place.call.args.map(({ value }) => value).find(({ kind }) => kind !== 'text' && kind !== 'literal');
  return task === undefined ? [] : [{ ...place, what, task, byThread, ...(executor && { executor }) }];
}

function allAmong(place: CallPlace): HandOff[] {
  const { source, function: fn, call } = place;
  const [list] = call.args;
  const executor = receiverOf(call);
  const what = `${nameOfCall(call)}()`;
  return (list === undefined ? [] : tasksIn(source, fn, list.value)).map((task) => ({
    ...place,
    what,
    task,
    byThread: false,
    ...(executor && { executor }),
  }));
}

/** The variable of a pool; what is made where it is used is no bean. */
function receiverOf({ callee }: Call): Expression | undefined {
  return callee.kind === 'member' && callee.object.kind !== 'call' ? callee.object : undefined;
}

function isOnPool(code: JavaCode, place: CallPlace): boolean {
  const { source, function: fn, call } = place;
  if (call.callee.kind !== 'member') return false;
  const root = rootVariable(call.callee);
  if (call.callee.object.kind === 'call')
    return MADE_POOL.test(source.textOf(call.callee.object)) && isBareExecutor(code, place, call.callee.object);
  if (root === undefined) return false;
  const type = declaredType(source, fn, call.callee.object);
  const isPool = type === undefined ? isMadePool(place, call.callee.object) : isExecutor(source, type);
  return isPool && isBareExecutor(code, place, call.callee.object);
}

function isExecutor(source: SourceCode, type: string): boolean {
  return EXECUTORS.some((name) => isType(source, plainType(type), name));
}

/** Quarkus and Micronaut give out executors that hand the context on; what code makes itself is none of theirs. */
function isOfFramework(code: JavaCode, { source }: CallPlace, executor: Expression): boolean {
  if (mechanismOf(code.setup, 'quarkus', 'micronaut') === undefined) return false;
  const root = rootVariable(executor) ?? source.textOf(executor).replace(/^this\./, '');
  return !new RegExp(`\\b${root.replace(/\W/g, '')}\\s*=\\s*(new\\b|(\\w+\\.)*Executors\\b)`).test(source.code.text);
}

/** No executor is the common pool. Where something of the process wraps executors, which of them it is stays unknown. */
function isBareExecutor(code: JavaCode, place: CallPlace, executor: Expression | undefined): boolean {
  const { source } = place;
  if (executor === undefined) return true;
  if (isOfFramework(code, place, executor)) return false;
  if (HANDS_ON.test(source.textOf(executor)) || /Traced|Tracing|Managed|Context/.test(source.textOf(executor)))
    return false;
  if (mechanismOf(code.setup, 'sleuth') !== undefined) return false;
  return !code.program.sources.some(({ code: { text } }) => HANDS_ON.test(text) || /ManagedExecutor/.test(text));
}

function isLost(code: JavaCode, { source, function: fn, call, task, byThread, what }: HandOff): boolean {
  if (code.setup.agent !== undefined && !byThread) return false;
  if (HANDS_ON.test(source.textOf(call)) || !isHandedBare({ source, function: fn, call })) return false;
  const own = isTraced(code, { source, function: fn }) ? taskOf(code, { source, function: fn, call }, task) : [];
  const given = givenByCallers(code, { source, function: fn, call, task, byThread, what })
    .filter(({ caller }) => isTraced(code, caller) && isHandedBare(caller))
    .map((one) => one.task);
  return [...own, ...given].some(
    (one) =>
      !TAKEN_ALONG.test(withoutOwnSpans(one.source.textOf(one.function))) &&
      !goesOnForever(one) &&
      doesTracedWork(code, one.source, one.function),
  );
}

/** Whether a function may have the trace of a caller. */
function isTraced(code: JavaCode, place: FunctionPlace): boolean {
  const { source, function: fn } = place;
  return !isStartUp(source, fn) && mayBeTraced(source, fn) && !takesBatches(code, place);
}

/** Whether nothing takes the context along at a call, or before it. */
function isHandedBare({ source, function: fn, call }: CallPlace): boolean {
  return !TAKEN_ALONG.test(source.textOf(call)) && !isTakenBefore(source, outermost(source, fn), call);
}

/** A span of the task's own that it makes current is no context that was taken along. */
function withoutOwnSpans(text: string): string {
  if (!/\b(spanBuilder|nextSpan|startScopedSpan)\s*\(/.test(text) || /setParent\s*\(|nextSpan\s*\(\s*\w/.test(text))
    return text;
  return text.replace(/makeCurrent\s*\(|withSpan(InScope)?\s*\(/g, '');
}

/** `Runnable task = Context.current().wrap(this::send)` before it, or headers that are written before it. */
function isTakenBefore(source: SourceCode, outer: CodeFunction, call: Call): boolean {
  return /Context\s*\.\s*current\s*\(\)|ContextSnapshot|captureAll\s*\(|\binject\w*\s*\(/.test(
    source.textOf({ start: outer.start, end: call.end }),
  );
}

/** Constructors, set-up, timers and loops of background threads have no caller whose trace matters. */
export function mayBeTraced(source: SourceCode, fn: CodeFunction): boolean {
  for (const at of [fn, ...source.around(fn)]) {
    if (at.modifiers.includes('constructor') || annotationOf(at, ...PERIODIC, 'Bean', 'PostConstruct') !== undefined)
      return false;
    if (
      /^(start|init|run|main|afterPropertiesSet|onApplicationEvent|doStart|initialize|stop|close|shutdown)$/.test(
        at.name,
      )
    )
      return false;
  }
  const type = typeAround(source, fn);
  return fn.id !== 0 && type !== undefined && annotationOf(type, 'Configuration', 'SpringBootTest') === undefined;
}
