import type { CodeFunction } from '../../syntax/code/code';
import type { Call } from '../../syntax/code/expression';
import { dotted } from '../code/names';
import type { SourceCode } from '../code/sourceCode';
import type { NodeCode } from './nodeCode';

/** A method that a decorator stands on. */
export interface Decorated {
  readonly source: SourceCode;
  readonly function: CodeFunction;
}

/**
 * The methods that a decorator's call of the original runs: `original.apply(this, args)` in `Traced` stands for each method
 * that is marked `@Traced()`. None where the call is no such call.
 */
export function decoratedBy(
  { program }: NodeCode,
  source: SourceCode,
  fn: CodeFunction,
  { callee }: Call,
): Decorated[] {
  if (
    callee.kind !== 'member' ||
    !/^(apply|call)$/.test(callee.name) ||
    !source.has(/\bdescriptor\b|PropertyDescriptor/)
  )
    return [];
  const decorator = [fn, ...source.around(fn)].filter(({ id, name }) => id !== 0 && name !== '').at(-1);
  if (decorator === undefined || !/descriptor/i.test(source.textOf(decorator))) return [];
  const { name } = decorator;
  return program.sources
    .filter((one) => one.has(`@${name}`))
    .flatMap((one) =>
      one.code.functions
        .filter(({ annotations }) =>
          annotations.some((mark) => dotted(mark.kind === 'call' ? mark.callee : mark) === name),
        )
        .map((method) => ({ source: one, function: method })),
    );
}
