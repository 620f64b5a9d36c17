import type { CodeFunction } from '../../../syntax/code/code';
import type { Expression } from '../../../syntax/code/expression';
import { callsIn } from '../../code/walk';
import { classesOf } from '../names/classes';
import { argumentOf, lastPart, type PythonCode, type Site } from '../names/pythonCode';
import { carriesContext } from './passedContext';

/**
 * Whether a pool of threads gives them the context by itself: a class of one's own does in `submit`, which
 * `run_in_executor` calls too, or what the threads begin with (`initializer=`) sets it.
 */
export function takesContextAlong(code: PythonCode, { source, function: fn }: Site, pool: Expression): boolean {
  const classes = classesOf(code, source, fn, pool);
  if (classes.some((name) => submitsWithContext(code, name))) return true;
  const made = [{ source, function: fn, value: pool }, ...code.names.valuesOf(source, fn, pool)];
  return made.some((place) => {
    const begin = place.value.kind === 'call' ? argumentOf(place.value, 'initializer', 2) : undefined;
    if (begin === undefined) return false;
    if (begin.kind === 'function') return setsContext(place.source.code.functions[begin.function]!);
    return code.functionsOf(place.source, place.function, begin, true).some((one) => setsContext(one.function));
  });
}

function submitsWithContext(code: PythonCode, name: string): boolean {
  const types = code.program.typesNamed(name.slice(name.lastIndexOf('.') + 1));
  return types.some(({ source, type }) =>
    source.code.functions.some(
      (fn) =>
        fn.type === type.id &&
        fn.name === 'submit' &&
        source.within(fn).some((one) => carriesContext(code, source, one)),
    ),
  );
}

/** A function attaches a context, or sets all variables of one: `for var, value in ctx.items(): var.set(value)`. */
function setsContext(fn: CodeFunction): boolean {
  const called = new Set([...callsIn(fn.body)].map(({ callee }) => lastPart(callee)));
  return called.has('attach') || (called.has('set') && called.has('items'));
}
