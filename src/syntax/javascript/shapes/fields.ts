import type { AddCapture, Shape } from '../../extract/captures';
import { child } from '../../extract/sourceText';
import type { SyntaxNode } from '../../syntaxNode';
import { addWrapped, asserted, isCallable, isDeepMember, isMade, isText } from './callables';

const MEMBER: ReadonlySet<string> = new Set(['member_expression']);
const NAMED_TYPE: ReadonlySet<string> = new Set(['type_identifier', 'nested_type_identifier', 'generic_type']);

/** A field of a class: a function, a text, what it is made by, its type, a value that is read from settings. */
export const fieldShape: Shape = ({ node }, _source, add) => {
  const name = child(node, 'name') ?? child(node, 'property');
  if (name === undefined) return;
  const type = child(node, 'type');
  const named = type === undefined ? undefined : asserted(type, NAMED_TYPE);
  if (named !== undefined) add('typed', node, { name, type: named });
  const value = child(node, 'value');
  if (value !== undefined) readValue(node, name, value, add);
};

function readValue(node: SyntaxNode, name: SyntaxNode, value: SyntaxNode, add: AddCapture): void {
  const { type } = value;
  if (isCallable(type) && type !== 'generator_function') add('function', node, { name, value });
  else if (isText(type) || type === 'binary_expression') add('constant', node, { name, value });
  else if (isMade(type)) {
    if (type === 'call_expression') addWrapped(value, node, name, add);
    add('made', node, { name, value });
  } else if (node.type === 'public_field_definition') {
    const isSetting = isDeepMember(value) || (type === 'non_null_expression' && asserted(value, MEMBER) !== undefined);
    if (isSetting) add('setting', node, { name, value });
  }
}
