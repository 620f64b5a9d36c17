import type { CodeFunction } from '../../syntax/code/code';
import type { Name } from '../../syntax/code/expression';
import type { SourceCode } from '../code/sourceCode';
import { expressionsIn, expressionsOf } from '../code/walk';

/** A place that names a variable. */
export interface VariableUse {
  readonly in: CodeFunction;
  readonly name: Name;
}

/** Where a variable is named, in its function and those inside it. */
export function usesOf(source: SourceCode, fn: CodeFunction, name: string): VariableUse[] {
  return source.within(fn).flatMap((inner) =>
    [...expressionsIn(inner.body)]
      .flatMap((one) => (one.kind === 'name' ? [...expressionsOf(one)] : []))
      .filter((one): one is Name => one.kind === 'name' && one.name === name)
      .map((one) => ({ in: inner, name: one })),
  );
}
