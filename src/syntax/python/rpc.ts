import { type CallSite, lastPart } from '../extract/callSite';
import type { ScopeDraft } from '../extract/outline';
import { addRpc } from '../extract/sourceFile';
import { madeBy, type PythonFile } from './file';

/** Methods of `class Orders(pb2_grpc.OrdersServicer)`. */
export function servicers(file: PythonFile): void {
  for (const type of file.outline.types()) {
    const base = serviceOf(type, file);
    if (base === undefined) continue;
    for (const index of file.outline.membersOf(type.name)) {
      const method = file.outline.draft(index);
      if (method === undefined || method.start < type.start || method.end > type.end) continue;
      if (method.name.startsWith('_') || !/^[A-Z]/.test(method.name)) continue;
      const range = file.source.range(method.nameSpan);
      const handler = { kind: 'function' as const, function: index };
      file.facts.rpcs.push({ service: base, method: method.name, handler, range, side: 'server' });
    }
  }
}

/** The service a class answers for: of its own base, or of a base class in the same file. */
function serviceOf(type: ScopeDraft, file: PythonFile): string | undefined {
  const todo = [...type.bases];
  const seen = new Set<string>();
  for (let base = todo.shift(); base !== undefined; base = todo.shift()) {
    const service = /(\w+)Servicer$/.exec(base)?.[1];
    if (service !== undefined) return service;
    if (!seen.has(base)) todo.push(...(file.outline.typeNamed(base)?.bases ?? []));
    seen.add(base);
  }
  return undefined;
}

/** `stub.GetOrder(request)` where `stub = pb2_grpc.OrdersStub(channel)`; also the stub made in place. */
export function stubCall(call: CallSite, file: PythonFile): void {
  if (call.receiverNode === undefined || !/^[A-Z]\w*$/.test(call.name)) return;
  const made =
    file.made.get(call.receiver) ?? file.made.get(lastPart(call.receiver)) ?? madeBy(call.receiverNode, file.source);
  const service = made === undefined ? undefined : /^(\w+)Stub$/.exec(lastPart(made.by))?.[1];
  if (service !== undefined) addRpc(file, call, 'client', service, call.name);
}
