import { annotationsOf } from '../extract/annotations';
import type { Node } from 'web-tree-sitter';
import { type CallSite, lastPart, plainPath } from '../extract/callSite';
import { addRpc } from '../extract/sourceFile';
import { child } from '../extract/sourceText';
import type { HandlerFact } from '../facts';
import type { JavaFile } from './file';

/** Methods of `class Orders extends OrdersGrpc.OrdersImplBase`, of `@GrpcService` and of `@DubboService` classes. */
export function implementations(file: JavaFile): void {
  for (const type of file.outline.types()) {
    const grpc = type.bases.map((base) => /(\w+?)ImplBase$/.exec(base)?.[1]).find((name) => name !== undefined);
    const marked = annotationsOf(type, file.annotations).some(({ name }) => /^(GrpcService|DubboService)$/.test(name));
    const service = grpc ?? (marked ? lastPart(type.bases[0] ?? '') : '');
    if (service === '') continue;
    for (const index of file.outline.membersOf(type.name)) {
      const draft = file.outline.draft(index);
      if (draft === undefined || draft.name === type.name || draft.start < type.start || draft.end > type.end) continue;
      if (!file.annotations.some(({ name, function: on }) => name === 'Override' && on === index)) continue;
      const method = draft.name.charAt(0).toUpperCase() + draft.name.slice(1);
      const handler: HandlerFact = { kind: 'function', function: index };
      file.facts.rpcs.push({ service, method, handler, range: file.source.range(draft.nameSpan), side: 'server' });
    }
  }
}

/** `stub.getOrder(request)` where `stub` is a generated stub, also behind `.withDeadlineAfter(…)`. */
export function stubCall(call: CallSite, file: JavaFile): void {
  if (call.receiverNode === undefined || /^(with[A-Z]|getChannel|getCallOptions|build$)/.test(call.name)) return;
  const service = stubService(call.receiverNode, file);
  if (service === undefined) return;
  addRpc(file, call, 'client', service, call.name.charAt(0).toUpperCase() + call.name.slice(1));
}

function stubService(receiver: Node, file: JavaFile): string | undefined {
  let node: Node | undefined = receiver;
  while (node?.type === 'method_invocation') {
    const name = file.source.of(child(node, 'name') ?? node);
    const object: Node | undefined = child(node, 'object');
    if (/^new\w*Stub$/.test(name) && object !== undefined) return /(\w+)Grpc$/.exec(file.source.of(object))?.[1];
    if (!/^with[A-Z]/.test(name)) return undefined;
    node = object;
  }
  const made = node === undefined ? undefined : file.made.get(plainPath(file.source.of(node)));
  if (made === undefined) return undefined;
  const type = /(\w+?)(?:Blocking|BlockingV2|Future|Reactor)?Stub$/.exec(made.by)?.[1];
  return /(\w+)Grpc\.new\w*Stub$/.exec(made.by)?.[1] ?? type?.replace(/^Reactor/, '');
}
