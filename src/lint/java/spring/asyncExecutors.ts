import type { Finding, Fix, RelatedPlace } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Expression } from '../../../syntax/code/expression';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt, relatedAt } from '../../report';
import { useOf, chainFrom } from '../chains';
import type { AnnotatedPlace } from '../callIndex';
import { annotationOf, attributeOf, nameOfCall, type CallPlace } from '../declarations';
import { importClass } from '../fixes/imports';
import { callAfterMaking } from '../fixes/statementFix';
import type { JavaCode } from '../javaCode';
import { asFindingEvidence, firstLine, whereIs } from '../places';
import { isSwitchedOn } from '../properties';
import { mechanismOf, type Mechanism } from '../setup';
import { doesTracedWork } from '../spans/tracedWork';
import { lastPart, namesType, plainType } from '../typeNames';
import { declaredType } from '../variables';

const RULE = 'JAVA-ASYNC-NO-DECORATOR';

/** More call sites than this say nothing more. */
const MAX_RELATED = 20;

const DECORATOR = 'TaskDecorator';

const EXECUTOR =
  /^(\w+\.)*(Executor|ExecutorService|(Async|ThreadPool|SimpleAsync|Concurrent)?TaskExecutor|TaskExecutorAdapter)$/;

/** What makes an executor of Spring's of one of Java's. */
const ADAPTER = /\bnew\s+([\w.]+\.)?(TaskExecutorAdapter|ConcurrentTaskExecutor)\s*\(/;

const POOLS =
  /^(newFixedThreadPool|newCachedThreadPool|newSingleThreadExecutor|newWorkStealingPool|newVirtualThreadPerTaskExecutor|newThreadPerTaskExecutor)$/;

/**
 * Words of what hands the context on to other threads. The propagators of an SDK write headers, and Reactor's hook is heard
 * by Reactor's own operators: neither says anything of executors.
 */
export const HANDS_ON =
  /TaskDecorator|ContextExecutorService|ContextAware\w*|taskWrapping|ContextSnapshot|Traceable\w*Executor|LazyTrace|(?<!W3CTrace|W3CBaggage|Automatic)ContextPropagat(?!ors\b)|CurrentTraceContext|Context\.current\(\)\.wrap/;

/** Words of decorators for logs, users and requests, and of what else may hand a trace on. */
const COPIES_LOGS = /\b(MDC|ThreadContext|SecurityContextHolder|RequestContextHolder)\b/;
const OF_LOGS = /\b\w*(ContextMap|ThreadContext|SecurityContext|RequestContext|MDC|[mM]dc)\w*(\.(get|set|create)\w*)?/g;
const TAKES_CONTEXT =
  /Context|Snapshot|Span|Scope|Trac|Observation|Propagat|Baggage|super|wrap|decorate\(\w+\.|elegate/;

/**
 * JAVA-ASYNC-NO-DECORATOR: under Micrometer Tracing, and under OpenTelemetry's starter, which instruments no executors,
 * `@Async` methods run without the context of their callers, unless their executor decorates its tasks.
 */
export function undecoratedExecutors(code: JavaCode): Finding[] {
  const mechanism = mechanismOf(code.setup, 'micrometer', 'starter');
  if (mechanism === undefined || code.code.settings.coveredBy.has('@Async')) return [];
  if (isDecorated(code)) return [];
  const isWrapped = hasWrappingConfigurer(code);
  const methods = code
    .annotatedWith('Async')
    .filter(({ annotation }) => !isWrapped || attributeOf(annotation, 'value') !== undefined);
  if (methods.length === 0) return [];
  // Only work that would be seen in the trace: the starter's own context is all that is lost.
  const isSeen = ({ source, function: fn }: AnnotatedPlace): boolean =>
    fn !== undefined && doesTracedWork(code, source, fn);
  if (mechanism.name === 'starter' && !methods.some(isSeen)) return [];
  const own = executorBeans(code);
  const bare = own.filter((place) => !handsOn(code, place));
  const found = bare.flatMap((place) => ofExecutor(place, runs(methods, place, own), mechanism));
  return own.length > 0 ? found : ofBootExecutor(code, methods, mechanism);
}

/** A configurer's executor, which wraps another, runs all methods that name none. */
function hasWrappingConfigurer({ program }: JavaCode): boolean {
  return program
    .functionsNamed('getAsyncExecutor')
    .some(({ source, function: fn }) => HANDS_ON.test(source.textOf(fn)));
}

/** A bean post-processor that decorates all executors, or a decorator bean, which Boot gives to those it makes. */
export function isDecorated(code: JavaCode): boolean {
  if (isSwitchedOn(code.code.unit, 'spring.task.execution.propagate-context')) return true;
  return code.program.sources.some(
    ({ code: { text } }) =>
      (/\bBeanPostProcessor\b/.test(text) && /Executor/.test(text)) || /TaskExecutor\w*Customizer/.test(text),
  );
}

/** Whether what makes an executor has it hand the context on. */
function handsOn(code: JavaCode, { source, function: fn }: CallPlace): boolean {
  const text = source.textOf(fn);
  if (!HANDS_ON.test(text)) return false;
  const given = source
    .callsIn(fn)
    .filter((call) => nameOfCall(call) === 'setTaskDecorator')
    .flatMap(({ args }) => args.map(({ value }) => value));
  if (given.length === 0) return true;
  // What is only declared or called so says nothing: what decorators do is looked for in their code.
  const said = text.replace(/\bsetTaskDecorator\b|\bTaskDecorator\s+\w+/g, '');
  if (HANDS_ON.test(given.reduce((rest, value) => rest.replaceAll(source.textOf(value), ''), said))) return true;
  return !given.every((value) => copiesLogsOnly(code, source, fn, value));
}

/** A decorator whose code is here, and takes nothing along but what logs say, who the user is or which request it is. */
function copiesLogsOnly(code: JavaCode, source: SourceCode, fn: CodeFunction, given: Expression): boolean {
  if (given.kind === 'function') return hasLogsOnly(source.textOf(given));
  const made = given.kind === 'call' && given.isNew ? nameOfCall(given) : declaredType(source, fn, given);
  if (made === undefined) return false;
  const [type] = code.program.typesNamed(lastPart(plainType(made)));
  if (type !== undefined) return hasLogsOnly(type.source.textOf(type.type).replaceAll(type.type.name, ''));
  const [only, more] = lastPart(plainType(made)) === DECORATOR ? decoratorsOf(code) : [];
  return only !== undefined && more === undefined && hasLogsOnly(only);
}

function hasLogsOnly(text: string): boolean {
  return COPIES_LOGS.test(text) && !TAKES_CONTEXT.test(text.replace(OF_LOGS, ''));
}

/** The code of the decorators that a process has: its classes of that kind, and what beans make without one of them. */
function decoratorsOf({ program }: JavaCode): string[] {
  const sources = program.sources.filter((source) => source.has(DECORATOR));
  const types = sources.flatMap((source) =>
    source.code.types.filter(({ bases }) => bases.includes(DECORATOR)).map((type) => ({ source, type })),
  );
  const names = types.map(({ type }) => type.name).filter((name) => name !== '');
  const beans = sources.flatMap((source) =>
    source.code.functions
      .filter((fn) => fn.returns === DECORATOR && annotationOf(fn, 'Bean') !== undefined)
      .map((fn) => source.textOf(fn))
      .filter((text) => !names.some((name) => text.includes(name))),
  );
  return [...types.map(({ source, type }) => source.textOf(type).replaceAll(type.name, '')), ...beans];
}

/** Executors that beans or `getAsyncExecutor` give. */
function executorBeans(code: JavaCode): CallPlace[] {
  const made = [
    ...code.calls('ThreadPoolTaskExecutor').filter(({ call }) => call.isNew),
    ...code.calls('SimpleAsyncTaskExecutor').filter(({ call }) => call.isNew),
    ...['newFixedThreadPool', 'newCachedThreadPool', 'newSingleThreadExecutor', 'newVirtualThreadPerTaskExecutor']
      .flatMap((name) => code.calls(name))
      .filter(({ source, call }) => isPool(source, call)),
  ];
  return made.filter((place) => {
    const { source, function: fn } = place;
    const isBean = annotationOf(fn, 'Bean') !== undefined || fn.name === 'getAsyncExecutor';
    if (!isBean || !EXECUTOR.test((fn.returns ?? '').trim())) return false;
    const use = useOf(source, fn, chainFrom(place).at(-1)!);
    return use.kind === 'returned' || use.kind === 'variable' || use.kind === 'argument';
  });
}

function isPool(source: CallPlace['source'], call: CallPlace['call']): boolean {
  const { callee } = call;
  if (callee.kind !== 'member' || !POOLS.test(callee.name)) return false;
  return namesType(source, callee.object, 'java.util.concurrent.Executors');
}

/**
 * The methods that an executor runs: those that name it, and if it is the default those that name none. Spring takes the only
 * TaskExecutor for the default, and of several the one that is called so; a pool of Java's is none (getDefaultExecutor in
 * spring-aop's AsyncExecutionAspectSupport).
 */
function runs(
  methods: readonly AnnotatedPlace[],
  { source, function: fn, call }: CallPlace,
  all: readonly CallPlace[],
): AnnotatedPlace[] {
  const isOfSpring = call.isNew === true || ADAPTER.test(source.textOf(fn));
  const isDefault = all.some((one) => isDefaultByName(one.function)) ? isDefaultByName(fn) : isOfSpring;
  return methods.filter(({ annotation }) => {
    const wanted = attributeOf(annotation, 'value');
    if (wanted === undefined) return isDefault;
    return wanted.kind !== 'text' || isCalled(fn, wanted.value ?? '');
  });
}

function isDefaultByName(fn: CodeFunction): boolean {
  return fn.name === 'getAsyncExecutor' || isCalled(fn, 'taskExecutor') || annotationOf(fn, 'Primary') !== undefined;
}

function ofExecutor(place: CallPlace, users: readonly AnnotatedPlace[], mechanism: Mechanism): Finding[] {
  const { source, call } = place;
  // Who uses one of Spring's may not be among the files.
  if (users.length === 0 && call.isNew !== true) return [];
  const finding = findingAt(RULE, source, firstLine(source, call), {
    severity: 'warning',
    message: `This ${nameOfCall(call) === 'ThreadPoolTaskExecutor' ? 'ThreadPoolTaskExecutor' : 'executor'} has no ${decoratorOf(mechanism)} (\`${whereIs(source, mechanism.at)}\`: ${mechanism.row.title}): what it runs loses the trace of its caller.`,
    evidence: asFindingEvidence([mechanism.at]),
    fixes: mechanism.name === 'micrometer' ? decoratorFix(place) : [],
    related: relatedMethods(users),
  });
  return [finding];
}

function decoratorOf({ name }: Mechanism): string {
  return name === 'micrometer' ? 'ContextPropagatingTaskDecorator' : 'task decorator that hands the context on';
}

/** Only Spring's own executors take a decorator. */
function decoratorFix(place: CallPlace): Fix[] {
  const { source, function: fn, call } = place;
  if (!/^(ThreadPool|SimpleAsync)TaskExecutor$/.test(nameOfCall(call) ?? '')) return [];
  // It has one that hands on something else: a second would replace it.
  if (source.callsIn(fn).some((one) => nameOfCall(one) === 'setTaskDecorator')) return [];
  const decorator = importClass(source, 'org.springframework.core.task.support.ContextPropagatingTaskDecorator');
  const use = useOf(source, fn, chainFrom(place).at(-1)!);
  if (use.kind !== 'variable') return [];
  const written = `setTaskDecorator(new ${decorator.name}())`;
  return callAfterMaking({ ...place, use }, 'Have it hand the context on', written, 'executor', decorator.edits);
}

/** Whether a bean has this name. */
function isCalled(fn: CodeFunction, name: string): boolean {
  if (name === fn.name) return true;
  const bean = annotationOf(fn, 'Bean');
  const named = attributeOf(bean, 'name') ?? attributeOf(bean, 'value');
  return named?.kind === 'text' && named.value === name;
}

/** The executor that Boot makes takes a decorator that is a bean. */
function ofBootExecutor(code: JavaCode, methods: readonly AnnotatedPlace[], mechanism: Mechanism): Finding[] {
  if (code.program.sources.some(({ code: { text } }) => HANDS_ON.test(text))) return [];
  // Without it `@Async` methods run in the thread of their caller; the class that has it may not be among the files.
  if (code.annotatedWith('EnableAsync').length === 0 && code.annotatedWith('SpringBootApplication').length > 0)
    return [];
  const working = methods.filter(
    ({ source: file, function: fn }) => fn !== undefined && doesTracedWork(code, file, fn),
  );
  const [first, ...others] = working;
  if (first === undefined) return [];
  const { source, annotation } = first;
  return [
    findingAt(RULE, source, firstLine(source, annotation), {
      severity: 'warning',
      message: `No ${decoratorOf(mechanism)} bean is there for the executor of \`@Async\` methods (\`${whereIs(source, mechanism.at)}\`: ${mechanism.row.title}): they lose the trace of their caller.`,
      evidence: asFindingEvidence([mechanism.at]),
      related: relatedMethods(others),
    }),
  ];
}

function relatedMethods(methods: readonly AnnotatedPlace[]): RelatedPlace[] {
  return methods
    .slice(0, MAX_RELATED)
    .map(({ source, annotation }) => relatedAt(source, firstLine(source, annotation), 'Runs without the trace.'));
}
