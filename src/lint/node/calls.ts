import { pushTo } from '../../base/tables/pushTo';
import { hasName } from '../../base/texts/hasName';
import type { CodeFunction } from '../../syntax/code/code';
import type { Expression } from '../../syntax/code/expression';
import type { Program } from '../code/program';
import type { SourceCode } from '../code/sourceCode';

/**
 * The calls of a function by its name, in the whole program.
 *
 * @param beside only in files that contain this as well, as the name of the module it comes from: others are not parsed.
 */
export function callsOf(program: Program, name: string, beside = ''): readonly CallIn[] {
  let known = foundCalls.get(program);
  if (known === undefined) foundCalls.set(program, (known = new Map<string, readonly CallIn[]>()));
  const key = `${name}\0${beside}`;
  let found = known.get(key);
  if (found === undefined) {
    // Most files that have `init` have `initialize`, and need not be parsed.
    const files = program.sources.filter(
      (source) => source.code.text.includes(beside) && (filesCalls.has(source) || hasName(source.code.text, name)),
    );
    known.set(key, (found = files.flatMap((source) => callsByName(source).get(name) ?? [])));
  }
  return found;
}

/** What was asked of a program: each parameter that is followed asks for the calls of its function. */
const foundCalls = new WeakMap<Program, Map<string, readonly CallIn[]>>();
const filesCalls = new WeakMap<SourceCode, ReadonlyMap<string, readonly CallIn[]>>();

/** A file's calls by the last part of what they call. */
function callsByName(source: SourceCode): ReadonlyMap<string, readonly CallIn[]> {
  const known = filesCalls.get(source);
  if (known !== undefined) return known;
  const found = new Map<string, CallIn[]>();
  for (const fn of source.code.functions) {
    for (const call of source.callsIn(fn)) {
      const { callee } = call;
      if (callee.kind !== 'name' && callee.kind !== 'member') continue;
      pushTo(found, callee.name, { source, function: fn, call });
    }
  }
  filesCalls.set(source, found);
  return found;
}

/** A call with where it stands. */
export interface CallIn {
  readonly source: SourceCode;
  readonly function: CodeFunction;
  readonly call: Extract<Expression, { kind: 'call' }>;
}

/** What is made of each call in some files, in their order; undefined for calls that say nothing. */
export function atEachCall<T extends object>(
  sources: readonly SourceCode[],
  of: (at: CallIn) => T | readonly T[] | undefined,
): T[] {
  return sources.flatMap((source) =>
    source.code.functions.flatMap((fn) =>
      source.callsIn(fn).flatMap((call) => of({ source, function: fn, call }) ?? []),
    ),
  );
}
