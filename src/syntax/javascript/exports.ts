import { child, children } from '../extract/sourceText';
import type { HandlerFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import type { JavascriptFile } from './file';
import { unwrapped } from './values';

/** Adds what the file exports under names that frameworks look for, the default export among them. */
export function readExports(file: JavascriptFile): void {
  const seen = new Set<string>();
  for (const { node, parts } of file.captures.of('export')) {
    const name = parts.name === undefined ? 'default' : file.source.of(parts.name);
    const at = parts.value ?? parts.name;
    if (at === undefined || seen.has(name)) continue;
    seen.add(name);
    const handler = parts.value === undefined ? undefined : handlerOf(parts.value, file);
    file.facts.exports.push({ name, handler, range: file.source.range(parts.name ?? node, at) });
    if (name === 'default' && handler === undefined) addMethods(at, file);
  }
}

const VERBS = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/i;

/** `export default byMethod({ GET: list, POST: route({ fn: async () => … }) })`. */
function addMethods(node: SyntaxNode, file: JavascriptFile): void {
  const value = unwrapped(node);
  const options = value.type === 'object' ? value : objectGiven(value);
  for (const { key, value: given } of file.values.properties(options)) {
    if (!VERBS.test(key)) continue;
    const range = file.source.range(given);
    file.facts.exports.push({ name: `default.${key.toUpperCase()}`, handler: handlerOf(given, file), range });
  }
}

function objectGiven(call: SyntaxNode): SyntaxNode | undefined {
  const list = call.type === 'call_expression' ? child(call, 'arguments') : undefined;
  return list === undefined ? undefined : children(list).find((argument) => argument.type === 'object');
}

/** The function that an exported value is, through wrappers. */
function handlerOf(node: SyntaxNode, file: JavascriptFile): HandlerFact | undefined {
  const value = unwrapped(node);
  const own = file.outline.functionOfNode(value.id);
  if (own !== undefined) return { kind: 'function', function: own };
  if (value.type === 'object') return undefined;
  const options = objectGiven(value);
  if (options === undefined) return file.values.handler(value);
  // What a factory makes of its options: one of them is the function, or it cannot be told.
  const callbacks = file.values.properties(options).flatMap(({ value: option }) => {
    const index = file.outline.functionOfNode(unwrapped(option).id);
    return index === undefined ? [] : [index];
  });
  const beside = file.values.handler(value);
  if (beside?.kind === 'function') return beside;
  return callbacks.length === 1 ? { kind: 'function', function: callbacks[0]! } : undefined;
}
