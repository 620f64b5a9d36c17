import type { CodeFunction } from '../../../syntax/code/code';
import type { Expression } from '../../../syntax/code/expression';
import type { FunctionPlace } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import { expressionsOf } from '../../code/walk';
import { givenToHelper } from '../names/givenToHelpers';
import { givenFor } from '../names/givenValues';
import type { ValuePlace } from '../names/names';
import type { PythonCode } from '../names/pythonCode';

/** How far headers are followed: through variables of a function, and up through those who hand them in. */
const MAX_STEPS = 3;
const MAX_LEVELS = 3;

/** A parameter that a value is made of. */
interface Handed extends FunctionPlace {
  readonly name: string;
}

/**
 * Whether the headers of a call are made of a parameter that a caller fills with headers it put the context into: `_post(url,
 * headers)` under `inject(headers); await _post(url, headers)`.
 *
 * @param injects whether the statements of a caller, or of a function around it, put the context into something.
 */
export function isHandedIn(
  code: PythonCode,
  { source, function: fn }: FunctionPlace,
  headers: Expression,
  injects: (caller: FunctionPlace) => boolean,
  level = 0,
): boolean {
  if (level >= MAX_LEVELS) return false;
  return parametersIn(code, { source, function: fn, value: headers, how: 'value' }).some((handed) =>
    givenTo(code, handed).some(
      (given) => mayInject(given, injects) || isHandedIn(code, given, given.value, injects, level + 1),
    ),
  );
}

function mayInject({ source, function: fn }: FunctionPlace, injects: (caller: FunctionPlace) => boolean): boolean {
  return [fn, ...source.around(fn)].some((one) => one.id !== 0 && injects({ source, function: one }));
}

function givenTo(code: PythonCode, handed: Handed): readonly ValuePlace[] {
  const given = givenFor(code, handed.source, handed.function, handed.name);
  return given.length > 0 ? given : givenToHelper(code, handed, handed.name);
}

function parametersIn(code: PythonCode, { source, function: fn, value }: ValuePlace, steps = 0): readonly Handed[] {
  if (steps > MAX_STEPS) return [];
  return [...expressionsOf(value)].flatMap((part): readonly Handed[] => {
    if (part.kind !== 'name') return [];
    const values = code.names.valuesOf(source, fn, part).filter((one) => one.value !== value);
    const owner = ownerOf(source, fn, part.name);
    return [
      ...(owner === undefined ? [] : [{ source, function: owner, name: part.name }]),
      ...values.flatMap((one) => parametersIn(code, one, steps + 1)),
    ];
  });
}

/** The function whose parameter a name is. */
function ownerOf(source: SourceCode, fn: CodeFunction, name: string): CodeFunction | undefined {
  return [fn, ...source.around(fn)].find(({ parameters }) => parameters.some((one) => one.name === name));
}
