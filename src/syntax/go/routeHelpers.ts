import { addRoute } from '../extract/sourceFile';
import type { TextFact } from '../facts';
import type { CallIdiom } from './file';

/** A project's own server: `admin.AddHandler("/shards", s.listShards())`, with the path and the handler alone. */
export const ownHandler: CallIdiom = (call, file) => {
  const [path, target] = call.args;
  const text = file.values.text(path);
  if (call.args.length !== 2 || target === undefined || text?.kind !== 'literal' || !text.text.startsWith('/')) return;
  addRoute(file, call, { framework: 'net/http', method: '*', path: [text], handler: file.values.handler(target) });
};

const HTTP_METHOD = /^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/;

/**
 * A project's own helper: `h.addRoute(router, h.findTraces, routeFindTraces, http.MethodGet)`. Taken where exactly one
 * argument is an HTTP method, one a path and one a function of this file; what the helper puts in front is not known.
 */
export const routeHelper: CallIdiom = (call, file) => {
  if (call.args.length < 3) return;
  const methods = call.args.flatMap((argument) => {
    const name = file.values.httpMethod(argument);
    return name !== undefined && HTTP_METHOD.test(name) ? [name] : [];
  });
  const handlers = call.args.flatMap((argument) => {
    if (argument.type !== 'selector_expression' && argument.type !== 'identifier') return [];
    const handler = file.values.handler(argument);
    return handler?.kind === 'function' ? [handler] : [];
  });
  const paths = call.args.flatMap((argument): TextFact[] => {
    const text = file.values.text(argument);
    return text?.kind === 'literal' && text.text.startsWith('/') ? [text] : [];
  });
  const [method] = methods;
  const [path] = paths;
  if (methods.length !== 1 || paths.length !== 1 || handlers.length !== 1 || !method || !path) return;
  addRoute(file, call, { framework: 'net/http', method, path: [path], handler: handlers[0] });
};
