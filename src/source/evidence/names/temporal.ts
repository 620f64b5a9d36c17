import type { OperationKey } from '../../../model/operation';
import {
  NO_PLACES,
  ownerCandidate,
  settle,
  type Candidate,
  type EvidenceContext,
  type FoundPlaces,
} from '../../candidate';
import type { FoundFunction } from '../../implementations';
import { CONFIDENCE, SHARED } from '../confidences';

/** `RunWorkflow:Transfer`, `RunActivity:Charge`: the spans of Temporal's interceptors on the worker's side. */
const RUN = /^Run(Workflow|Activity):(.+)$/;

/** The systems under which extractors list what is registered by name. */
type System = 'temporal_workflow' | 'temporal_activity';

/**
 * Temporal's workflow or activity to the function that runs it: by the name it is registered with, else the function
 * that bears it (SDKs differ in the case of the first letter and in .NET's `Async`).
 */
export function temporalEvidence(operation: OperationKey, context: EvidenceContext): FoundPlaces {
  const [, what, name] = RUN.exec(operation.name) ?? [];
  return what === undefined || name === undefined ? NO_PLACES : placesOfRun(what, name, operation, context);
}

async function placesOfRun(
  what: string,
  name: string,
  operation: OperationKey,
  context: EvidenceContext,
): Promise<Candidate[]> {
  const text = `Temporal ${what.toLowerCase()} ${name}`;
  const isActivity = what === 'Activity';
  const registered = await registeredAs(name, isActivity ? 'temporal_activity' : 'temporal_workflow', context);
  // A workflow and an activity may bear one name: what is registered as the one is not the other.
  const others = await registeredAs(name, isActivity ? 'temporal_workflow' : 'temporal_activity', context);
  const methods = isActivity && registered.length === 0 ? await methodsOfRegistered(name, context) : [];
  const known = registered.length > 0 ? registered : methods;
  const found = known.length > 0 ? known : await namedLike(name, context);
  const confidence = CONFIDENCE.function[known.length > 0 ? 'registered' : 'partly'];
  const places = found
    .filter((one) => !others.some((other) => other.file.path === one.file.path && other.index === one.index))
    .map(({ file, facts, index }) => ownerCandidate(file, facts, index, { kind: 'function', confidence, text }));
  return settle(places, SHARED.function, operation, context);
}

async function registeredAs(name: string, system: System, context: EvidenceContext): Promise<FoundFunction[]> {
  context.touch(`message:${name}`);
  const entries = context.index.messages.get(name).filter(({ file, value }) => {
    return value.system === system && context.reaches(context.files.get(file));
  });
  const all: FoundFunction[] = [];
  for (const { file: path, value } of context.scope.nearest(entries, ({ file }) => context.files.get(file)!)) {
    const file = context.files.get(path)!;
    const facts = await context.facts(file);
    if (!facts) continue;
    all.push(...(await context.functions.handler(file, facts, value.handler, '', context.scope, context.touch)));
  }
  return all;
}

/** Go registers the methods of a struct at once. */
async function methodsOfRegistered(name: string, context: EvidenceContext): Promise<FoundFunction[]> {
  context.touch('message:*temporal');
  const all: FoundFunction[] = [];
  for (const { file, value } of context.index.messages.get('*temporal')) {
    if (!context.reaches(context.files.get(file)) || value.handler.kind !== 'name') continue;
    const type = value.handler.name.slice(value.handler.name.lastIndexOf('.') + 1);
    all.push(...(await context.functions.find({ container: [type], name }, 'go', context.scope, context.touch)));
  }
  return [...new Map(all.map((one) => [`${one.file.path}#${one.index}`, one])).values()];
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
    const temporal = near.filter(({ facts }) => facts.imports.some(({ from }) => /temporal/i.test(from)));
    const best = temporal.length > 0 ? temporal : near;
    if (best.length > 0) return context.functions.implementing(best, context.scope, context.touch);
  }
  return [];
}
