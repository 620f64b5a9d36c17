import type { Annotation } from '../extract/annotations';
import { plainPath, type CallSite } from '../extract/callSite';
import type { Idiom } from '../extract/idioms';
import type { SourceFile } from '../extract/sourceFile';
import { child, children, type SourceText } from '../extract/sourceText';
import type { Made, VariableRules } from '../extract/variables';
import type { SyntaxNode } from '../syntaxNode';
import { unwrapped, type CsharpValues } from './values';

/** A C# file while its facts are collected. */
export interface CsharpFile extends SourceFile {
  readonly values: CsharpValues;
  readonly annotations: readonly Annotation[];
  /** `using Alias = Some.Type;` */
  readonly aliases: ReadonlyMap<string, string>;
}

/** A recogniser of calls, listed under the names it wants to see. */
export type CallIdiom = Idiom<CsharpFile>;

/** The value of the argument of a name, or at a position among those without names. */
export function argument(call: CallSite, file: CsharpFile, index: number, name: string): SyntaxNode | undefined {
  const named = call.args.find((candidate) => {
    const label = child(candidate, 'name');
    return label !== undefined && file.source.of(label) === name;
  });
  const found = named ?? (index < 0 ? undefined : call.args[index]);
  if (found === undefined || (named === undefined && child(found, 'name') !== undefined)) return undefined;
  return unwrapped(found);
}

/** How an expression is made: the call or construction it is. */
export function madeBy(node: SyntaxNode, source: SourceText): Made | undefined {
  const value = unwrapped(node);
  const isNew = value.type === 'object_creation_expression';
  if (!isNew && value.type !== 'invocation_expression') return undefined;
  const callee = child(value, isNew ? 'type' : 'function');
  const list = child(value, 'arguments') ?? children(value).find((part) => part.type === 'argument_list');
  if (callee === undefined) return undefined;
  const by = plainPath(source.of(callee)).replace(/<[^]*$/, '');
  const receiverNode = callee.type === 'member_access_expression' ? child(callee, 'expression') : undefined;
  return { by, args: list === undefined ? [] : children(list), how: isNew ? 'new' : 'call', receiverNode };
}

/** How C#'s variables are read. */
export function variableRules(source: SourceText): VariableRules {
  return {
    madeBy: (value) => madeBy(value, source),
    typeName: (written) => {
      const name = written.replace(/<[^]*$|[?\s]+/g, '');
      return name === 'var' ? '' : name;
    },
    prefer: 'value',
  };
}
