import { attributeText, firstText } from '../../../model/attributes';
import type { OperationKey } from '../../../model/operation';
import {
  NO_PLACES,
  callsiteCandidate,
  settle,
  type Candidate,
  type EvidenceContext,
  type FoundPlaces,
} from '../../candidate';
import { CONFIDENCE, SHARED } from '../confidences';

/** A call of an object mapper as its span names it. */
interface EntityCall {
  readonly library: string;
  readonly entity: string;
  readonly method: string;
}

/**
 * Spans of object mappers that name entity and method, to the call: `prisma:client:operation` with its model,
 * `mongoose.User.findOne`. Only where one function calls it.
 */
export function entityCallEvidence(operation: OperationKey, context: EvidenceContext): FoundPlaces {
  const call = entityCall(operation);
  return call === undefined ? NO_PLACES : placesOfCall(call, operation, context);
}

async function placesOfCall(call: EntityCall, operation: OperationKey, context: EvidenceContext): Promise<Candidate[]> {
  const key = `${call.entity}.${call.method}`.toLowerCase();
  context.touch(`entity-call:${key}`);
  const fitting = context.index.entityCalls.get(key).filter(({ file, value }) => {
    return value.library === call.library && context.reaches(context.files.get(file));
  });
  const near = context.scope.nearest(fitting, ({ file }) => context.files.get(file)!);
  const places: Candidate[] = [];
  for (const { file: path, value } of near) {
    const file = context.files.get(path)!;
    const facts = await context.facts(file);
    const because = {
      kind: 'query',
      confidence: CONFIDENCE.query.entity,
      text: `call of ${call.entity}.${call.method}`,
    } as const;
    if (facts) places.push(callsiteCandidate(file, facts, value.range, because));
  }
  // Several calls in one function differ by what they ask for, which the span does not say.
  const rows = new Set(places.map(({ file, line }) => `${file.path}:${line}`));
  if (rows.size > 1) return places.map((place) => ({ ...place, confidence: SHARED.query }));
  return settle(places, SHARED.query, operation, context);
}

function entityCall({ name, attributes }: OperationKey): EntityCall | undefined {
  if (name === 'prisma:client:operation') {
    const entity = attributeText(attributes, 'model');
    const method = attributeText(attributes, 'method');
    return entity === undefined || method === undefined ? undefined : { library: 'prisma', entity, method };
  }
  const named = /^mongoose\.(\w+)\.(\w+)$/.exec(name);
  if (!named) return undefined;
  const method = firstText(attributes, ['db.operation.name', 'db.operation']) ?? named[2]!;
  return { library: 'mongoose', entity: named[1]!, method };
}
