import type { OperationKey } from '../../../model/operation';
import { NO_PLACES, ownerCandidate, type Candidate, type EvidenceContext, type FoundPlaces } from '../../candidate';
import { isLibraryScope } from '../../libraryScopes';
import { CONFIDENCE, SHARED } from '../confidences';

/** `Provider->OrderService.place`, `Guard->OrderController.create.AuthGuard`: what tracing modules of Nest call spans. */
const INJECTED =
  /^(?:Controller|Provider|Injectable|Scheduler|EventEmitter|GraphQLResolver|Resolver)(?:->\w+)?->([A-Z]\w*)\.(\w+)$/;

/** `OrderService.place`: what wrappers around all methods of a class call spans. */
const QUALIFIED = /^([A-Z]\w*)(?:\.|::|#)([a-z_$]\w*)$/;

/**
 * Names of spans in JavaScript that are a class and its method, where no call starts a span of that name: a wrapper or
 * decorator put the name together. Only if exactly one class has the method.
 */
export function classMethodEvidence(operation: OperationKey, context: EvidenceContext): FoundPlaces {
  if (operation.kind !== 'INTERNAL' || context.dialect !== 'javascript') return NO_PLACES;
  const injected = INJECTED.exec(operation.name);
  const parts = injected ?? (isLibraryScope(operation.scope) ? undefined : QUALIFIED.exec(operation.name));
  if (!parts) return NO_PLACES;
  const [, type, name] = parts as unknown as [string, string, string];
  return placesOfMethod({ type, name, isInjected: injected !== null }, operation, context);
}

async function placesOfMethod(
  { type, name, isInjected }: { readonly type: string; readonly name: string; readonly isInjected: boolean },
  operation: OperationKey,
  context: EvidenceContext,
): Promise<Candidate[]> {
  context.touch(`span:${operation.name}`);
  if (context.index.spans.get(operation.name).length > 0) return [];
  const found = await context.functions.find({ container: [type], name }, 'javascript', context.scope, context.touch);
  const methods = found.filter(
    ({ file, facts, index }) =>
      context.reaches(file) &&
      facts.functions[index]!.container.at(-1) === type &&
      facts.types.some((one) => one.name === type),
  );
  const near = context.scope.nearest(methods, ({ file }) => file);
  const confidence = near.length > 1 ? SHARED.function : CONFIDENCE.function[isInjected ? 'injected' : 'partly'];
  const text = `method ${type}.${name}`;
  return near.map((at) => ownerCandidate(at.file, at.facts, at.index, { kind: 'function', confidence, text }));
}
