import type { CallSite } from '../extract/callSite';
import type { Idiom } from '../extract/idioms';
import type { SourceFile } from '../extract/sourceFile';
import { child, children, type SourceText } from '../extract/sourceText';
import type { Made, VariableRules } from '../extract/variables';
import type { SyntaxNode } from '../syntaxNode';
import { rubyPath } from './outline';
import type { RubyValues } from './values';

/** A Ruby file while its facts are collected. */
export interface RubyFile extends SourceFile {
  readonly values: RubyValues;
}

/** A recogniser of calls, listed under the names it wants to see. */
export type CallIdiom = Idiom<RubyFile>;

/** Arguments given by position. */
export function positional(call: CallSite): SyntaxNode[] {
  return call.args.filter(
    ({ type }) => type !== 'pair' && type !== 'block_argument' && !type.endsWith('splat_argument'),
  );
}

/** A keyword argument's value: `kind` of `in_span("x", kind: :client)`. */
export function keyword(call: CallSite, name: string, source: SourceText): SyntaxNode | undefined {
  for (const argument of call.args) {
    const key = argument.type === 'pair' ? child(argument, 'key') : undefined;
    if (key !== undefined && source.of(key).replace(/^:|["']/g, '') === name) return child(argument, 'value');
  }
  return undefined;
}

/** How Ruby's variables are read: by the call that makes them; `Orders.new` makes an `Orders`. */
export function variableRules(source: SourceText): VariableRules {
  return { madeBy: (value) => madeBy(value, source), typeName: (written) => written, prefer: 'value' };
}

function madeBy(node: SyntaxNode, source: SourceText): Made | undefined {
  const name = child(node, 'method');
  if (node.type !== 'call' || name === undefined) return undefined;
  const receiverNode = child(node, 'receiver');
  const list = child(node, 'arguments');
  const called = source.of(name);
  const owner = receiverNode === undefined ? '' : rubyPath(source.of(receiverNode));
  const isNew = called === 'new';
  const by = isNew || owner === '' ? (isNew ? owner : called) : `${owner}.${called}`;
  return { by, args: list === undefined ? [] : children(list), how: isNew ? 'new' : 'call', receiverNode };
}
