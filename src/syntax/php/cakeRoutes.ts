import type { CallSite } from '../extract/callSite';
import { addRoute } from '../extract/sourceFile';
import { literal } from '../extract/textBuilder';
import type { HandlerFact, TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import { argument, type CallIdiom, type PhpFile } from './file';
import { arrayOptions, groupsAround } from './routeGroups';

const CAKE = /\bCake\\Routing\b|\bRouteBuilder\b/;

/** What resources answer: the action, its methods, and what stands behind the name. */
const ACTIONS: readonly (readonly [action: string, methods: readonly string[], rest: string])[] = [
  ['index', ['GET'], ''],
  ['add', ['POST'], ''],
  ['view', ['GET'], '/{}'],
  ['edit', ['PUT', 'PATCH'], '/{}'],
  ['delete', ['DELETE'], '/{}'],
];

/** CakePHP's `$routes->connect('/orders/{id}', ['controller' => 'Orders', 'action' => 'view'])` and `->get(…)`. */
export const connectRoute: CallIdiom = (call, file) => {
  if (!CAKE.test(file.source.text)) return;
  const path = file.values.text(argument(call, 0, 'template', file.source));
  const handler = targetOf(
    argument(call, 1, 'target', file.source) ?? argument(call, 1, 'defaults', file.source),
    file,
  );
  if (path === undefined || handler === undefined) return;
  const method = call.name === 'connect' ? '*' : call.name.toUpperCase();
  addRoute(file, call, { framework: 'php', method, path: [...prefixes(call, file), path], handler });
};

/** CakePHP's `$routes->resources('Orders')`: its five actions below `/orders`. */
export const cakeResources: CallIdiom = (call, file) => {
  const name = CAKE.test(file.source.text) ? file.values.string(argument(call, 0, 'name', file.source)) : undefined;
  if (name === undefined || !/^[A-Z]\w*$/.test(name)) return;
  const base = literal(dashed(name));
  for (const [action, methods, rest] of ACTIONS) {
    const path = [...prefixes(call, file), base, literal(rest)];
    for (const method of methods) {
      addRoute(file, call, { framework: 'php', method, path, handler: controller(name, action) });
    }
  }
};

/** The scopes around a call: of `prefix('Admin', …)` the path is spelled with dashes. */
function prefixes(call: CallSite, file: PhpFile): TextFact[] {
  return groupsAround(file.routeGroups(), call.start)
    .flatMap((group) => group.prefixes)
    .map((text) => (text.kind === 'literal' && /^[A-Z]\w*$/.test(text.text) ? literal(dashed(text.text)) : text));
}

function dashed(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();
}

/** `['controller' => 'Orders', 'action' => 'view', …]`, `'Orders::view'`, `'Admin/Orders::view'`. */
function targetOf(node: SyntaxNode | undefined, file: PhpFile): HandlerFact | undefined {
  if (node?.type === 'array_creation_expression') {
    const options = arrayOptions(node, file);
    const name = file.values.string(options.get('controller'));
    const action = options.has('action') ? file.values.string(options.get('action')) : 'index';
    return name === undefined || action === undefined ? undefined : controller(name, action);
  }
  const text = node === undefined ? undefined : file.values.string(node);
  const split = text === undefined ? null : /^(?:[\w.]+\.)?(?:\w+\/)*(\w+)::(\w+)$/.exec(text);
  return split ? controller(split[1]!, split[2]!) : undefined;
}

function controller(name: string, action: string): HandlerFact {
  return { kind: 'name', name: `${name}Controller.${action}` };
}
