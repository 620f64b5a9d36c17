import { unescapeText } from '../../extract/textBuilder';
import type { Entry } from '../expression';
import { other } from '../drafts';
import type { Lowered } from './context';
import type { PlainNode } from '../plainTree';

/** The key of a property: a name, a text, or computed. */
export function keyOf(file: Lowered, node: PlainNode | undefined, depth: number): Pick<Entry, 'key' | 'keyValue'> {
  if (node === undefined) return { key: undefined };
  if (node.type === 'computed_property_name') {
    const keyValue = node.kids[0] ? file.expression(node.kids[0], depth) : other(node, []);
    const constant = keyValue.kind === 'text' ? keyValue.value : undefined;
    return { key: constant, keyValue };
  }
  const text = file.textOf(node);
  return { key: node.type === 'string' ? unescapeText(text.slice(1, -1)) : text };
}
