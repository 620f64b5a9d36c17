import type { FunctionPlace } from '../../code/program';
import type { ValuePlace } from './names';
import { argumentOf, type PythonCode } from './pythonCode';

/** More calls than these of one helper are not read. */
const MAX_CALLS = 60;

/** What a helper, which may be a method, is called with for one of its parameters, wherever calls are sure to go to it. */
export function givenToHelper(
  code: PythonCode,
  { source, function: helper }: FunctionPlace,
  name: string,
): readonly ValuePlace[] {
  const position = helper.parameters.findIndex((one) => one.name === name);
  const place = position - (helper.self !== undefined && helper.parameters[0]?.name === helper.self ? 1 : 0);
  const found: ValuePlace[] = [];
  const written = new RegExp(`\\b${helper.name}\\s*\\(`);
  for (const file of code.program.sources) {
    if (!file.has(written)) continue;
    for (const site of code.sitesIn(file)) {
      if (site.method !== helper.name || found.length >= MAX_CALLS) continue;
      const targets = code.functionsOf(file, site.function, site.call.callee, true);
      if (!targets.some((one) => one.source === source && one.function === helper)) continue;
      const value = argumentOf(site.call, name, place);
      if (value !== undefined) found.push({ source: file, function: site.function, value, how: 'value' });
    }
  }
  return found;
}
