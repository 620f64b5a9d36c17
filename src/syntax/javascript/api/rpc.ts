import { type CallSite, lastPart, plainPath } from '../../extract/callSite';
import { child, children } from '../../extract/sourceText';
import type { HandlerFact } from '../../facts';
import type { SyntaxNode } from '../../syntaxNode';
import type { CallIdiom, JavascriptFile } from '../file';
import { unwrapped } from '../values';

/** grpc-js' `server.addService(pkg.Orders.service, { create })`; nice-grpc's `server.add(OrdersDefinition, impl)`. */
export const addService: CallIdiom = (call, file) => {
  const [definition, implementation] = call.args;
  if (definition === undefined || implementation === undefined) return;
  if (call.name === 'add' && !/(Service|Definition)$/.test(file.source.of(definition))) return;
  implement(call, file, serviceName(definition, file), implementation);
};

/** Connect's `router.service(OrdersService, { create })`. */
export const connectService: CallIdiom = (call, file) => {
  const [definition, implementation] = call.args;
  if (definition === undefined || implementation === undefined) return;
  if (definition.type !== 'identifier' && definition.type !== 'member_expression') return;
  implement(call, file, serviceName(definition, file), implementation);
};

/** Connect's `router.rpc(OrdersService.method.create, handler)` and its older form with the service in front. */
export const connectRpc: CallIdiom = (call, file) => {
  const handler = file.values.handler(call.args.at(-1));
  const method = call.args.at(-2);
  if (handler === undefined || method === undefined) return;
  const parts = plainPath(file.source.of(method)).split('.');
  if (parts.length < 3) return;
  const service = parts[parts.length - 3] ?? '';
  file.facts.rpcs.push({ service, method: parts.at(-1) ?? '', handler, range: call.range, side: 'server' });
};

/** A call through a client stub: `client.getProduct(…)` where `client` was made as one. */
export function stubCall(call: CallSite, file: JavascriptFile): void {
  if (call.receiver === '' || !/^[a-z]\w*$/i.test(call.name) || NOT_A_METHOD.test(call.name)) return;
  const service = clientService(call.receiver, file);
  if (service === undefined) return;
  const handler: HandlerFact = { kind: 'function', function: file.outline.functionAt(call.start) };
  file.facts.rpcs.push({ service, method: call.name, handler, range: call.range, side: 'client' });
}

const NOT_A_METHOD = /^(close|getChannel|waitForReady|makeUnaryRequest|on|emit|then|catch|bind|service)$/;

function implement(call: CallSite, file: JavascriptFile, service: string, given: SyntaxNode): void {
  const implementation = insideWrappers(given);
  if (implementation.type === 'object') {
    for (const { key, value } of file.values.properties(implementation)) {
      const handler = file.values.handler(value) ?? { kind: 'name' as const, name: key };
      file.facts.rpcs.push({ service, method: key, handler, range: file.source.range(value), side: 'server' });
    }
    return;
  }
  const name = plainPath(file.source.of(implementation))
    .replace(/^new/, '')
    .replace(/\([^]*$/, '');
  const type = file.made.get(name)?.how === 'new' ? (file.made.get(name)?.by ?? name) : name;
  const members = file.outline.membersOf(lastPart(type));
  for (const member of members) {
    const method = file.outline.draft(member)?.name ?? '';
    if (method === 'constructor') continue;
    const handler: HandlerFact = { kind: 'function', function: member };
    file.facts.rpcs.push({ service, method, handler, range: call.range, side: 'server' });
  }
  if (members.length > 0 || type === '') return;
  const handler: HandlerFact = { kind: 'name', name: type };
  file.facts.rpcs.push({ service, method: '*', handler, range: call.range, side: 'server' });
}

/** The object or construction in `wrapAll(withMetrics({ create }), options)`. */
function insideWrappers(given: SyntaxNode): SyntaxNode {
  let value = unwrapped(given);
  while (value.type === 'call_expression') {
    const args: readonly SyntaxNode[] = children(child(value, 'arguments') ?? value).map(unwrapped);
    const inner = ['object', 'new_expression', 'call_expression'].flatMap(
      (type) => args.find((arg) => arg.type === type) ?? [],
    )[0];
    if (inner === undefined) break;
    value = inner;
  }
  return value;
}

/** `proto.shop.Orders.service`, `OrdersService`, `OrdersDefinition`. */
function serviceName(definition: SyntaxNode, file: JavascriptFile): string {
  const path = plainPath(file.source.of(definition)).replace(/\.(service|definition)$/, '');
  return lastPart(path).replace(/Definition$/, '');
}

function clientService(receiver: string, file: JavascriptFile): string | undefined {
  const made = file.made.get(receiver) ?? file.made.get(lastPart(receiver));
  if (made === undefined) return undefined;
  const by = lastPart(made.by);
  if (/^create(Promise|Callback)?Client$/.test(by)) {
    const definition = made.args[0];
    if (definition?.type !== 'identifier' && definition?.type !== 'member_expression') return undefined;
    const service = serviceName(definition, file);
    return /^[A-Z]\w*[a-z]/.test(service) ? service : undefined;
  }
  if (by === 'getService') return file.values.string(made.args[0]);
  if (made.how === 'new' && (usesCredentials(made.args, file) || /^\w*(Service|Grpc)Client$/.test(by))) {
    return by.replace(/Client$/, '');
  }
  return /^\w+(Service|Grpc)Client$/.test(by) && !/Http/.test(by) ? by.replace(/Client$/, '') : undefined;
}

function usesCredentials(args: readonly SyntaxNode[], file: JavascriptFile): boolean {
  return args.some((arg) => /credentials|createInsecure|createSsl/i.test(file.source.of(arg).slice(0, 200)));
}
