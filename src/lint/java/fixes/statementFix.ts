import type { Fix, FixEdit } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Call } from '../../../syntax/code/expression';
import { indentAt, insertAt, newlineOf, replace } from '../../code/edits';
import { statementOf } from '../../code/parents';
import type { SourceCode } from '../../code/sourceCode';
import type { Use } from '../chains';
import { nameOfCall } from '../declarations';
import { lastPart } from '../typeNames';

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
    if (!mayCall(source.textOf(statement), use.name, nameOfCall(call))) return [];
    const line = `${newline}${indent}${use.name}.${written};`;
    return [{ title, edits: [...more, insertAt(source, statement.end, line)] }];
  }
  if (use.kind !== 'returned' || statement.kind !== 'return' || fn.returns === undefined) return [];
  const [value] = statement.values;
  if (value === undefined) return [];
  const lines = [
    `${typeToHold(source.textOf(value), fn.returns)} ${variable} = ${source.textOf(value)};`,
    `${indent}${variable}.${written};`,
    `${indent}return ${variable};`,
  ];
  return [{ title, edits: [...more, replace(source, statement, lines.join(newline))] }];
}

/** Whether a variable has the type of what it holds: one of an interface may not have the method. */
function mayCall(statement: string, name: string, made: string | undefined): boolean {
  const declared = new RegExp(`([\\w.]+)\\s*(?:<[^=;]*>)?\\s+${name}\\s*=`).exec(statement)?.[1];
  return declared === undefined || declared === 'var' || declared === 'final' || lastPart(declared) === made;
}

/** The type of `new T<>(…)` where a method returns it as something wider, with that one's arguments. */
function typeToHold(value: string, returns: string): string {
  const [, type, given] = /^new\s+([\w.]+)\s*(<[^(]*>)?\s*\(/.exec(value) ?? [];
  const [, wide, own = ''] = /^([\w.]+)\s*(<.*>)?$/s.exec(returns.trim()) ?? [];
  if (type === undefined || wide === undefined || lastPart(type) === lastPart(wide)) return returns;
  return given === undefined ? type : type + (/^<\s*>$/.test(given) ? own : given);
}
