import type { Range0 } from '../../base/positions';
import { child, children } from '../extract/sourceText';
import type { HandlerFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import type { JavascriptFile } from './file';
import { unwrapped } from './values';

/** Names under which frameworks look for functions in lists of exports. */
const LISTED = /^(default|GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|load|loader|action|middleware)$/;

/** Adds what the file exports under names that frameworks look for, the default export among them. */
export function readExports(file: JavascriptFile): void {
  const seen = new Set<string>();
  const add = (name: string, handler: HandlerFact | undefined, range: Range0): void => {
    if (!seen.has(name)) file.facts.exports.push({ name, handler, range });
    seen.add(name);
  };
  for (const { node, parts } of file.captures.of('export')) {
    for (const { name, local } of parts.clause === undefined ? [] : listed(parts.clause, file))
      add(name, handlerOf(local, file), file.source.range(local));
    const name = parts.name === undefined ? 'default' : file.source.of(parts.name);
    const at = parts.value ?? parts.name;
    if (at === undefined || seen.has(name)) continue;
    if (name === 'actions') {
      addActions(at, file);
      continue;
    }
    const handler = parts.value === undefined ? undefined : handlerOf(parts.value, file);
    add(name, handler, file.source.range(parts.name ?? node, at));
    if (name === 'default' && handler === undefined) addMethods(at, file);
  }
  // What is passed on from another module is known by the name it is passed on under.
  for (const { node } of file.captures.of('import')) {
    const clause =
      node.type === 'export_statement' ? children(node).find(({ type }) => type === 'export_clause') : null;
    for (const { name, local } of clause ? listed(clause, file) : [])
      add(name, { kind: 'name', name }, file.source.range(local));
  }
}

/** `{ handler as GET, POST }`. */
function listed(clause: SyntaxNode, file: JavascriptFile): { readonly name: string; readonly local: SyntaxNode }[] {
  return children(clause).flatMap((specifier) => {
    const local = child(specifier, 'name');
    const name = file.source.of(child(specifier, 'alias') ?? local ?? specifier);
    return local !== undefined && LISTED.test(name) ? [{ name, local }] : [];
  });
}

/** Members of SvelteKit's `actions` that stand elsewhere: `{ save: async () => {}, remove }` gives `actions.remove`. */
function addActions(node: SyntaxNode, file: JavascriptFile): void {
  for (const { key, value } of file.values.properties(unwrapped(node))) {
    if (!/identifier$/.test(value.type)) continue;
    file.facts.exports.push({
      name: `actions.${key}`,
      handler: handlerOf(value, file),
      range: file.source.range(value),
    });
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
