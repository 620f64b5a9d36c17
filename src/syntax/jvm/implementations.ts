import { annotationsOf } from '../extract/annotations';
import { lastPart } from '../extract/callSite';
import type { ScopeDraft } from '../extract/outline';
import type { HandlerFact } from '../facts';
import type { JvmFile } from './file';

/**
 * Methods of `class Orders extends OrdersGrpc.OrdersImplBase` (in Kotlin `OrdersCoroutineImplBase`), of Quarkus' services
 * that implement the generated interface, of `@GrpcService` and of `@DubboService` classes.
 * @param isOverride whether a method overrides one of the generated type.
 */
export function implementations(file: JvmFile, isOverride: (index: number, draft: ScopeDraft) => boolean): void {
  for (const type of file.outline.types()) {
    const grpc = type.bases.map((base) => /(\w+?)(?:Coroutine)?ImplBase$/.exec(base)?.[1]).find((name) => name);
    const marked = annotationsOf(type, file.annotations).some(({ name }) => /^(GrpcService|DubboService)$/.test(name));
    const service = grpc ?? (marked ? lastPart(type.bases[0] ?? '').replace(/^Mutiny(?=[A-Z])/, '') : '');
    if (service === '') continue;
    for (const index of file.outline.membersOf(type.name)) {
      const draft = file.outline.draft(index);
      if (draft === undefined || draft.name === type.name || draft.start < type.start || draft.end > type.end) continue;
      if (!isOverride(index, draft)) continue;
      const method = draft.name.charAt(0).toUpperCase() + draft.name.slice(1);
      const handler: HandlerFact = { kind: 'function', function: index };
      file.facts.rpcs.push({ service, method, handler, range: file.source.range(draft.nameSpan), side: 'server' });
    }
  }
}
