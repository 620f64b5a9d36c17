import { plainPath, type CallSite } from '../extract/callSite';
import type { Idiom } from '../extract/idioms';
import { children, type SourceText } from '../extract/sourceText';
import type { Made, VariableRules } from '../extract/variables';
import type { JvmFile } from '../jvm/file';
import type { SyntaxNode } from '../syntaxNode';
import type { KotlinValues } from './values';

/** A Kotlin file while its facts are collected. */
export interface KotlinFile extends JvmFile {
  readonly values: KotlinValues;
  /** The whole syntax tree. */
  readonly root: SyntaxNode;
}

/** A recogniser of calls, listed under the names it wants to see. */
export type CallIdiom = Idiom<KotlinFile>;

/** The argument of a name, or at a position among those without one; `value` of an annotation is also the first. */
export function argument(call: CallSite, index: number, name: string, source: SourceText): SyntaxNode | undefined {
  const isNamed = (node: SyntaxNode): boolean => /^\s*\w+\s*=(?!=)/.test(source.of(node));
  const named = call.args.find((node) => isNamed(node) && source.of(node).trimStart().startsWith(name));
  return named ?? (index < 0 ? undefined : call.args.filter((node) => !isNamed(node))[index]);
}

/** The items that an annotation gives for an attribute; all those without a name are `value`. */
export function givenItems(
  call: CallSite,
  name: string,
  file: { source: SourceText; values: KotlinValues },
): SyntaxNode[] {
  const nameOf = (node: SyntaxNode): string | undefined => /^\s*(\w+)\s*=(?!=)/.exec(file.source.of(node))?.[1];
  const named = call.args.filter((node) => nameOf(node) === name);
  const chosen = named.length > 0 || name !== 'value' ? named : call.args.filter((node) => nameOf(node) === undefined);
  return chosen.flatMap((node) => file.values.items(node));
}

/** How Kotlin's variables are read. */
export function variableRules(source: SourceText): VariableRules {
  return {
    madeBy: (value) => madeBy(value, source),
    typeName: (written) => written.replace(/<[^]*$|[\s?]+/g, ''),
    prefer: 'type',
  };
}

function madeBy(node: SyntaxNode, source: SourceText): Made | undefined {
  const [callee, list] = children(node);
  if (callee === undefined) return undefined;
  const by = plainPath(source.of(callee)).replace(/<[^]*$/, '');
  const args = list?.type === 'value_arguments' ? children(list) : [];
  const receiverNode = callee.type === 'navigation_expression' ? children(callee)[0] : undefined;
  return { by, args, how: /^[A-Z]\w*$/.test(by) ? 'new' : 'call', receiverNode };
}
