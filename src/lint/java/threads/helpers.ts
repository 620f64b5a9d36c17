import type { CodeFunction } from '../../../syntax/code/code';
import type { FunctionPlace } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import { typeAround, type CallPlace } from '../declarations';
import type { JavaCode } from '../javaCode';
import { lastPart, plainType } from '../typeNames';
import { declaredType } from '../variables';
import type { HandOff } from './handOff';
import { taskOf } from './tasks';

/** More callers than this by name are those of other methods. */
const MAX_CALLERS = 40;

/** Work that a helper is given by one of its callers, and hands to another thread. */
export interface GivenTask {
  readonly caller: CallPlace;
  readonly task: FunctionPlace;
}

/**
 * What callers give a helper that hands it on: `void async(Runnable task) { pool.submit(task); }`, also where the helper calls
 * it in a lambda of its own.
 */
export function givenByCallers(code: JavaCode, handOff: HandOff): readonly GivenTask[] {
  const found = parameterOf(handOff);
  if (found === undefined) return [];
  const { helper, index } = found;
  const callers = code.calls(helper.name).filter((one) => isCallOf(code, one, handOff.source, helper));
  if (callers.length > MAX_CALLERS) return [];
  return callers.flatMap((caller) => {
    const { args } = caller.call;
    // Kotlin's last lambda stands behind the parentheses, whatever was left out between.
    const given = index === helper.parameters.length - 1 ? (args[index] ?? args.at(-1)) : args[index];
    return given === undefined ? [] : taskOf(code, caller, given.value).map((task) => ({ caller, task }));
  });
}

/** The method around, and which of its parameters is run. */
function parameterOf({
  source,
  function: fn,
  task,
}: HandOff): { readonly helper: CodeFunction; readonly index: number } | undefined {
  for (const helper of [fn, ...source.around(fn)]) {
    if (helper.id === 0 || helper.name === '') continue;
    const index = helper.parameters.findIndex(({ name }) => isRun(source, task, name));
    if (index >= 0) return { helper, index };
  }
  return undefined;
}

function isRun(source: SourceCode, task: HandOff['task'], name: string): boolean {
  if (task.kind === 'name') return task.name === name;
  if (task.kind !== 'function' || !/^\w+$/.test(name)) return false;
  const text = source.textOf(source.code.functions[task.function]!);
  return new RegExp(`(?<![.\\w])${name}(\\s*\\.\\s*(run|call|get|apply|accept|invoke|execute))?\\s*\\(`).test(text);
}

/** By the class that it is called on; where that is not known, as the only method of its name. */
function isCallOf(
  { program }: JavaCode,
  { source, function: fn, call }: CallPlace,
  home: SourceCode,
  helper: CodeFunction,
): boolean {
  if (call.isNew) return false;
  const owner = home.typeOf(helper)?.name;
  const { callee } = call;
  if (owner === undefined) return program.functionsNamed(helper.name).length === 1;
  const isOwn = callee.kind === 'name' || (callee.kind === 'member' && isSelf(source.textOf(callee.object)));
  const around = typeAround(source, call);
  if (isOwn) return around !== undefined && [around.name, ...around.bases.map(simple)].includes(owner);
  if (callee.kind !== 'member') return false;
  const written = declaredType(source, fn, callee.object) ?? source.textOf(callee.object);
  const bases = home.typeOf(helper)!.bases.map(simple);
  return [owner, ...bases].includes(simple(written));
}

function isSelf(text: string): boolean {
  return text === 'this' || text === 'super';
}

function simple(type: string): string {
  return lastPart(plainType(type));
}
