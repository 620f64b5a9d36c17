import { valuesOf } from '../properties';
import { fieldNamed, nameOfCall, variableName, type CallPlace } from '../declarations';
import type { JavaCode } from '../javaCode';
import type { HandOff } from './handOff';

/** What starts a coroutine, or moves one, and takes the context it is to have. */
const BUILDERS = ['launch', 'async', 'withContext', 'future', 'produce', 'runBlocking'];

/** A scope that has no caller's context: `CoroutineScope(Dispatchers.IO)`, also as it is kept, and `GlobalScope`. */
const OWN_SCOPE = /^(GlobalScope|(kotlinx\.coroutines\.)?(CoroutineScope|MainScope)\s*\([^]*\))$/;

/** A dispatcher by its name: `Dispatchers.IO`, `ioDispatcher`, `executor.asCoroutineDispatcher()`. */
const DISPATCHER = /\bDispatchers\.(IO|Default|Unconfined)\b|[dD]ispatcher\b|asCoroutineDispatcher\(\)/;

/** What carries the trace along in a coroutine's context: of OpenTelemetry, Micrometer and Reactor. */
const CARRIES =
  /\basContextElement\s*\(|\w*ContextElement\b|\bThreadContextElement\b|enableAutomaticContextPropagation/;

/**
 * Kotlin's coroutines that run on another dispatcher, where nothing of the process puts the trace into a coroutine's
 * context: `launch(Dispatchers.IO) { … }` without `Context.current().asContextElement()`.
 */
export function coroutines(code: JavaCode): HandOff[] {
  const { program } = code;
  if (!program.sources.some(({ path }) => path.endsWith('.kt'))) return [];
  if (valuesOf(code.code.unit, 'spring.reactor.context-propagation').some(({ value }) => value.trim() === 'auto'))
    return [];
  if (program.sources.some(({ code: { text } }) => CARRIES.test(text))) return [];
  return BUILDERS.flatMap((name) => code.calls(name)).flatMap((place): HandOff[] => {
    const { source, call } = place;
    const task = call.args.at(-1)?.value;
    const [context] = call.args;
    if (!source.path.endsWith('.kt') || task?.kind !== 'function') return [];
    const isMoved = context !== undefined && context.value !== task && DISPATCHER.test(source.textOf(context));
    if (!isMoved && !isInOwnScope(place)) return [];
    return [{ ...place, what: `${nameOfCall(call)}()`, task, byThread: false }];
  });
}

/** `scope.launch { … }` where the scope is made without a caller's context. */
function isInOwnScope({ source, function: fn, call: { callee } }: CallPlace): boolean {
  if (callee.kind !== 'member') return false;
  const { object } = callee;
  if (OWN_SCOPE.test(source.textOf(object))) return true;
  const name = variableName(object);
  const kept = name === undefined ? undefined : fieldNamed(source, fn, name)?.value;
  return kept !== undefined && OWN_SCOPE.test(source.textOf(kept));
}
