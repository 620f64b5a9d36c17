import type { OperationKey } from '../../../model/operation';
import { NO_PLACES, ownerCandidate, type Candidate, type EvidenceContext, type FoundPlaces } from '../../candidate';
import { isLibraryLayer } from '../../libraryScopes';
import { httpLayer } from './httpLayer';
import { CONFIDENCE, SHARED } from '../confidences';

/**
 * Spans of one layer of an HTTP stack (a middleware, a hook) name its function. Taken only if exactly one function of
 * that name in the service's reach looks like a middleware, for libraries' layers have names like anyone's.
 */
export function layerEvidence(operation: OperationKey, context: EvidenceContext): FoundPlaces {
  const layer = httpLayer(operation);
  if (layer?.isNameless === true && !layer.answers) {
    const text = 'The function of this layer has no name, and nothing else in the span says where it is.';
    context.miss('library-code', text, 'Give the middleware or hook a name where it is declared, if it is yours.');
  } else if (layer?.function !== undefined) return placesOfLayer(layer.function, context);
  return NO_PLACES;
}

async function placesOfLayer(name: string, context: EvidenceContext): Promise<Candidate[]> {
  if (isLibraryLayer(name) || !/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) {
    context.miss('library-code', `The span measures a layer of a library (${name}).`);
    return [];
  }
  const all = await context.functions.find({ container: [], name }, 'javascript', context.scope, context.touch);
  const near = context.scope.nearest(
    all.filter(({ file, facts, index }) => context.reaches(file) && takesRequest(facts.functions[index]!.parameters)),
    ({ file }) => file,
  );
  if (near.length === 0) {
    context.miss('library-code', `No code of the workspace declares ${name}: it is a library's layer.`);
    return [];
  }
  const confidence = near.length === 1 ? CONFIDENCE.function.partly : SHARED.layer;
  return near.map(({ file, facts, index }) =>
    ownerCandidate(file, facts, index, { kind: 'function', confidence, text: `layer ${name}` }),
  );
}

/** `(req, res, next)`, `(ctx, next)`, `(request, reply)`, `(err, req, res, next)`. */
function takesRequest(parameters: readonly string[]): boolean {
  return (
    parameters.length >= 2 &&
    parameters.length <= 4 &&
    parameters.some((name) => /^_?(req|request|ctx|context|c)$/i.test(name))
  );
}
