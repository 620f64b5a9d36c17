import { CallSite } from '../extract/callSite';
import { addRoute } from '../extract/sourceFile';
import { literal } from '../extract/textBuilder';
import type { SyntaxNode } from '../syntaxNode';
import type { JavascriptFile } from './file';

/** Where an object is a route of its own and not the argument of a call, which is read with the call. */
const LIST =
  /^(array|variable_declarator|assignment_expression|return_statement|export_statement|parenthesized_expression)$/;

/** Hapi's and Fastify's routes as objects: `module.exports = [{ method: 'GET', path: '/orders', handler: list }]`. */
export function readRouteObjects(file: JavascriptFile): void {
  for (const { node } of file.captures.of('routeObject')) {
    const object = node.parent;
    const around = object?.parent;
    if (object?.type !== 'object' || !around || !LIST.test(around.type) || isArgument(around)) continue;
    const path = file.values.texts(file.values.property(object, 'path') ?? file.values.property(object, 'url'));
    const methods = file.values.texts(file.values.property(object, 'method'));
    if (!path.some((text) => text.kind !== 'literal' || text.text.startsWith('/'))) continue;
    const call = new CallSite(file.source, object, object, undefined, undefined);
    const handler = file.values.handler(file.values.property(object, 'handler'));
    for (const method of methods) {
      if (method.kind !== 'literal' || !/^([a-z]+|\*)$/i.test(method.text)) continue;
      const name = method.text.toUpperCase();
      for (const one of path.length > 0 ? path : [literal('')]) {
        addRoute(file, call, { framework: 'hapi', method: name, path: [one], handler });
      }
    }
  }
}

function isArgument(list: SyntaxNode): boolean {
  return list.type === 'array' && list.parent?.type === 'arguments';
}
