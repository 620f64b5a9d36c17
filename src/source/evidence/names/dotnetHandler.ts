import { attributeText } from '../../../model/attributes';
import type { OperationKey } from '../../../model/operation';
import { ownerCandidate, type Candidate, type EvidenceContext } from '../../candidate';
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
export async function dotnetHandlerEvidence(operation: OperationKey, context: EvidenceContext): Promise<Candidate[]> {
  if (context.dialect !== undefined && context.dialect !== 'dotnet') return [];
  const azure = await azureFunction(operation, context);
  if (azure.length > 0) return azure;
  const named = namedHandler(operation);
  if (!named) return [];
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

/** `[Function("CreateOrder")]` of the isolated worker, `[FunctionName("CreateOrder")]` of functions in the host. */
async function azureFunction(operation: OperationKey, context: EvidenceContext): Promise<Candidate[]> {
  const { attributes, name, scope } = operation;
  const written = /^(?:function |Invoke )?([\w-]+)$/.exec(name)?.[1];
  const sent = attributeText(attributes, 'faas.name') ?? (/Azure\.Functions/.test(scope) ? written : undefined);
  const called = sent?.slice(sent.lastIndexOf('/') + 1);
  if (called === undefined) return [];
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
