import type { Node } from 'web-tree-sitter';
import type { Annotation } from '../extract/annotations';
import { plainPath, type CallSite } from '../extract/callSite';
import type { Idiom } from '../extract/idioms';
import type { SourceFile } from '../extract/sourceFile';
import { children, type SourceText } from '../extract/sourceText';
import type { Made, VariableRules } from '../extract/variables';
import type { KotlinValues } from './values';

/** A Kotlin file while its facts are collected. */
export interface KotlinFile extends SourceFile {
  readonly values: KotlinValues;
  /** Annotations with what they stand on. */
  readonly annotations: readonly Annotation[];
}

/** A recogniser of calls, listed under the names it wants to see. */
export type CallIdiom = Idiom<KotlinFile>;

/** The argument of a name, or at a position among those without one; `value` of an annotation is also the first. */
export function argument(call: CallSite, index: number, name: string, source: SourceText): Node | undefined {
  const isNamed = (node: Node): boolean => /^\s*\w+\s*=(?!=)/.test(source.of(node));
  const named = call.args.find((node) => isNamed(node) && source.of(node).trimStart().startsWith(name));
  return named ?? (index < 0 ? undefined : call.args.filter((node) => !isNamed(node))[index]);
}

/** How Kotlin's variables are read. */
export function variableRules(source: SourceText): VariableRules {
  return {
    madeBy: (value) => madeBy(value, source),
    typeName: (written) => written.replace(/<[^]*$|[\s?]+/g, ''),
    prefer: 'type',
  };
}

function madeBy(node: Node, source: SourceText): Made | undefined {
  const [callee, list] = children(node);
  if (callee === undefined) return undefined;
  const by = plainPath(source.of(callee)).replace(/<[^]*$/, '');
  const args = list?.type === 'value_arguments' ? children(list) : [];
  const receiverNode = callee.type === 'navigation_expression' ? children(callee)[0] : undefined;
  return { by, args, how: /^[A-Z]\w*$/.test(by) ? 'new' : 'call', receiverNode };
}
