import { addRpc } from '../extract/sourceFile';
import { plainPath, type CallSite } from '../extract/callSite';
import type { KotlinFile } from './file';

/** `stub.getOrder(request)` where `stub` is a generated stub, also behind `.withDeadlineAfter(…)`. */
export function stubCall(call: CallSite, file: KotlinFile): void {
  if (call.receiverNode === undefined || /^(with[A-Z]|getChannel|getCallOptions|build$)/.test(call.name)) return;
  const receiver = plainPath(file.source.of(call.receiverNode)).replace(/(\.with[A-Z]\w*\([^()]*\))+$/, '');
  const by = file.made.get(receiver)?.by ?? receiver;
  const made = by.replace(/(Stub)\([^]*$/, '$1');
  const service =
    /(\w+?)Grpc(?:Kt)?\.new\w*Stub$/.exec(made)?.[1] ??
    /(?:^|\.)(\w+?)(?:Coroutine|Blocking|BlockingV2|Future|Reactor)?Stub$/.exec(made)?.[1];
  if (service === undefined) return;
  addRpc(file, call, 'client', service, call.name.charAt(0).toUpperCase() + call.name.slice(1));
}
