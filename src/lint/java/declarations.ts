import type { CodeFunction, CodeType, Field } from '../../syntax/code/code';
import type { Call, Expression } from '../../syntax/code/expression';
import type { Piece } from '../../syntax/code/piece';
import type { SourceCode } from '../code/sourceCode';
import { lastPart } from './typeNames';

/** A call with the function and file it is in. */
export interface CallPlace {
  readonly source: SourceCode;
  readonly function: CodeFunction;
  readonly call: Call;
}

/** What is called: the method's or class's own name. */
export function nameOfCall({ callee }: Call): string | undefined {
  return callee.kind === 'name' || callee.kind === 'member' ? callee.name : undefined;
}

/** `Bean` of `@Bean`, `@Bean("x")` and `@org.springframework…Bean`. */
export function annotationName(annotation: Expression): string {
  const named = annotation.kind === 'call' ? annotation.callee : annotation;
  return named.kind === 'name' || named.kind === 'member' ? lastPart(named.name) : '';
}

/** An annotation of a declaration by its name. */
export function annotationOf(
  declaration: { readonly annotations: readonly Expression[] } | undefined,
  ...names: readonly string[]
): Expression | undefined {
  return declaration?.annotations.find((one) => names.includes(annotationName(one)));
}

/** An annotation's attribute; `value` is also the one that is given without a name. */
export function attributeOf(annotation: Expression | undefined, name: string): Expression | undefined {
  if (annotation?.kind !== 'call') return undefined;
  return annotation.args.find((arg) => arg.name === name || (arg.name === undefined && name === 'value'))?.value;
}

/** The inmost class with a name around a place. */
export function typeAround({ code }: SourceCode, { start }: Piece): CodeType | undefined {
  let found: CodeType | undefined;
  for (const type of code.types) {
    if (type.name === '' || start < type.start || start >= type.end) continue;
    if (found === undefined || type.start >= found.start) found = type;
  }
  return found;
}

/** A field of the classes around a place, the inmost class's first. */
export function fieldNamed(source: SourceCode, at: Piece, name: string): Field | undefined {
  return source.code.types
    .filter((type) => at.start >= type.start && at.start < type.end)
    .sort((a, b) => b.start - a.start)
    .map((type) => type.fields.find((field) => field.name === name))
    .find((field) => field !== undefined);
}

/** The name of a variable or field: `a`, `this.a`. */
export function variableName(expression: Expression): string | undefined {
  if (expression.kind === 'name') return expression.name;
  if (expression.kind !== 'member' || expression.object.kind !== 'name') return undefined;
  return expression.object.name === 'this' ? expression.name : undefined;
}

/** The method around a function that stands in another. */
export function outermost(source: SourceCode, fn: CodeFunction): CodeFunction {
  return [fn, ...source.around(fn)].filter(({ id }) => id !== 0).at(-1) ?? fn;
}
