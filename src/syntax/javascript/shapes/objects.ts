import type { AddCapture } from '../../extract/captures';
import { child } from '../../extract/sourceText';
import type { SyntaxNode } from '../../syntaxNode';
import { isText } from './callables';

/** Deeper than `config.kafka.topics.orders` no text is named. */
const MAX_DEPTH = 3;

type Group = Readonly<Record<'outer' | 'group', SyntaxNode | undefined>>;

const NO_GROUP: Group = { outer: undefined, group: undefined };

/** The texts that are members of an object, and of objects in it. @param owner the variable that holds the object. */
export function addMembers(
  object: SyntaxNode,
  owner: SyntaxNode,
  add: AddCapture,
  depth = 1,
  { outer, group }: Group = NO_GROUP,
) {
  for (const pair of object.namedChildren) {
    if (pair.type !== 'pair') continue;
    const name = child(pair, 'key');
    const value = child(pair, 'value');
    if (name === undefined || value === undefined) continue;
    const { type } = value;
    const isPlain = name.type === 'property_identifier';
    if (isText(type) || type === 'binary_expression') {
      if (isPlain || name.type === 'string') add('member', pair, { owner, outer, group, name, value });
    } else if (type === 'object' && isPlain && depth < MAX_DEPTH)
      addMembers(value, owner, add, depth + 1, { outer: group, group: name });
  }
}
