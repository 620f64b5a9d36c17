import { lastPart } from '../extract/callSite';
import { addMessage, addRoute } from '../extract/sourceFile';
import { child, children } from '../extract/sourceText';
import type { TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import { madeBy, type CallIdiom, type GoFile } from './file';
import { chainRoot, routerPrefix } from './routers';

const VERB = /^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/;

/** go-restful's `ws.Route(ws.GET("/{id}").To(h.find))`, below the service's `ws.Path("/v1/orders")`. */
export const restfulRoute: CallIdiom = (call, file) => {
  if (!/go-restful/.test(file.importPaths)) return;
  let node = call.receiverNode;
  while (node?.type === 'call_expression') {
    const callee: SyntaxNode | undefined = child(node, 'function');
    const field = callee === undefined ? undefined : child(callee, 'field');
    const operand: SyntaxNode | undefined = callee === undefined ? undefined : child(callee, 'operand');
    const method = field === undefined ? '' : file.source.of(field);
    if (VERB.test(method)) {
      const path = file.values.text(children(child(node, 'arguments') ?? node)[0]);
      const receiver = operand === undefined ? '' : chainRoot(operand, file);
      if (path === undefined) return;
      const prefix = servicePath(receiver, call.start, file);
      const handler = file.values.handler(call.args[0]);
      addRoute(file, call, { framework: 'restful', method, path: [...prefix, path], handler, receiver });
      return;
    }
    node = operand;
  }
};

/** What `ws.Path("/v1/orders")` says in the function around an offset. */
function servicePath(receiver: string, at: number, file: GoFile): TextFact[] {
  const around = file.outline.functionAt(at);
  for (const { node, parts } of file.captures.of('call')) {
    if (parts.name === undefined || parts.arguments === undefined || file.source.of(parts.name) !== 'Path') continue;
    if (file.outline.functionAt(node.startIndex) !== around || parts.receiver === undefined) continue;
    if (chainRoot(parts.receiver, file) !== receiver) continue;
    const text = file.values.text(children(parts.arguments)[0]);
    if (text !== undefined) return [text];
  }
  return [];
}

/** huma's `huma.Get(api, "/orders/{id}", h.find)`. */
export const humaVerb: CallIdiom = (call, file) => {
  const [api, path, handler] = call.args;
  if (call.receiver !== 'huma' || api === undefined || handler === undefined) return;
  const text = file.values.text(path);
  const prefix = routerPrefix(api, file);
  const receiver = chainRoot(api, file);
  if (text === undefined) return;
  const route = { framework: 'huma', method: call.name.toUpperCase(), path: [...prefix, text], receiver };
  addRoute(file, call, { ...route, handler: file.values.handler(handler) });
};

/** huma's `huma.Register(api, huma.Operation{Method: http.MethodGet, Path: "/orders"}, h.list)`. */
export const humaRoute: CallIdiom = (call, file) => {
  const [api, operation, handler] = call.args;
  if (call.receiver !== 'huma' || api === undefined || operation?.type !== 'composite_literal') return;
  const body = child(operation, 'body');
  const fields = body === undefined ? undefined : file.values.fields(body);
  const path = file.values.text(fields?.get('Path'));
  const method = file.values.httpMethod(fields?.get('Method'));
  if (path === undefined || method === undefined) return;
  const prefix = routerPrefix(api, file);
  const route = { framework: 'huma', method, path: [...prefix, path], receiver: chainRoot(api, file) };
  addRoute(file, call, { ...route, handler: file.values.handler(handler) });
};

/**
 * Temporal's `w.RegisterWorkflow(Transfer)` and `w.RegisterActivityWithOptions(Charge, activity.RegisterOptions{Name:
 * "charge"})`: called after the function, unless the options say otherwise. A struct's methods are found by name.
 */
export const registeredWork: CallIdiom = (call, file) => {
  if (!/temporal|cadence/.test(file.importPaths)) return;
  const [target, options] = call.args;
  const body = options?.type === 'composite_literal' ? child(options, 'body') : undefined;
  const given = body === undefined ? undefined : file.values.text(file.values.fields(body).get('Name'));
  if (target === undefined) return;
  const made = madeBy(target, file.source) ?? file.made.get(file.source.of(target));
  if (made !== undefined && call.name.includes('Activity')) {
    // A struct's methods: all of them are activities.
    const type = made.how === 'call' ? made.by.replace(/(^|\.)[nN]ew(?=[A-Z])/, '$1') : made.by;
    const handler = { kind: 'name' as const, name: type.replace(/^[&*]/, '') };
    addMessage(file, call, 'consumer', 'temporal_activities', { kind: 'literal', text: '*temporal' }, handler);
    return;
  }
  if (target.type !== 'identifier' && target.type !== 'selector_expression') return;
  const name: TextFact = given ?? { kind: 'literal', text: lastPart(file.source.of(target)) };
  const system = call.name.includes('Workflow') ? 'temporal_workflow' : 'temporal_activity';
  addMessage(file, call, 'consumer', system, name, file.values.handler(target));
};
