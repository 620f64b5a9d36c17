import { other } from '../drafts';
import { dottedName } from '../dottedName';
import type { Expression } from '../expression';
import { annotationCall, type LoweredFile } from '../loweredFile';
import { kidOf, type PlainNode } from '../plainTree';
import { argumentsOf } from './arguments';
import { isType } from './context';

/** The annotations among a declaration's modifiers: names, or calls with named arguments. */
export function annotationsOf(file: LoweredFile, node: PlainNode, depth: number): Expression[] {
  const list = kidOf(node, 'modifiers')?.kids ?? node.kids;
  return list.filter(({ type }) => type === 'annotation').flatMap((kid) => lowerAnnotation(file, kid, depth));
}

/** `@A`, `@field:A("x")`, `@A(b = 1)`, `@[A B]`. */
function lowerAnnotation(file: LoweredFile, node: PlainNode, depth: number): Expression[] {
  return node.kids.flatMap((kid): Expression[] => {
    if (isType(kid)) return [dottedName(file.textOf(kid), kid)];
    if (kid.type !== 'constructor_invocation') return [];
    const type = kid.kids.find(isType);
    const callee = type ? dottedName(file.textOf(type), type) : other(kid, []);
    const list = kidOf(kid, 'value_arguments');
    return list === undefined ? [callee] : [annotationCall(node, callee, list, argumentsOf(file, list, depth + 1))];
  });
}
