import type { CodeFunction } from '../../syntax/code/code';
import type { Expression, Name } from '../../syntax/code/expression';
import type { Piece } from '../../syntax/code/piece';
import { assignmentsIn } from '../code/bindings';
import type { SourceCode } from '../code/sourceCode';
import { expressionsIn } from '../code/walk';
import { fieldNamed, variableName } from './declarations';

/** Where a variable's name stands in a function and those inside it; its declaration is one of them. */
export function mentionsOf(source: SourceCode, fn: CodeFunction, name: string): Name[] {
  return source
    .within(fn)
    .flatMap((inner) =>
      [...expressionsIn(inner.body)].filter((one): one is Name => one.kind === 'name' && one.name === name),
    );
}

/** The declared type of a variable, parameter or field; of `var` the class that is made. */
export function declaredType(source: SourceCode, fn: CodeFunction, at: Piece & Expression): string | undefined {
  const name = variableName(at);
  if (name === undefined) return undefined;
  for (const scope of [fn, ...source.around(fn)]) {
    const parameter = scope.parameters.find((one) => one.name === name);
    if (parameter) return parameter.type;
    const assigned = scope.id === 0 ? undefined : assignmentsIn(scope).get(name);
    if (assigned === undefined) continue;
    const said = assigned.find(({ type }) => type !== undefined)?.type;
    if (said !== undefined) return said;
    const made = assigned.map(({ value }) => value).find((value) => value?.kind === 'call' && value.isNew === true);
    if (made?.kind === 'call') return source.textOf(made.callee);
  }
  return fieldNamed(source, at, name)?.type;
}
