import type { CodeFunction } from '../../../syntax/code/code';
import type { SourceCode } from '../../code/sourceCode';
import type { ValuePlace } from './names';
import { argumentOf, lastPart, type PythonCode, type Site } from './pythonCode';

/** More callers than these speak of a helper for everything. */
const MAX_CALLS = 30;

/**
 * What callers give for a parameter: `OrdersClient(settings.ORDERS_URL)` for the `url` of `OrdersClient.__init__`. Empty
 * where the name of the function, or of the class it makes, is not the only one of its kind.
 */
export function givenFor(code: PythonCode, source: SourceCode, fn: CodeFunction, name: string): readonly ValuePlace[] {
  const position = fn.parameters.findIndex((parameter) => parameter.name === name);
  if (position < 0) return [];
  const called = calledAs(code, source, fn);
  if (called.length === 0) return [];
  const given = position - (fn.self !== undefined && fn.parameters[0]?.name === fn.self ? 1 : 0);
  const written = new RegExp(`\\b(${called.join('|')}|super)\\s*\\(`);
  const found: ValuePlace[] = [];
  for (const file of code.program.sources) {
    if (!file.has(written)) continue;
    for (const site of code.sitesIn(file)) {
      if (!called.includes(site.method) && !isSuperOf(site, called[0]!)) continue;
      const value = argumentOf(site.call, name, given);
      if (value !== undefined) found.push({ source: file, function: site.function, value, how: 'value' });
      if (found.length > MAX_CALLS) return [];
    }
  }
  return found;
}

/** `super().__init__(…)` in a class that extends another by name. */
function isSuperOf({ source, function: fn, call: { callee } }: Site, name: string): boolean {
  if (callee.kind !== 'member' || callee.name !== '__init__' || fn.name !== '__init__') return false;
  if (callee.object.kind !== 'call' || lastPart(callee.object.callee) !== 'super') return false;
  return source.typeOf(fn)?.bases.some((base) => lastDotted(base) === name) === true;
}

function lastDotted(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** The names that calls of a function are written with, where nothing else has them: those of its class and of the classes that take its constructor over. */
function calledAs({ program }: PythonCode, source: SourceCode, fn: CodeFunction): readonly string[] {
  if (fn.name === '__init__') {
    const type = source.typeOf(fn);
    if (type === undefined || program.typesNamed(type.name).length !== 1) return [];
    const heirs = program.sources.flatMap((file) =>
      file.code.types.filter((one) => {
        if (!one.bases.some((base) => lastDotted(base) === type.name)) return false;
        return !file.code.functions.some((method) => method.type === one.id && method.name === '__init__');
      }),
    );
    return [type.name, ...heirs.map((one) => one.name)];
  }
  if (!/^\w{4,}$/.test(fn.name) || fn.type !== undefined) return [];
  return program.functionsNamed(fn.name).length === 1 ? [fn.name] : [];
}
