import { attributeText } from '../../../model/attributes';
import type { OperationKey } from '../../../model/operation';
import { NO_PLACES, ownerCandidate, type Candidate, type EvidenceContext, type FoundPlaces } from '../../candidate';
import { parseQualifiedName } from '../../names/qualifiedName';
import type { FoundFunction } from '../../implementations';
import { CONFIDENCE, SHARED } from '../confidences';

/** A method that a .NET framework calls and names on its span. */
interface NamedHandler {
  /** Full name of the type, or its simple name. */
  readonly type: string;
  /** Names the method may have, the first that is declared counts. */
  readonly methods: readonly string[];
  /** For the hover. */
  readonly from: string;
}

/** Attributes with the full name of a handler's class, and the method that the framework calls on it. */
const HANDLER_TYPES: readonly (readonly [attribute: string, methods: readonly string[], from: string])[] = [
  ['messaging.masstransit.consumer_type', ['Consume', 'Execute', 'Compensate'], 'MassTransit consumer'],
  ['nservicebus.handler.handler_type', ['Handle'], 'NServiceBus handler'],
  ['job.type', ['Execute'], 'Quartz job'],
];

/**
 * What .NET's frameworks say of the class that answers: MassTransit's consumer (a state machine is declared in its
 * constructor), NServiceBus' handler, Quartz' job, Hangfire's `JOB Type.Method`; the name of an Azure Function.
 */
export function dotnetHandlerEvidence(operation: OperationKey, context: EvidenceContext): FoundPlaces {
  if (context.dialect !== undefined && context.dialect !== 'dotnet') return NO_PLACES;
  const azure = azureFunction(operation);
  const named = namedHandler(operation);
  return azure === undefined && named === undefined ? NO_PLACES : placesOfHandler(azure, named, context);
}

async function placesOfHandler(
  azure: string | undefined,
  named: NamedHandler | undefined,
  context: EvidenceContext,
): Promise<Candidate[]> {
  const functions = azure === undefined ? [] : await azureFunctions(azure, context);
  if (functions.length > 0 || named === undefined) return functions;
  const simple = named.type.slice(Math.max(named.type.lastIndexOf('.'), named.type.lastIndexOf('+')) + 1);
  for (const method of [...named.methods, simple]) {
    const found = await methodsOf(named.type, method, context);
    if (found.length === 0) continue;
    const confidence =
      found.length > 1 ? SHARED.function : CONFIDENCE.function[named.type === simple ? 'inherited' : 'qualified'];
    const text = `${named.from} ${simple}`;
    return found.map(({ file, facts, index }) =>
      ownerCandidate(file, facts, index, { kind: 'function', confidence, text }),
    );
  }
  return [];
}

function namedHandler({ attributes, name, scope }: OperationKey): NamedHandler | undefined {
  for (const [attribute, methods, from] of HANDLER_TYPES) {
    const type = attributeText(attributes, attribute)?.replace(/[<`,\s][^]*$/, '');
    if (type !== undefined && /^[\p{L}_][\w.+\p{L}]*$/u.test(type)) return { type, methods, from };
  }
  const job = /hangfire/i.test(scope) ? /^JOB ([\w.+]+)\.(\w+)$/.exec(name) : null;
  return job === null ? undefined : { type: job[1]!, methods: [job[2]!], from: 'Hangfire job' };
}

async function methodsOf(type: string, method: string, context: EvidenceContext): Promise<FoundFunction[]> {
  const wanted = parseQualifiedName('dotnet', `${type}.${method}`);
  const owner = wanted?.container.at(-1);
  if (!wanted || owner === undefined) return [];
  const found = await context.functions.find(
    { container: [owner], name: wanted.name },
    'dotnet',
    context.scope,
    context.touch,
  );
  const full = wanted.container.join('.');
  const exact = found.filter(({ facts, index }) => {
    const declared = [facts.module, ...facts.functions[index]!.container].join('.');
    return declared === full || declared.endsWith(`.${full}`);
  });
  const bodies = await context.functions.implementing(exact, context.scope, context.touch);
  return context.scope.nearest(bodies, ({ file }) => file);
}

/** The name of an Azure Function, in an attribute or in the span's name. */
function azureFunction({ attributes, name, scope }: OperationKey): string | undefined {
  const sent = attributeText(attributes, 'faas.name');
  if (sent !== undefined) return sent.slice(sent.lastIndexOf('/') + 1);
  return /Azure\.Functions/.test(scope) ? /^(?:function |Invoke )?([\w-]+)$/.exec(name)?.[1] : undefined;
}

/** `[Function("CreateOrder")]` of the isolated worker, `[FunctionName("CreateOrder")]` of functions in the host. */
async function azureFunctions(called: string, context: EvidenceContext): Promise<Candidate[]> {
  context.touch(`message:${called}`);
  const entries = context.index.messages.get(called).filter(({ file, value }) => {
    return value.system === AZURE_FUNCTION && context.reaches(context.files.get(file));
  });
  const near = context.scope.nearest(entries, ({ file }) => context.files.get(file)!);
  const places: Candidate[] = [];
  for (const { file: path, value } of near) {
    const file = context.files.get(path)!;
    const facts = await context.facts(file);
    if (!facts || value.handler.kind !== 'function') continue;
    const because = {
      kind: 'function',
      confidence: near.length > 1 ? SHARED.function : CONFIDENCE.function.qualified,
      text: `Azure Function ${called}`,
    } as const;
    places.push(ownerCandidate(file, facts, value.handler.function, because));
  }
  return places;
}

/** The system under which C#'s extractor lists Azure Functions among what handles messages. */
const AZURE_FUNCTION = 'azure_functions';
