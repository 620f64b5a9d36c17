import type { CodeFunction } from '../../../syntax/code/code';
import type { SourceCode } from '../../code/sourceCode';
import type { ValuePlace } from './names';
import { argumentOf, type PythonCode } from './pythonCode';

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
  if (called === undefined) return [];
  const given = position - (fn.self !== undefined && fn.parameters[0]?.name === fn.self ? 1 : 0);
  const written = new RegExp(`\\b${called}\\s*\\(`);
  const found: ValuePlace[] = [];
  for (const file of code.program.sources) {
    if (!file.has(written)) continue;
    for (const site of code.sitesIn(file)) {
      if (site.method !== called) continue;
      const value = argumentOf(site.call, name, given);
      if (value !== undefined) found.push({ source: file, function: site.function, value, how: 'value' });
      if (found.length > MAX_CALLS) return [];
    }
  }
  return found;
}

/** The name that calls of a function are written with, where nothing else has it. */
function calledAs({ program }: PythonCode, source: SourceCode, fn: CodeFunction): string | undefined {
  if (fn.name === '__init__') {
    const type = source.typeOf(fn);
    return type !== undefined && program.typesNamed(type.name).length === 1 ? type.name : undefined;
  }
  if (!/^\w{4,}$/.test(fn.name) || fn.type !== undefined) return undefined;
  return program.functionsNamed(fn.name).length === 1 ? fn.name : undefined;
}
