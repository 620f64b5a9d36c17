import type { AddCapture, Capture } from '../../extract/captures';
import { child } from '../../extract/sourceText';
import type { SyntaxNode } from '../../syntaxNode';

/** What may be given to a wrapper: `asyncHandler(async (req, res) => …)`. */
const CALLBACK: ReadonlySet<string> = new Set(['arrow_function', 'function_expression']);

/** Whether a node of this type is one. */
export function isCallback(type: string): boolean {
  return CALLBACK.has(type);
}

/** Whether a node of this type is a function that takes its name from where it stands. */
export function isCallable(type: string): boolean {
  return CALLBACK.has(type) || type === 'generator_function';
}

/** The functions among the arguments of a call; those of a tagged template are none. */
export function callbacksOf(call: SyntaxNode): SyntaxNode[] {
  return argumentsOf(call).filter(({ type }) => CALLBACK.has(type));
}

/** The arguments of a call, comments among them. */
export function argumentsOf(call: SyntaxNode): readonly SyntaxNode[] {
  const list = child(call, 'arguments');
  return list?.type === 'arguments' ? list.namedChildren : [];
}

/** The functions that a call is given, which is the value of what has a name. */
export function addWrapped(call: SyntaxNode, node: SyntaxNode, name: SyntaxNode | undefined, add: AddCapture): void {
  const wrapper = child(call, 'function');
  if (wrapper === undefined) return;
  for (const value of callbacksOf(call)) add('function', node, { name, wrapper, value });
}

/** The function in `(() => …) as Handler`, or in what else a type is written behind. */
export function asserted(value: SyntaxNode, types: ReadonlySet<string> = CALLBACK): SyntaxNode | undefined {
  return value.namedChildren.find(({ type }) => types.has(type));
}

/** Whether a node of this type is made by a call. */
export function isMade(type: string): boolean {
  return type === 'call_expression' || type === 'new_expression' || type === 'await_expression';
}

/** Whether a node of this type may be a constant text. */
export function isText(type: string): boolean {
  return type === 'string' || type === 'template_string';
}

/** `a.b.c`: a member of a member. */
export function isDeepMember(node: SyntaxNode | undefined): boolean {
  return node?.type === 'member_expression' && child(node, 'object')?.type === 'member_expression';
}

/** The parts of a capture that always has both. */
export function both({ parts }: Capture): { name: SyntaxNode; value: SyntaxNode } | undefined {
  const { name, value } = parts;
  return name === undefined || value === undefined ? undefined : { name, value };
}
