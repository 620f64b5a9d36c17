import type { Finding } from '../../model/finding';
import { contained } from './containment';
import type { Message, ServiceWitness } from './traceWitness';

/** What traces say of a finding. `open`: nothing, so that it stays as it is. */
export type Judgement =
  | { readonly is: 'proven'; readonly words: string }
  | { readonly is: 'refuted'; readonly words: string }
  | { readonly is: 'open' };

/** So many cases make a proof; fewer can be retries, health checks, one odd client. */
const LEAST_CASES = 5;

/** Of the roots that are looked at, so many must fit, and by chance at most so many would. */
const MOST_BY_CHANCE = 0.5;
const LEAST_SHARE = 0.9;

/** What is done with a message begins so soon after it was received. */
const SOON_NS = 10_000_000;

/** A message that is waited for is received so soon. */
const DELIVERY_NS = 200_000_000;

const OPEN: Judgement = { is: 'open' };

/** Scopes whose spans show that the instrumentation is on after all. */
const REFUTING_SCOPES: Readonly<Record<string, RegExp>> = {
  'JS-FETCH-NO-UNDICI': /^@opentelemetry\/instrumentation-undici$/,
  'JS-KAFKAJS-NO-INSTR': /^@opentelemetry\/instrumentation-kafkajs$/,
  'JS-SDK-NO-INSTRUMENTATIONS': /^@opentelemetry\/instrumentation-(http|undici)$/,
  'GO-RPC-NO-HANDLER': /\/otelgrpc$|otelconnect$/,
  'JAVA-FEIGN-NO-MICROMETER': /feign/i,
};

const CALLS = new Set([
  'GO-HTTP-PLAIN-CLIENT',
  'GO-RPC-NO-HANDLER',
  'JS-FETCH-NO-UNDICI',
  'JS-SDK-NO-INSTRUMENTATIONS',
  'PY-UNCOVERED-HTTP',
  'JAVA-SPRING-NEW-RESTTEMPLATE',
  'JAVA-SPRING-STATIC-BUILDER',
  'JAVA-FEIGN-NO-MICROMETER',
]);

const MESSAGES = new Set([
  'GO-KAFKA-PRODUCE-NO-INJECT',
  'PY-KAFKA-PRODUCE-NO-INJECT',
  'CS-KAFKA-PRODUCE-NO-INJECT',
  'JS-KAFKAJS-NO-INSTR',
  'MSG-NO-INJECT',
]);

const RECEIVED = new Set([
  'GO-KAFKA-CONSUME-DROP',
  'JS-KAFKA-CONSUME-DROP',
  'PY-KAFKA-CONSUME-DROP',
  'CS-KAFKA-CONSUME-DROP',
]);

/**
 * What the traces of a process's services say of a finding in it. They may confirm or refute one, never make one.
 *
 * @param own what is known of the services that the process runs as.
 * @param all of every service in the traces.
 */
export function judge(finding: Finding, own: readonly ServiceWitness[], all: readonly ServiceWitness[]): Judgement {
  if (own.length === 0) return OPEN;
  const others = all.filter((witness) => !own.includes(witness));
  const scope = REFUTING_SCOPES[finding.rule] ?? ofPythonLibrary(finding);
  if (scope !== undefined) {
    const seen = scopeLike(own, scope, isOfCalls(finding));
    if (seen !== undefined) return { is: 'refuted', words: `spans of \`${seen}\` come from this process` };
  }
  if (finding.rule === 'GO-PROP-UNSET') return judgePropagator(own, others);
  if (MESSAGES.has(finding.rule)) return judgeMessages(own, all);
  if (CALLS.has(finding.rule)) return judgeCalls(own, others);
  if (finding.rule === 'GO-HTTP-REQ-NO-CTX') return judgeRequests(own);
  if (RECEIVED.has(finding.rule)) return judgeReceived(own);
  return OPEN;
}

/** Whether only spans of calls refute it: a server's show nothing of the calls beside it, unless one instrumentation does both. */
function isOfCalls({ rule, message }: Finding): boolean {
  if (rule === 'JS-SDK-NO-INSTRUMENTATIONS') return /disableOutgoing/.test(message);
  return CALLS.has(rule);
}

/** One rule speaks of several libraries, and names the one that is meant first. */
function ofPythonLibrary({ rule, message }: Finding): RegExp | undefined {
  const library = rule === 'PY-UNCOVERED-HTTP' ? /^(httpx|requests|aiohttp|urllib3) /.exec(message)?.[1] : undefined;
  return library === undefined ? undefined : new RegExp(`^opentelemetry\\.instrumentation\\.${library}(_client)?$`);
}

/** No propagator: nothing that the service is called with reaches it, although its callers wait for its answers. */
function judgePropagator(own: readonly ServiceWitness[], others: readonly ServiceWitness[]): Judgement {
  const continued = sum(own, (of) => of.servedWithCaller);
  if (continued > 0) return { is: 'refuted', words: `${continued} of its server spans continue a caller’s trace` };
  const roots = own.flatMap((of) => of.servedAsRoots);
  const callers = others.flatMap((of) => of.lonelyCalls);
  const { pairs, share, chance } = contained(roots, callers);
  if (pairs.length < LEAST_CASES || share < LEAST_SHARE || chance > MOST_BY_CHANCE) return OPEN;
  const [example] = pairs;
  const traces = `traces ${example!.outer.traceId} and ${example!.inner.traceId}`;
  return { is: 'proven', words: `${pairs.length} of its server spans began traces while a caller waited (${traces})` };
}

