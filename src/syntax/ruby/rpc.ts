import { lastPart, type CallSite } from '../extract/callSite';
import { addRpc } from '../extract/sourceFile';
import { positional, type CallIdiom, type RubyFile } from './file';
import { rubyPath } from './outline';

/** `place_order` → `PlaceOrder`: gRPC's generated Ruby has methods in snake case. */
function wireName(method: string): string {
  return method.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The service of `Shop::Orders::Service` (the generated base), of `Rpc::Orders::Service` given to gruf. */
function serviceOf(base: string): string | undefined {
  return /(?:^|\.)([\w]+)\.(?:Async)?Service$/.exec(base)?.[1];
}

/** Methods of `class OrdersServer < Shop::Orders::Service`. */
export function grpcServices(file: RubyFile): void {
  for (const type of file.outline.types()) {
    const service = type.bases.map(serviceOf).find((one) => one !== undefined);
    if (service !== undefined) addMethods(service, type.name, file);
  }
}

/** Gruf's `bind ::Rpc::Orders::Service` in a controller. */
export const grufBind: CallIdiom = (call, file) => {
  const [given] = positional(call);
  const type = file.outline.typeScopeAt(call.start);
  const service = given === undefined ? undefined : serviceOf(rubyPath(file.source.of(given)));
  if (call.receiver === '' && type !== undefined && service !== undefined) addMethods(service, type.name, file);
};

function addMethods(service: string, type: string, file: RubyFile): void {
  for (const index of file.outline.membersOf(type)) {
    const method = file.outline.draft(index);
    if (method === undefined || !/^[a-z]\w*$/.test(method.name) || method.name === 'initialize') continue;
    const range = file.source.range(method.nameSpan);
    const handler = { kind: 'function', function: index } as const;
    file.facts.rpcs.push({ service, method: wireName(method.name), handler, range, side: 'server' });
  }
}

/** Calls through `Shop::Orders::Stub.new(…)`. */
export function grpcCall(call: CallSite, file: RubyFile): boolean {
  if (call.receiver === '' || !/^[a-z]\w*$/.test(call.name)) return false;
  const made = file.made.get(call.receiver) ?? file.made.get(lastPart(call.receiver));
  const service = made?.how === 'new' ? /(?:^|\.)(\w+)\.Stub$/.exec(made.by)?.[1] : undefined;
  if (service === undefined) return false;
  addRpc(file, call, 'client', service, wireName(call.name));
  return true;
}

/**
 * Gruf's client: `client.call(:PlaceOrder, …)`. Of a client that is made elsewhere only a method written as on the wire is
 * taken: clients of SOAP are called alike, with names in snake case.
 */
export const grufCall: CallIdiom = (call, file) => {
  const made = file.made.get(call.receiver);
  const [method] = positional(call);
  const named = made?.args.find((node) => node.type === 'pair');
  const service = serviceIn(named === undefined ? call.receiver : file.source.of(named));
  const name = file.values.string(method);
  if (name === undefined) return;
  if (service !== undefined) addRpc(file, call, 'client', service, wireName(name));
  else if (method?.type === 'simple_symbol' && /^[A-Z]\w*[a-z]\w*$/.test(name) && /client$/i.test(call.receiver))
    addRpc(file, call, 'client', '', name);
};

function serviceIn(pair: string): string | undefined {
  const written = /service:\s*(?:::)?([\w:]+)/.exec(pair)?.[1];
  return written === undefined ? undefined : rubyPath(written).split('.').at(-1);
}
