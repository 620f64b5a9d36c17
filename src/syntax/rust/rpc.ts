import { lastPart, type CallSite } from '../extract/callSite';
import { addRpc } from '../extract/sourceFile';
import type { HandlerFact } from '../facts';
import type { RustFile } from './file';

/** Methods of a trait that tonic generated: `impl OrderService for Orders { async fn get_order(&self, Request<…>) }`. */
export function implementedServices(file: RustFile): void {
  for (const type of file.outline.types()) {
    for (const base of type.bases) {
      const service = lastPart(base);
      if (!isGeneratedServer(service, base, file)) continue;
      for (const index of file.outline.membersOf(type.name)) {
        const draft = file.outline.draft(index);
        if (draft === undefined || draft.start < type.start || draft.end > type.end) continue;
        const head = /^[^{]*/.exec(file.source.text.slice(draft.nameSpan.endIndex, draft.nameSpan.endIndex + 600))?.[0];
        if (!/\bRequest\s*</.test(head ?? '')) continue;
        const handler: HandlerFact = { kind: 'function', function: index };
        const range = file.source.range(draft.nameSpan);
        file.facts.rpcs.push({ service, method: pascal(draft.name), handler, range, side: 'server' });
      }
    }
  }
}

/** The trait comes out of a module `order_service_server`, or tonic's macro stands on an implementation in the file. */
function isGeneratedServer(service: string, base: string, file: RustFile): boolean {
  const module = `${snake(service)}_server`;
  return (
    base.includes(`${module}.`) || file.source.text.includes(module) || /tonic::async_trait/.test(file.source.text)
  );
}

/**
 * `client.get_order(request)` where the client is an `OrderServiceClient`.
 * @param only the service that values of unknown type may be clients of, see {@link onlyClient}.
 */
export function stubCall(call: CallSite, file: RustFile, only: string | undefined): void {
  if (call.receiverNode === undefined || call.args.length !== 1 || !/^[a-z]\w*$/.test(call.name)) return;
  if (NO_RPC.test(call.name)) return;
  const receiver = call.receiver.replace(/\.(clone|as_mut|as_ref|lock|unwrap)\(\)|\.await|\?/g, '');
  const by = file.made.get(receiver)?.by ?? file.made.get(lastPart(receiver))?.by;
  const named = by === undefined ? undefined : /(?:^|\.)([A-Z]\w*)Client$/.exec(by)?.[1];
  const service = named ?? (receiver === 'self' || /^[A-Z]/.test(receiver) ? undefined : only);
  if (service === undefined || !new RegExp(`\\b${snake(service)}_client\\b|\\btonic\\b`).test(file.source.text)) return;
  addRpc(file, call, 'client', service, pascal(call.name));
}

/** The service of the only client that a file takes out of generated modules; calls on values of unknown type are its. */
export function onlyClient(file: RustFile): string | undefined {
  const found = file.source.text.matchAll(/\b\w+_client::(?:\{[^{}]*?)?\b([A-Z]\w*)Client\b/g);
  const services = new Set([...found].map((match) => match[1]!));
  return services.size === 1 ? [...services][0] : undefined;
}

const NO_RPC =
  /^(new|connect|clone|with_\w+|max_\w+|send_compressed|accept_compressed|unwrap|expect|map|map_err|and_then|into|as_\w+)$/;

/** `OrderService` → `order_service`, as prost writes modules. */
function snake(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
}

/** `get_order` → `GetOrder`. */
function pascal(name: string): string {
  return name.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