/** Calls that leave no client span: other services begin traces while this one is at work, and not otherwise. */
function judgeCalls(own: readonly ServiceWitness[], others: readonly ServiceWitness[]): Judgement {
  // With calls that do pass the context, which of them are lost cannot be told apart.
  if (sum(own, (of) => of.answeredCalls) > 0) return OPEN;
  const work = own.flatMap((of) => of.work);
  const spans = [...own, ...others];
  for (const other of others) {
    // A span of a call that lasts as long is the caller: the context was sent, or lost by a client that is seen.
    const calls = spans.filter((one) => one !== other).flatMap((one) => one.lonelyCalls);
    const explained = new Set(contained(other.servedAsRoots, calls).pairs.map(({ inner }) => inner));
    const roots = other.servedAsRoots.filter((root) => !explained.has(root));
    const { pairs, share, chance } = contained(roots, work);
    if (pairs.length < LEAST_CASES || share < LEAST_SHARE || chance > MOST_BY_CHANCE) continue;
    const [example] = pairs;
    const traces = `traces ${example!.outer.traceId} and ${example!.inner.traceId}`;
    const words = `${pairs.length} server spans of ${other.service} began traces while this service was at work`;
    return { is: 'proven', words: `${words} (${traces})` };
  }
  return OPEN;
}

/** Messages that nobody continues, although they are received where traces are made: soon after, in traces of their own. */
function judgeMessages(own: readonly ServiceWitness[], all: readonly ServiceWitness[]): Judgement {
  const sent = own.flatMap(({ lonelyMessages }) => lonelyMessages);
  const continued = own.flatMap(({ continuedMessages }) => continuedMessages);
  if (continued.length > 0) {
    // Which destination the finding is about is not known: one that nobody continues may be the one.
    if (hasOther(sent, continued)) return OPEN;
    return { is: 'refuted', words: `consumers continue or link to ${continued.length} of its messages` };
  }
  const received = all.flatMap(({ receivedAlone }) => receivedAlone);
  for (const destination of new Set(sent.map((message) => message.destination))) {
    if (destination === undefined) continue;
    const isHere = (message: Message): boolean => message.destination === destination;
    const { pairs, share, chance } = contained(
      received.filter(isHere).map(({ from, traceId }) => ({ from, to: from, traceId })),
      sent.filter(isHere).map(({ from, to, traceId }) => ({ from, to: to + DELIVERY_NS, traceId })),
    );
    if (pairs.length < LEAST_CASES || share < LEAST_SHARE || chance > MOST_BY_CHANCE) continue;
    const [example] = pairs;
    const traces = `traces ${example!.outer.traceId} and ${example!.inner.traceId}`;
    return { is: 'proven', words: `${pairs.length} of its messages to ${destination} began traces there (${traces})` };
  }
  return OPEN;
}

/** Whether enough messages were sent to a destination of which none is continued. */
function hasOther(sent: readonly Message[], continued: readonly Message[]): boolean {
  const good = new Set(continued.map(({ destination }) => destination));
  return sent.filter(({ destination }) => destination !== undefined && !good.has(destination)).length >= LEAST_CASES;
}

/** Calls without the context at hand begin traces while the service serves a request. What works by itself does, too. */
function judgeRequests(own: readonly ServiceWitness[]): Judgement {
  const requests = own.flatMap((of) => of.requests);
  const { pairs, share, chance } = contained(
    own.flatMap((of) => of.clientRoots),
    requests,
  );
  if (pairs.length < LEAST_CASES || share < LEAST_SHARE || chance > MOST_BY_CHANCE) return OPEN;
  const [example] = pairs;
  const traces = `traces ${example!.outer.traceId} and ${example!.inner.traceId}`;
  return { is: 'proven', words: `${pairs.length} client spans from here began traces during a request (${traces})` };
}

/** Work on messages begins traces right after they were received, in a span that is over by then. */
function judgeReceived(own: readonly ServiceWitness[]): Judgement {
  const begun = own.flatMap(({ internalRoots, clientRoots }) => [...internalRoots, ...clientRoots]);
  const { pairs, share, chance } = contained(
    begun.map(({ from, traceId }) => ({ from, to: from, traceId })),
    own.flatMap(({ received }) => received).map(({ from, to, traceId }) => ({ from, to: to + SOON_NS, traceId })),
  );
  if (pairs.length < LEAST_CASES || share < LEAST_SHARE || chance > MOST_BY_CHANCE) return OPEN;
  const [example] = pairs;
  const traces = `traces ${example!.outer.traceId} and ${example!.inner.traceId}`;
  return { is: 'proven', words: `${pairs.length} spans from here began traces as a message had come (${traces})` };
}

/** @param ofCalls only scopes that have spans of kind CLIENT: a server's show nothing of the calls beside it. */
function scopeLike(own: readonly ServiceWitness[], scope: RegExp, ofCalls: boolean): string | undefined {
  for (const { clientScopes, scopes } of own) {
    for (const name of (ofCalls ? clientScopes : scopes).keys()) if (scope.test(name)) return name;
  }
  return undefined;
}

function sum(own: readonly ServiceWitness[], of: (witness: ServiceWitness) => number): number {
  return own.reduce((total, witness) => total + of(witness), 0);
}
