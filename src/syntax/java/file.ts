import { plainPath, type CallSite } from '../extract/callSite';
import type { Idiom } from '../extract/idioms';
import { child, children, type SourceText } from '../extract/sourceText';
import type { Made, VariableRules } from '../extract/variables';
import type { JvmFile } from '../jvm/file';
import type { SyntaxNode } from '../syntaxNode';
import type { JavaValues } from './values';

/** A Java file while its facts are collected. */
export interface JavaFile extends JvmFile {
  readonly values: JavaValues;
}

/** A recogniser of calls, listed under the names it wants to see. */
export type CallIdiom = Idiom<JavaFile>;

/** An annotation's attribute; `value` is also the one given without a name. */
export function attribute(site: CallSite, name: string, source: SourceText): SyntaxNode | undefined {
  for (const argument of site.args) {
    if (argument.type !== 'element_value_pair') {
      if (name === 'value') return argument;
      continue;
    }
    const key = child(argument, 'key');
    if (key !== undefined && source.of(key) === name) return child(argument, 'value');
  }
  return undefined;
}

function madeBy(node: SyntaxNode, source: SourceText): Made | undefined {
  const isNew = node.type === 'object_creation_expression';
  const list = child(node, 'arguments');
  const args = list === undefined ? [] : children(list);
  if (isNew) {
    const type = child(node, 'type');
    const by = type === undefined ? '' : source.of(type).replace(/<[^]*$/, '');
    return { by, args, how: 'new', receiverNode: undefined };
  }
  const object = child(node, 'object');
  const name = child(node, 'name');
  if (name === undefined) return undefined;
  const by = object === undefined ? source.of(name) : `${plainPath(source.of(object))}.${source.of(name)}`;
  return { by, args, how: 'call', receiverNode: object };
}

/** How Java's variables are read. */
export function variableRules(source: SourceText): VariableRules {
  return {
    madeBy: (value) => madeBy(value, source),
    typeName: (written) => written.replace(/<[^]*$|\s+/g, ''),
    prefer: 'type',
  };
}
