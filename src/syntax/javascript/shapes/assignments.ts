import type { Shape } from '../../extract/captures';
import { child } from '../../extract/sourceText';
import type { SyntaxNode } from '../../syntaxNode';
import { addWrapped, asserted, both, isCallable, isDeepMember, isMade } from './callables';

const SERVICE_NAME = /OTEL_SERVICE_NAME|service\.name|SERVICE_NAME/;
const MEMBER: ReadonlySet<string> = new Set(['member_expression']);

/** `exports.create = …`, `this.client = new …`, `process.env.OTEL_SERVICE_NAME = …`. */
export const assignmentShape: Shape = (capture, source, add) => {
  const sides = both(capture);
  if (sides === undefined) return;
  const { node } = capture;
  const { name, value } = sides;
  const target = name.type;
  const isMember = target === 'member_expression';
  if ((isMember || target === 'subscript_expression') && SERVICE_NAME.test(source.of(name)))
    add('service', node, { key: name, value });
  if (!isMember && target !== 'identifier') return;
  const { type } = value;
  if (isCallable(type)) add('function', node, { name, value });
  else if (isMade(type)) {
    if (isMember && type === 'call_expression') addWrapped(value, node, name, add);
    add('made', node, { name, value });
  } else if (isMember && type === 'object') add('object', node, { name, value });
  else if (isMember && mayBeSetting(value, type) && child(name, 'object')?.type === 'this')
    add('setting', node, { name, value });
};

/** `process.env.TOPIC`, `process.env['TOPIC']`, either with a default, with `!` or with a type behind it. */
function mayBeSetting(value: SyntaxNode, type: string): boolean {
  switch (type) {
    case 'member_expression':
      return isDeepMember(value);
    case 'subscript_expression':
      return child(value, 'object')?.type === 'member_expression';
    case 'binary_expression': {
      const left = child(value, 'left');
      return left?.type === 'subscript_expression' || isDeepMember(left);
    }
    case 'non_null_expression':
    case 'as_expression':
      return asserted(value, MEMBER) !== undefined;
    default:
      return false;
  }
}
