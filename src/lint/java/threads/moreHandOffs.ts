import type { CodeFunction } from '../../../syntax/code/code';
import type { Expression } from '../../../syntax/code/expression';
import { assignmentsIn } from '../../code/bindings';
import type { SourceCode } from '../../code/sourceCode';
import { chainBefore, chainFrom } from '../chains';
import { nameOfCall, variableName, type CallPlace } from '../declarations';
import type { JavaCode } from '../javaCode';
import { valuesOf } from '../properties';
import { mechanismOf } from '../setup';
import { callsOn } from '../spring/springClients';
import { namesType } from '../typeNames';
import type { HandOff } from './handOff';

const LATER = ['thenApplyAsync', 'thenAcceptAsync', 'thenRunAsync', 'thenComposeAsync', 'handleAsync'];
const DEFERRED = ['fromCallable', 'fromRunnable', 'fromSupplier'];
const PUBLISHERS = ['reactor.core.publisher.Mono', 'reactor.core.publisher.Flux'];

/** Code that has Reactor restore the context, or carries it along itself. */
const RESTORES = /enableAutomaticContextPropagation|contextCapture|contextWrite|deferContextual|ContextSnapshot/;

/** `future.thenApplyAsync(client::load)`: another thread runs the step. */
export function laterSteps(code: JavaCode): HandOff[] {
  return LATER.flatMap((name) => code.calls(name)).flatMap((place) => {
    const [task, executor] = place.call.args.map(({ value }) => value);
    if (place.call.callee.kind !== 'member' || task === undefined) return [];
    return [{ ...place, what: `${nameOfCall(place.call)}()`, task, byThread: false, ...(executor && { executor }) }];
  });
}

/** `Mono.fromCallable(() -> template.getForObject(…)).subscribeOn(Schedulers.boundedElastic())`. */
export function deferredCalls(code: JavaCode): HandOff[] {
  if (mechanismOf(code.setup, 'micrometer', 'starter', 'sdk') === undefined) return [];
  const auto = valuesOf(code.code.unit, 'spring.reactor.context-propagation').some(({ value }) => /auto/i.test(value));
  if (auto || code.program.sources.some(({ code: { text } }) => RESTORES.test(text))) return [];
  return DEFERRED.flatMap((name) => code.calls(name)).flatMap((place) => {
    const { source, call } = place;
    const { callee } = call;
    const task = call.args[0]?.value;
    if (callee.kind !== 'member' || !PUBLISHERS.some((name) => namesType(source, callee.object, name))) return [];
    const elsewhere = chainFrom(place).some(
      (step) =>
        nameOfCall(step) === 'subscribeOn' &&
        step.args.some(({ value }) =>
          /^Schedulers\.(boundedElastic|parallel|newBoundedElastic)\b/.test(source.textOf(value)),
        ),
    );
    return task === undefined || !elsewhere ? [] : [{ ...place, what: 'subscribeOn()', task, byThread: false }];
  });
}

/** The tasks of `pool.invokeAll(tasks)`: what is in the list, as far as the function shows it. */
export function tasksIn(source: SourceCode, fn: CodeFunction, list: Expression): readonly Expression[] {
  const name = variableName(list);
  if (name === undefined) return itemsOf(list);
  const made = [fn, ...source.around(fn)]
    .filter(({ id }) => id !== 0)
    .flatMap((scope) => assignmentsIn(scope).get(name) ?? [])
    .flatMap(({ value }) => (value === undefined ? [] : itemsOf(value)));
  const added = callsOn(source, fn, name)
    .filter((call) => nameOfCall(call) === 'add')
    .flatMap((call) => call.args.map(({ value }) => value));
  return [...made, ...added];
}

/** `List.of(a, b)`, `ids.stream().map(id -> () -> load(id)).toList()`. */
function itemsOf(value: Expression): readonly Expression[] {
  if (value.kind !== 'call') return [];
  return [...chainBefore(value), value].flatMap(({ args }) => args.map((one) => one.value));
}

/** `var pool = Executors.newFixedThreadPool(4)`, also in a `try`. */
export function isMadePool({ source, function: fn }: CallPlace, pool: Expression): boolean {
  const name = variableName(pool);
  if (name === undefined) return false;
  return [fn, ...source.around(fn)]
    .filter(({ id }) => id !== 0)
    .flatMap((scope) => assignmentsIn(scope).get(name) ?? [])
    .some(
      ({ value }) => value !== undefined && /^(java\.util\.concurrent\.)?Executors\.new/.test(source.textOf(value)),
    );
}
