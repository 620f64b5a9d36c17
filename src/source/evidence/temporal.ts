import type { OperationKey } from '../../model/operation';
import { ownerCandidate, settle, type Candidate, type EvidenceContext } from '../candidate';
import type { FoundFunction } from '../implementations';

/** `RunWorkflow:Transfer`, `RunActivity:Charge`: the spans of Temporal's interceptors on the worker's side. */
const RUN = /^Run(Workflow|Activity):(.+)$/;

/** The system under which extractors list workflows and activities with names of their own. */
const TEMPORAL = 'temporal';

/**
 * Temporal's workflow or activity to the function that runs it: by the name it is registered with, else the function
 * that bears it (SDKs differ in the case of the first letter and in .NET's `Async`).
 */
export async function temporalEvidence(operation: OperationKey, context: EvidenceContext): Promise<Candidate[]> {
  const [, what, name] = RUN.exec(operation.name) ?? [];
  if (what === undefined || name === undefined) return [];
  const text = `Temporal ${what.toLowerCase()} ${name}`;
  const registered = await registeredAs(name, text, context);
  if (registered.length > 0) return settle(registered, 0.5, operation, context);
  const places: Candidate[] = [];
  for (const { file, facts, index } of await namedLike(name, context)) {
    places.push(ownerCandidate(file, facts, index, { kind: 'function', confidence: 0.8, text }));
  }
  return settle(places, 0.5, operation, context);
}

async function registeredAs(name: string, text: string, context: EvidenceContext): Promise<Candidate[]> {
  context.touch(`message:${name}`);
  const entries = context.index.messages.get(name).filter(({ file, value }) => {
    return value.system === TEMPORAL && context.reaches(context.files.get(file));
  });
  const places: Candidate[] = [];
  for (const { file: path, value } of context.scope.nearest(entries, ({ file }) => context.files.get(file)!)) {
    const file = context.files.get(path)!;
    const facts = await context.facts(file);
    if (!facts) continue;
    const found = await context.functions.handler(file, facts, value.handler, '', context.scope, context.touch);
    for (const at of found) {
      places.push(ownerCandidate(at.file, at.facts, at.index, { kind: 'function', confidence: 0.85, text }));
    }
  }
  return places;
}

async function namedLike(name: string, context: EvidenceContext): Promise<FoundFunction[]> {
  const simple = name.slice(name.lastIndexOf('.') + 1);
  const lower = simple[0]!.toLowerCase() + simple.slice(1);
  for (const candidate of new Set([simple, `${simple}Async`, lower])) {
    const wanted = { container: [], name: candidate };
    const found = await context.functions.find(wanted, context.dialect, context.scope, context.touch);
    const near = context.scope.nearest(
      found.filter(({ file }) => context.reaches(file)),
      ({ file }) => file,
    );
    if (near.length > 0) return context.functions.implementing(near, context.scope, context.touch);
  }
  return [];
}
