import type { Shape } from '../../extract/captures';
import { child, type SourceText } from '../../extract/sourceText';
import type { SyntaxNode } from '../../syntaxNode';
import { addWrapped, argumentsOf, asserted, both, isCallable } from './callables';

const OPERATION = /^['"]?(Query|Mutation|Subscription)['"]?$/;
const SERVICE_NAME = /service\.name|SERVICE_NAME/;
const MEMBER: ReadonlySet<string> = new Set(['member_expression']);

/** A member of an object: a function, a part of a resolver map, a row of routes, a setting, a service's name. */
export const pairShape: Shape = (capture, source, add) => {
  const sides = both(capture);
  if (sides === undefined) return;
  const { node } = capture;
  const { name, value } = sides;
  const first = source.text[name.startIndex];
  const isQuoted = first === '"' || first === "'";
  const { type } = value;
  const written = isQuoted || first === '[' || type === 'object' ? source.of(name) : source.wordAt(name.startIndex);
  if (isCallable(type)) add('function', node, { name, value });
  else if (type === 'call_expression') addWrapped(value, node, name, add);
  if (type === 'object' && first !== '[' && OPERATION.test(written)) add('fields', node, { type: name });
  if (written === 'handler') add('routeObject', node, {});
  if ((isQuoted || first === '[') && SERVICE_NAME.test(written)) add('service', node, { key: name, value });
  for (let times = timesSetting(value, type, !isQuoted && first !== '[', source); times > 0; times--)
    add('settingPair', node, { name, value });
};

/** In how many ways a value is one that a program reads from its settings, or one of a member with a default. */
function timesSetting(value: SyntaxNode, type: string, isPlain: boolean, source: SourceText): number {
  switch (type) {
    case 'member_expression':
      return isOfEnvironment(value, source) ? 1 : 0;
    case 'binary_expression': {
      const left = child(value, 'left');
      if (left?.type !== 'member_expression') return 0;
      const hasDefault = isPlain && child(value, 'right')?.type === 'string';
      return (isOfEnvironment(left, source) ? 1 : 0) + (hasDefault ? 1 : 0);
    }
    case 'call_expression': {
      const callee = child(value, 'function');
      const reads = callee?.type === 'identifier' && /[eE]nv/.test(source.of(callee));
      return reads && argumentsOf(value)[0]?.type === 'string' ? 1 : 0;
    }
    case 'as_expression':
    case 'non_null_expression': {
      const member = asserted(value, MEMBER);
      return member !== undefined && isOfEnvironment(member, source) ? 1 : 0;
    }
    default:
      return 0;
  }
}

/** `process.env.TOPIC`: a member of what is called `env`. */
function isOfEnvironment(member: SyntaxNode, source: SourceText): boolean {
  const object = child(member, 'object');
  if (object?.type !== 'member_expression') return false;
  const property = child(object, 'property');
  return property?.type === 'property_identifier' && source.of(property) === 'env';
}
