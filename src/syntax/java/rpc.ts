import { type CallSite, plainPath } from '../extract/callSite';
import { addRpc } from '../extract/sourceFile';
import { child } from '../extract/sourceText';
import type { SyntaxNode } from '../syntaxNode';
import type { JavaFile } from './file';

/** `stub.getOrder(request)` where `stub` is a generated stub, also behind `.withDeadlineAfter(…)`. */
export function stubCall(call: CallSite, file: JavaFile): void {
  if (call.receiverNode === undefined || /^(with[A-Z]|getChannel|getCallOptions|build$)/.test(call.name)) return;
  const service = stubService(call.receiverNode, file);
  if (service === undefined) return;
  addRpc(file, call, 'client', service, call.name.charAt(0).toUpperCase() + call.name.slice(1));
}

function stubService(receiver: SyntaxNode, file: JavaFile): string | undefined {
  let node: SyntaxNode | undefined = receiver;
  while (node?.type === 'method_invocation') {
    const name = file.source.of(child(node, 'name') ?? node);
    const object: SyntaxNode | undefined = child(node, 'object');
    if (/^new\w*Stub$/.test(name) && object !== undefined) return /(\w+)Grpc$/.exec(file.source.of(object))?.[1];
    if (!/^with[A-Z]/.test(name)) return undefined;
    node = object;
  }
  const made = node === undefined ? undefined : file.made.get(plainPath(file.source.of(node)));
  if (made === undefined) return undefined;
  const type = /(\w+?)(?:Blocking|BlockingV2|Future|Reactor)?Stub$/.exec(made.by)?.[1];
  return /(\w+)Grpc\.new\w*Stub$/.exec(made.by)?.[1] ?? type?.replace(/^Reactor/, '');
}
