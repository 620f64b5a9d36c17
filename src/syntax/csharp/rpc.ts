import { type CallSite, plainPath } from '../extract/callSite';
import { addRpc } from '../extract/sourceFile';
import type { HandlerFact } from '../facts';
import { madeBy, type CsharpFile } from './file';

/** Overriding methods of `class CartService : Cart.CartBase`; public methods of SignalR's `class ChatHub : Hub`. */
export function implementations(file: CsharpFile): void {
  for (const type of file.outline.types()) {
    const isHub = type.bases.some((base) => /(^|\.)\w*Hub$/.test(base) && !/(^|\.)I[A-Z]\w*Hub$/.test(base));
    const service = type.bases
      .map((base) => serviceOfBase(file.aliases.get(base) ?? base))
      .find((name) => name !== undefined);
    if (service === undefined && !isHub) continue;
    const modifier = isHub ? /\bpublic\b/ : /\boverride\b/;
    for (const index of file.outline.membersOf(type.name)) {
      const draft = file.outline.draft(index);
      if (draft === undefined || draft.start < type.start || draft.end > type.end) continue;
      if (!modifier.test(file.source.text.slice(draft.start, draft.nameSpan.startIndex))) continue;
      const handler: HandlerFact = { kind: 'function', function: index };
      file.facts.rpcs.push({
        service: service ?? type.name,
        method: draft.name,
        handler,
        range: file.source.range(draft.nameSpan),
        side: 'server',
      });
    }
  }
}

/** `client.GetCartAsync(request)` where `client` is a generated client. */
export function stubCall(call: CallSite, file: CsharpFile): void {
  if (call.receiverNode === undefined || !/^[A-Z]\w*$/.test(call.name)) return;
  const made = madeBy(call.receiverNode, file.source) ?? file.made.get(call.receiver);
  if (made === undefined || made.how === 'call') return;
  const type = file.aliases.get(made.by) ?? made.by;
  const service = serviceOfClient(type);
  if (service !== undefined) addRpc(file, call, 'client', service, call.name.replace(/Async$/, ''));
}

/** `Cart.CartBase`, generated as a class inside a class: the outer one is the service. */
function serviceOfBase(base: string): string | undefined {
  const parts = base.split('.');
  const last = parts.at(-1) ?? '';
  const outer = parts.at(-2);
  return outer !== undefined && last === `${outer}Base` ? outer : undefined;
}

function serviceOfClient(type: string): string | undefined {
  const parts = plainPath(type).split('.');
  const last = parts.at(-1) ?? '';
  const outer = parts.at(-2);
  if (outer !== undefined && last === `${outer}Client`) return outer;
  return parts.length === 1 && /^(?!I[A-Z])\w+(Service|Grpc)Client$/.test(last)
    ? last.replace(/Client$/, '')
    : undefined;
}
