import type { Fix, FixEdit } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Call } from '../../../syntax/code/expression';
import { indentAt, insertAt, newlineOf, replace } from '../../code/edits';
import { statementOf } from '../../code/parents';
import type { SourceCode } from '../../code/sourceCode';
import type { Use } from '../chains';

/** An object that is made, and what becomes of it. */
export interface Made {
  readonly source: SourceCode;
  readonly function: CodeFunction;
  readonly call: Call;
  readonly use: Use;
}

/**
 * Calls something on an object right after it is made: `template.setObservationEnabled(true);`. One that is returned at once
 * is put into a variable first.
 *
 * @param variable what that variable is called.
 */
export function callAfterMaking(
  { source, function: fn, call, use }: Made,
  title: string,
  written: string,
  variable: string,
  more: readonly FixEdit[] = [],
): Fix[] {
  const statement = statementOf(fn, call);
  if (statement === undefined || fn.id === 0) return [];
  const newline = newlineOf(source);
  const indent = indentAt(source, statement.start);
  if (use.kind === 'variable' || use.kind === 'field') {
    const line = `${newline}${indent}${use.name}.${written};`;
    return [{ title, edits: [...more, insertAt(source, statement.end, line)] }];
  }
  if (use.kind !== 'returned' || statement.kind !== 'return' || fn.returns === undefined) return [];
  const [value] = statement.values;
  if (value === undefined) return [];
  const lines = [
    `${fn.returns} ${variable} = ${source.textOf(value)};`,
    `${indent}${variable}.${written};`,
    `${indent}return ${variable};`,
  ];
  return [{ title, edits: [...more, replace(source, statement, lines.join(newline))] }];
}
