import type { AddCapture, Shape } from '../../extract/captures';
import { child, type SourceText } from '../../extract/sourceText';
import type { SyntaxNode } from '../../syntaxNode';
import { argumentsOf, asserted, both, callbacksOf, isCallable, isCallback, isMade, isText } from './callables';
import { addMembers } from './objects';

/** Calls whose results are settings: `const { topic } = loadConfig()`. */
const GIVES_SETTINGS = /[cC]onfig|[sS]ettings|[eE]nv/;

const MEMBER: ReadonlySet<string> = new Set(['member_expression']);
const OBJECT: ReadonlySet<string> = new Set(['object']);

/** A variable with its value: a function, a class, an object, what is required, a text, what is made, a setting. */
export const declaratorShape: Shape = (capture, source, add) => {
  const sides = both(capture);
  if (sides === undefined) return;
  const { node } = capture;
  const { name, value } = sides;
  if (name.type === 'identifier') readNamed(node, name, value, source, add);
  else if (name.type === 'object_pattern') readTaken(node, name, value, source, add);
};

function readNamed(node: SyntaxNode, name: SyntaxNode, value: SyntaxNode, source: SourceText, add: AddCapture): void {
  const { type } = value;
  if (isCallable(type)) add('function', node, { name, value });
  else if (isText(type) || type === 'binary_expression') add('constant', node, { name, value });
  else if (type === 'object') {
    add('object', node, { name, value });
    addMembers(value, name, add);
  } else if (type === 'class') add('type', node, { name });
  else if (isMade(type)) {
    if (type === 'call_expression') readCall(node, name, value, source, add);
    add('made', node, { name, value });
  } else if (type === 'member_expression') {
    const from = child(value, 'object');
    if (from?.type === 'member_expression') add('setting', node, { name, value });
    else if (from !== undefined) readRequiredMember(node, name, value, from, source, add);
  } else if (type === 'subscript_expression') {
    if (child(value, 'object')?.type === 'member_expression') add('setting', node, { name, value });
  } else readAsserted(node, name, value, type, add);
}

/** `(…) as Handler`, `{ … } satisfies Config`, `process.env.TOPIC!`. */
function readAsserted(node: SyntaxNode, name: SyntaxNode, value: SyntaxNode, type: string, add: AddCapture): void {
  const isAs = type === 'as_expression';
  if (isAs || type === 'satisfies_expression') {
    const callable = asserted(value);
    const object = asserted(value, OBJECT);
    if (callable !== undefined) add('function', node, { name, value: callable });
    if (object !== undefined) add('object', node, { name, value: object });
    if (isAs && object !== undefined) addMembers(object, name, add);
    const text = isAs ? value.namedChildren.find((part) => isText(part.type)) : undefined;
    if (text !== undefined) add('constant', node, { name, value: text });
  }
  const isChecked = isAs || type === 'non_null_expression';
  if (isChecked && asserted(value, MEMBER) !== undefined) add('setting', node, { name, value });
}

function readCall(node: SyntaxNode, name: SyntaxNode, call: SyntaxNode, source: SourceText, add: AddCapture): void {
  addRequired(node, name, call, source, add);
  const wrapper = child(call, 'function');
  const given = argumentsOf(call);
  // `asyncHandler(async (req, res) => …)`, one or two wrappers deep.
  for (const argument of given) {
    const type = argument.type;
    const callbacks = isCallback(type) ? [argument] : type === 'call_expression' ? callbacksOf(argument) : [];
    for (const value of callbacks) add('function', node, { name, wrapper, value });
  }
  const [first] = given;
  if (first?.type !== 'object') return;
  if (given.length === 1) add('object', node, { name, value: first });
  const method = wrapper?.type === 'member_expression' ? child(wrapper, 'property') : undefined;
  if (method !== undefined && source.of(method) === 'freeze') addMembers(first, name, add);
}

function addRequired(node: SyntaxNode, names: SyntaxNode, call: SyntaxNode, source: SourceText, add: AddCapture): void {
  const from = requiredBy(call, source);
  if (from !== undefined) add('require', node, { names, from });
}

/** `const create = require('./orders').create`. */
function readRequiredMember(
  node: SyntaxNode,
  names: SyntaxNode,
  value: SyntaxNode,
  call: SyntaxNode,
  source: SourceText,
  add: AddCapture,
): void {
  const member = child(value, 'property');
  const from = call.type === 'call_expression' ? requiredBy(call, source) : undefined;
  if (from !== undefined && member?.type === 'property_identifier') add('require', node, { names, from, member });
}

/** The text that `require` is given. */
function requiredBy(call: SyntaxNode, source: SourceText): SyntaxNode | undefined {
  const callee = child(call, 'function');
  if (callee?.type !== 'identifier' || source.wordAt(callee.startIndex) !== 'require') return undefined;
  const given = argumentsOf(call);
  return given.length === 1 && given[0]?.type === 'string' ? given[0] : undefined;
}

/** `const { TOPIC } = process.env`, `const { topic } = loadConfig()`, `const { create } = require('./orders')`. */
function readTaken(
  node: SyntaxNode,
  pattern: SyntaxNode,
  value: SyntaxNode,
  source: SourceText,
  add: AddCapture,
): void {
  if (value.type === 'call_expression') {
    addRequired(node, pattern, value, source, add);
    const from = child(value, 'function');
    if (from?.type !== 'identifier' || !GIVES_SETTINGS.test(source.of(from))) return;
    for (const taken of takenBy(pattern)) add('setting', node, { taken, from });
  } else if (value.type === 'member_expression') {
    const property = child(value, 'property');
    if (property?.type !== 'property_identifier' || source.of(property) !== 'env') return;
    for (const taken of takenBy(pattern)) add('setting', node, { taken });
  }
}

function takenBy(pattern: SyntaxNode): SyntaxNode[] {
  return pattern.namedChildren.filter(({ type }) => type === 'shorthand_property_identifier_pattern');
}
