import { addRoute } from '../extract/sourceFile';
import { child, children } from '../extract/sourceText';
import type { TextFact } from '../facts';
import type { CallSite } from '../extract/callSite';
import type { SyntaxNode } from '../syntaxNode';
import type { CallIdiom, JavaFile } from './file';

/**
 * `route().GET("/x", handler::list)` of Spring, and `app.get("/x", this::list)` of Javalin, Spark and Helidon: a path,
 * then at last a lambda or a method reference.
 */
export const verbRoute: CallIdiom = (call, file) => {
  const [first] = call.args;
  const path = file.values.text(first);
  const handler = file.values.handler(call.args.at(-1));
  if (path === undefined || handler === undefined || call.args.length < 2) return;
  if (path.kind === 'literal' && !/^(\/|\*|$)/.test(path.text)) return;
  const method = call.name.toUpperCase();
  addRoute(file, call, {
    framework: 'java',
    method,
    path: [...enclosingPrefixes(call, file), path],
    handler,
    receiver: call.receiver,
  });
};

/** Spring's `route(GET("/x"), handler::list)` and `andRoute(POST("/x"), …)`. */
export const predicateRoute: CallIdiom = (call, file) => {
  const [predicate, target] = call.args;
  const handler = file.values.handler(target);
  if (predicate?.type !== 'method_invocation' || handler === undefined) return;
  const verb = predicate.descendantsOfType('method_invocation').find((node) => isVerb(node, file));
  const found = isVerb(predicate, file) ? predicate : verb;
  if (found === undefined) return;
  const path = file.values.text(children(child(found, 'arguments') ?? found)[0]);
  if (path === undefined) return;
  const name = file.source.of(child(found, 'name') ?? found);
  const method = name === 'path' ? '*' : name;
  addRoute(file, call, { framework: 'spring', method, path: [...enclosingPrefixes(call, file), path], handler });
};

/** Vert.x' `router.get("/x").handler(this::list)`. */
export const handlerRoute: CallIdiom = (call, file) => {
  let node = call.receiverNode;
  while (node?.type === 'method_invocation') {
    const name = file.source.of(child(node, 'name') ?? node);
    const args = children(child(node, 'arguments') ?? node);
    if (/^(get|post|put|patch|delete|head|options|route)$/.test(name)) {
      const path = file.values.text(args.at(-1));
      const method =
        name === 'route' ? (args.length > 1 ? file.source.of(args[0]!).replace(/^.*\./, '') : '*') : name.toUpperCase();
      if (path !== undefined)
        addRoute(file, call, { framework: 'vertx', method, path: [path], handler: file.values.handler(call.args[0]) });
      return;
    }
    node = child(node, 'object');
  }
};

function isVerb(node: SyntaxNode, file: JavaFile): boolean {
  const name = child(node, 'name');
  return name !== undefined && /^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|path)$/.test(file.source.of(name));
}

/** The path in `path("/x")` and `path("/x").and(accept(…))`; `accept(…)` alone says nothing of paths. */
function pathOfPredicate(predicate: SyntaxNode, file: JavaFile): SyntaxNode | undefined {
  const found = predicate.descendantsOfType('method_invocation').find((node) => isVerb(node, file));
  return found === undefined ? undefined : children(child(found, 'arguments') ?? found)[0];
}

/** Prefixes of `nest(path("/api"), …)` and `path("/api", …)` a route is written inside of. */
function enclosingPrefixes(call: CallSite, file: JavaFile): TextFact[] {
  const prefixes: TextFact[] = [];
  for (const { node, parts } of file.captures.of('call')) {
    if (parts.name === undefined || parts.arguments === undefined) continue;
    if (parts.arguments.startIndex >= call.start || parts.arguments.endIndex <= call.node.endIndex) continue;
    if (node.id === call.node.id || !/^(nest|path)$/.test(file.source.of(parts.name))) continue;
    const first = children(parts.arguments)[0];
    const prefix = file.values.text(first?.type === 'method_invocation' ? pathOfPredicate(first, file) : first);
    if (prefix !== undefined) prefixes.push(prefix);
  }
  return prefixes;
}
