import { type CallSite, lastPart } from '../extract/callSite';
import { addRpc } from '../extract/sourceFile';
import type { HandlerFact } from '../facts';
import { madeBy, type CallIdiom, type GoFile } from './file';

/** Methods of types that embed `pb.UnimplementedOrdersServer`. */
export function embeddedServers(file: GoFile): void {
  for (const type of file.outline.types()) {
    for (const base of type.bases) {
      const service = /(?:^|\.)(?:Unimplemented|Unsafe)(\w+?)(?:Server|Handler)$/.exec(base)?.[1];
      if (service !== undefined) addMethods(file, service, type.name, file.source.range(type.nameSpan));
    }
  }
}

/** `pb.RegisterOrdersServer(s, &server{})`. */
export const registerServer: CallIdiom = (call, file) => {
  const service = /^Register(\w+)Server$/.exec(call.name)?.[1];
  const implementation = service === undefined ? undefined : call.args[1];
  if (service === undefined || implementation === undefined) return;
  const written = file.source.of(implementation);
  const made = madeBy(implementation, file.source) ?? file.made.get(written);
  const type = made?.how === 'new' ? made.by : (made?.by.replace(/(^|\.)[nN]ew(?=[A-Z])/, '$1') ?? written);
  addMethods(file, service, type.replace(/^[&*]/, ''), call.range);
};

/** Connect's `ordersv1connect.NewOrdersServiceHandler(&server{})`. */
export const connectHandler: CallIdiom = (call, file) => {
  const service = /^New(\w+)Handler$/.exec(call.name)?.[1];
  const first = service === undefined ? undefined : call.args[0];
  if (service === undefined || first === undefined || !/connect$/i.test(call.receiver)) return;
  const made = madeBy(first, file.source) ?? file.made.get(file.source.of(first));
  if (made !== undefined) addMethods(file, service, made.by.replace(/(^|\.)[nN]ew(?=[A-Z])/, '$1'), call.range);
};

/** Twirp's `rpc.NewOrdersServer(&server{}, options)`. */
export const twirpServer: CallIdiom = (call, file) => {
  const service = /^New([A-Z]\w*)Server$/.exec(call.name)?.[1];
  const first = service === undefined ? undefined : call.args[0];
  if (service === undefined || first === undefined || !/^\w+$/.test(call.receiver)) return;
  if (/^(?:http|grpc|httptest|net|rpc)$/.test(call.receiver) && service.length < 5) return;
  const made = madeBy(first, file.source) ?? file.made.get(file.source.of(first));
  if (made !== undefined) addMethods(file, service, made.by.replace(/(^|\.)[nN]ew(?=[A-Z])/, '$1'), call.range);
};

/** Connect's handlers by what they take: `func (s *Orders) Place(ctx, req *connect.Request[pb.PlaceRequest]) …`. */
export function connectMethods(file: GoFile): void {
  if (!file.source.text.includes('*connect.Request[')) return;
  for (let index = 0; index < file.outline.functionCount; index++) {
    const draft = file.outline.draft(index);
    const type = file.outline.containerOf(index).at(-1);
    if (draft === undefined || type === undefined || !/^[A-Z]/.test(draft.name)) continue;
    const signature = file.source.text.slice(draft.nameSpan.endIndex, draft.nameSpan.endIndex + 300);
    if (!/^\([^)]*\*connect\.Request\[/.test(signature) || draft.isDeclaration === true) continue;
    const service = /[a-z](Service|Server|Handler)$/.test(type) ? type.replace(/(Server|Handler)$/, '') : '';
    const isKnown = file.facts.rpcs.some(({ handler }) => handler.kind === 'function' && handler.function === index);
    const handler: HandlerFact = { kind: 'function', function: index };
    const range = file.source.range(draft.nameSpan);
    if (!isKnown) file.facts.rpcs.push({ service, method: draft.name, handler, range, side: 'server' });
  }
}

/** `client.GetOrder(ctx, …)` where `client` is a generated stub. */
export function stubCall(call: CallSite, file: GoFile): void {
  if (call.receiverNode === undefined || !/^[A-Z]\w*$/.test(call.name) || call.args.length === 0) return;
  if (
    !/^(\w*[cC]tx\w*|\w*\.?[cC]ontext(\(\)|\.\w+\(\))?|context\.\w+\([^]*|\w+\.Context\(\))$/.test(
      file.source.of(call.args[0]!).slice(0, 80),
    )
  )
    return;
  const made =
    madeBy(call.receiverNode, file.source) ?? file.made.get(call.receiver) ?? file.made.get(lastPart(call.receiver));
  const service = made === undefined ? undefined : serviceOfClient(made.by, file);
  if (service !== undefined) addRpc(file, call, 'client', service, call.name);
  // A field that another file of the package declares: the method alone must tell.
  else if (made === undefined && /([a-z]Client|^client|[sS]tub)$/.test(lastPart(call.receiver))) {
    addRpc(file, call, 'client', '', call.name);
  }
}

function serviceOfClient(by: string, file: GoFile): string | undefined {
  const made = /^\w+\.New(\w+)Client$/.exec(by)?.[1];
  if (made !== undefined && /^(HTTP|Http|Default|Redis|REST|Rest|Mongo|Docker|S3|SQS|SNS|Dynamo\w*)$/.test(made))
    return undefined;
  // Twirp has a client for each encoding.
  if (made !== undefined) return made.replace(/(?<=\w)(?:Protobuf|JSON)$/, '');
  const [, qualifier, service] = /^(\w+)\.(\w+)Client$/.exec(by) ?? [];
  if (qualifier === undefined || service === undefined) return undefined;
  if (/pb|proto|grpc|api|connect|^v\d|gen/i.test(qualifier) || /Service$/.test(service)) return service;
  const from = file.facts.imports.find(({ names }) => qualifier in names)?.from ?? '';
  return /proto|pb|grpc|gen\b|generated|stubs?\b/i.test(from) ? service : undefined;
}

/** A context and a request, or a stream: `Start()` and `Close()` of the same type are no RPCs. */
const RPC_PARAMETERS = /^\(\s*(?:\w+|_)?\s*context\.Context\s*,|^\([^)]*(?:Server|Stream)\b/;

/** The exported methods of a type in this file, and the type itself for methods elsewhere in the package. */
function addMethods(file: GoFile, service: string, type: string, range: CallSite['range']): void {
  const name = lastPart(type);
  for (const index of file.outline.membersOf(name)) {
    const draft = file.outline.draft(index);
    if (draft === undefined || !/^[A-Z]/.test(draft.name)) continue;
    if (!RPC_PARAMETERS.test(file.source.text.slice(draft.nameSpan.endIndex, draft.nameSpan.endIndex + 200))) continue;
    const handler: HandlerFact = { kind: 'function', function: index };
    const at = file.source.range(draft.nameSpan);
    if (file.facts.rpcs.some((rpc) => rpc.service === service && rpc.method === draft.name && rpc.side === 'server'))
      continue;
    file.facts.rpcs.push({ service, method: draft.name, handler, range: at, side: 'server' });
  }
  if (/^[\w.]+$/.test(type)) {
    file.facts.rpcs.push({ service, method: '*', handler: { kind: 'name', name: type }, range, side: 'server' });
  }
}
