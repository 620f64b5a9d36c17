import type { CodeFunction, CodeType, Field } from '../../syntax/code/code';
import type { Expression } from '../../syntax/code/expression';
import type { SourceCode } from '../code/sourceCode';
import { statementsIn } from '../code/walk';
import { lastName } from './dotnetCode';

/** A value with the function in whose scope its names are known. */
export interface ScopedValue {
  readonly value: Expression;
  readonly function: CodeFunction;
}

/** A function in whose scope the fields of a type are: its constants are known there by their names. */
export function scopeOfFields(source: SourceCode, type: CodeType): CodeFunction {
  return source.code.functions.find((fn) => source.typeOf(fn) === type) ?? source.code.functions[type.function]!;
}

/**
 * What a field or property always is: what it is declared with, what it gives whoever reads it (`Name => "orders"`), or what
 * a constructor gives it, where nothing else of its type gives it another value.
 */
export function valueOfField(source: SourceCode, type: CodeType, field: Field): ScopedValue | undefined {
  if (field.value !== undefined) return { value: field.value, function: scopeOfFields(source, type) };
  const [getter, other] = membersOf(source, type).filter(({ name }) => name === field.name);
  if (getter !== undefined) {
    const [only, more] = getter.body;
    return other === undefined && more === undefined && only?.kind === 'return' && only.values[0] !== undefined
      ? { value: only.values[0], function: getter }
      : undefined;
  }
  const [given, another] = assignedTo(source, type, field);
  return another === undefined && given?.function.modifiers.includes('constructor') === true ? given : undefined;
}

/** All that the methods and constructors of a type give a field of it. */
export function assignedTo(source: SourceCode, type: CodeType, { name }: Field): ScopedValue[] {
  return membersOf(source, type).flatMap((fn) =>
    [...statementsIn(fn.body)].flatMap((statement) => {
      if (statement.kind !== 'assign' || statement.declares) return [];
      const [target] = statement.targets;
      const [value] = statement.values;
      const isField =
        target !== undefined &&
        lastName(target) === name &&
        (target.kind === 'name' || (target.kind === 'member' && /^(this|base)$/.test(lastName(target.object))));
      return isField && value !== undefined ? [{ value, function: fn }] : [];
    }),
  );
}

function membersOf(source: SourceCode, type: CodeType): CodeFunction[] {
  return source.code.functions.filter((fn) => source.typeOf(fn) === type);
}
