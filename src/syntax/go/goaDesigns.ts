import { addRoute } from '../extract/sourceFile';
import { child, children } from '../extract/sourceText';
import type { TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import type { CallIdiom, GoFile } from './file';

const DSL = /goa\.design\/goa\/v3\/dsl/;

/**
 * goa's design: `Service("orders", func() { Method("show", func() { HTTP(func() { GET("/{id}") }) }) })`, with the `Path`
 * of the service's and the API's own HTTP in front. The handler is the service and the method, which other files implement.
 */
export const designedVerb: CallIdiom = (call, file) => {
  if (call.receiverNode !== undefined || !DSL.test(file.importPaths)) return;
  const around = enclosing(call.node, file);
  const method = around.find(({ name }) => name === 'Method');
  const service = around.find(({ name }) => name === 'Service');
  const path = file.values.text(call.args[0]);
  const named = [service, method].map((one) => file.values.string(one && argumentsOf(one.node)[0]));
  if (path === undefined || named.some((one) => one === undefined) || around[0]?.name !== 'HTTP') return;
  const isAbsolute = path.kind === 'literal' && path.text.startsWith('//');
  const prefix = isAbsolute ? [] : [...basePath('API', undefined, file), ...basePath('Service', service!.node, file)];
  const name = `${named[0]!}.${exported(named[1]!)}`;
  addRoute(file, call, {
    framework: 'goa',
    method: call.name,
    path: [...prefix, path],
    handler: { kind: 'name', name },
  });
};

/** What `Path("/orders")` in the HTTP of an API or a service says. */
function basePath(of: 'API' | 'Service', node: SyntaxNode | undefined, file: GoFile): TextFact[] {
  for (const { node: found, parts } of file.captures.of('call')) {
    if (parts.name === undefined || file.source.of(parts.name) !== 'Path') continue;
    const [http, owner] = enclosing(found, file);
    if (http?.name !== 'HTTP' || owner?.name !== of || (node !== undefined && owner.node.id !== node.id)) continue;
    const text = file.values.text(argumentsOf(found)[0]);
    if (text !== undefined) return [text];
  }
  return [];
}

/** The calls whose function literals a node lies in, innermost first. */
function enclosing(node: SyntaxNode, file: GoFile): { readonly name: string; readonly node: SyntaxNode }[] {
  const found: { name: string; node: SyntaxNode }[] = [];
  for (let at = node.parent; at !== null; at = at.parent) {
    const callee = at.type === 'call_expression' ? child(at, 'function') : undefined;
    if (callee?.type === 'identifier') found.push({ name: file.source.of(callee), node: at });
  }
  return found;
}

function argumentsOf(call: SyntaxNode): SyntaxNode[] {
  return children(child(call, 'arguments') ?? call);
}

/** `list_all` as Go's generator writes it: `ListAll`. */
function exported(name: string): string {
  return name
    .split(/[_\-\s]+/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
}
