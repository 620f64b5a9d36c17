import { child, children } from '../extract/sourceText';
import type { HandlerFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import { keyword, type CallIdiom, type ElixirFile } from './file';
import { moduleName } from './modules';

/** `&Resolvers.get_order/3`, `&get_order(&1, &2, %{})`; also inside of what wraps a resolver. */
const CAPTURE = /&\s*((?:[A-Z]\w*\.)*)([a-z_]\w*[?!]?)\s*(?:\/\s*\d|\()/;

/**
 * Absinthe's `field :order, :order do resolve(&Resolvers.get_order/3) end` and `field :orders, …, resolve: &Resolvers.list/2`,
 * in `query`, `mutation`, `subscription` and `object`.
 */
export const field: CallIdiom = (call, file) => {
  if (!/\bAbsinthe\.(?:Schema|Relay)\b/.test(file.source.text)) return;
  const name = file.values.string(call.args[0]);
  const resolver = keyword(call, 'resolve', file.source) ?? resolverIn(call.node, file);
  const handler = resolver === undefined ? undefined : capturedBy(resolver, file);
  const type = typeAround(call.node, file);
  if (name === undefined || handler === undefined || type === undefined) return;
  file.facts.fields.push({ type, field: camel(name), handler, range: call.range });
};

/** What `resolve` is given in the block of a field. */
function resolverIn(fieldCall: SyntaxNode, file: ElixirFile): SyntaxNode | undefined {
  const block = children(fieldCall).find(({ type }) => type === 'do_block');
  const resolve = block && children(block).find((node) => targetOf(node, file) === 'resolve');
  const list = resolve && children(resolve).find(({ type }) => type === 'arguments');
  return list === undefined ? undefined : children(list)[0];
}

function capturedBy(node: SyntaxNode, file: ElixirFile): HandlerFact | undefined {
  const [, module = '', name] = CAPTURE.exec(file.source.of(node)) ?? [];
  if (name === undefined) return undefined;
  if (module !== '') return { kind: 'name', name: `${moduleName(module.slice(0, -1), file)}.${name}` };
  const own = file.outline.typeScopeAt(node.startIndex)?.name;
  const index = file.outline.named(name).find((one) => file.outline.containerOf(one).at(-1) === own);
  return index === undefined ? undefined : { kind: 'function', function: index };
}

/** The type whose field is declared; objects such as `:order_queries` are parts of the root types. */
function typeAround(node: SyntaxNode, file: ElixirFile): string | undefined {
  for (let at = node.parent; at !== null; at = at.parent) {
    const target = targetOf(at, file);
    const root = /^(query|mutation|subscription)$/.exec(target)?.[1];
    if (root !== undefined) return root.charAt(0).toUpperCase() + root.slice(1);
    if (target !== 'object' && target !== 'interface') continue;
    const list = children(at).find(({ type }) => type === 'arguments');
    const name = list === undefined ? undefined : file.values.string(children(list)[0]);
    if (name === undefined) return undefined;
    const part = /(?:^|_)(quer(?:y|ies)|mutations?|subscriptions?)$/.exec(name)?.[1];
    if (part !== undefined) return part.startsWith('q') ? 'Query' : part.startsWith('m') ? 'Mutation' : 'Subscription';
    const written = camel(name);
    return written.charAt(0).toUpperCase() + written.slice(1);
  }
  return undefined;
}

function targetOf(node: SyntaxNode, file: ElixirFile): string {
  const target = node.type === 'call' ? child(node, 'target') : undefined;
  return target?.type === 'identifier' ? file.source.of(target) : '';
}

function camel(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
