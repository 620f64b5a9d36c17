import type { Finding, RelatedPlace } from '../../../model/finding';
import { dotted } from '../../code/names';
import { expressionsOf } from '../../code/walk';
import { findingAt, relatedAt } from '../../report';
import { coverageOf } from '../process/coverage';
import { whyUncovered } from '../process/holes';
import type { Verdict } from '../../evidence';
import { headersInList, injectHeaders } from '../fixes/kafka';
import { shipsLogs } from '../flow/destinations';
import { Injection } from '../flow/injection';
import { namesOf } from '../http/httpClients';
import { headersOf, kafkaProduces, type KafkaProduce } from './kafkaClients';
import { lastPart, placeOf } from '../names/pythonCode';
import { rowOf } from '../process/table';
import type { TracedCode, TracedProcess } from '../process/tracedCode';
import { describePlace, withNamed } from '../process/words';
import type { Expression } from '../../../syntax/code/expression';

/** PY-KAFKA-PRODUCE-NO-INJECT, and what is sent past the instrumentation: PY-KAFKA-PATCH-MISSED, DOUBLE-INJECT. */
export function kafkaProduce(traced: TracedCode): Finding[] {
  const injection = new Injection(traced.code, traced.settings);
  return traced.sources.flatMap((source) => {
    if (!source.has(/kafka|producer/i)) return [];
    if (!traced.processesOf(source).some(({ tracing }) => tracing.is === 'yes')) return [];
    return onePerFunction(
      kafkaProduces(traced.code, traced.code.sitesIn(source)).flatMap((site) => {
        const processes = traced.processesAt(site).filter(({ tracing }) => tracing.is === 'yes');
        if (processes.length === 0 || shipsLogs(namesOf(site).join(' '))) return [];
        return judge(site, processes, injection, traced).map((finding) => ({ site, finding }));
      }),
    );
  });
}

/** Messages that one function sends for the same reason without context are one finding. */
function onePerFunction(found: readonly { readonly site: KafkaProduce; readonly finding: Finding }[]): Finding[] {
  const groups = new Map<string, { finding: Finding; related: RelatedPlace[] }>();
  for (const { site, finding } of found) {
    const key = `${finding.rule} ${site.function.id} ${finding.message}`;
    const group = groups.get(key);
    if (group) group.related.push(relatedAt(site.source, placeOf(site), 'So is this message'));
    else groups.set(key, { finding, related: [] });
  }
  return [...groups.values()].map(({ finding, related }) => ({
    ...finding,
    related: [...finding.related, ...related],
  }));
}

function judge(
  site: KafkaProduce,
  processes: readonly TracedProcess[],
  injection: Injection,
  traced: TracedCode,
): readonly Finding[] {
  const row = rowOf(site.library);
  const verdicts = processes.map((process) => ({ process, verdict: coverageOf(row, process) }));
  const uncovered = verdicts.find(({ verdict }) => verdict.is === 'no');
  if (uncovered !== undefined) {
    if (site.instrumented) return pastInstrumentation(site, traced);
    const oneByOne = row.instrumentors.some((name) => uncovered.process.setup.perClient.has(name));
    // Where clients are instrumented one by one, this one may be too, in another place.
    if (oneByOne || injection.inMessage(site) || forwards(site)) return [];
    return [notInjected(site, uncovered)];
  }
  if (!verdicts.every(({ verdict }) => verdict.is === 'yes')) return [];
  if (injection.at(site)) return injectsBeside(site, traced) ? [injectedTwice(site, verdicts[0]!.process)] : [];
  return pastInstrumentation(site, traced);
}

/** `inject(carrier)` of OpenTelemetry in the same function, for headers that kafka-python's instrumentation appends to. */
function injectsBeside(site: KafkaProduce, { code }: TracedCode): boolean {
  const headers = headersOf(site);
  if (site.library !== 'kafka-python' || headers === undefined) return false;
  const { source, function: fn } = site;
  const given = headers.kind === 'name' ? code.names.valuesOf(source, fn, headers).map(({ value }) => value) : [];
  const named = new Set([headers, ...given].flatMap((value) => [...expressionsOf(value)].map(dotted)));
  return code.sitesOf(source, fn).some(({ name, call }) => {
    const carrier = name === 'opentelemetry.propagate.inject' ? call.args[0]?.value : undefined;
    return carrier !== undefined && dotted(carrier) !== undefined && named.has(dotted(carrier));
  });
}

function injectedTwice(site: KafkaProduce, { setup, tracing }: TracedProcess): Finding {
  const shown = setup.instrumentors.get(rowOf(site.library).instrumentors[0]!)?.[0] ?? tracing.by[0]!;
  const message =
    `The instrumentation (${describePlace(shown, site.source)}) appends the trace context to these headers, which have one that is injected ` +
    'by hand already: consumers take the first and pass the producer’s span by. Take out the injection by hand.';
  return findingAt('DOUBLE-INJECT', site.source, placeOf(site), { severity: 'info', message, evidence: [shown] });
}

function notInjected(site: KafkaProduce, { process, verdict }: { process: TracedProcess; verdict: Verdict }): Finding {
  const { setup, tracing } = process;
  const row = rowOf(site.library);
  const shown = [...setup.instrumentors.values()][0]?.[0] ?? tracing.by[0]!;
  const single = setup.perClient.get(row.instrumentors[0]!);
  const message =
    `This message carries no trace context: the process is traced (${describePlace(shown, site.source)}), but ` +
    `${whyUncovered(verdict, `nothing instruments ${site.library}`)} and nothing is injected into \`headers\`. Consumers begin a new trace.`;
  return findingAt('PY-KAFKA-PRODUCE-NO-INJECT', site.source, placeOf(site), {
    severity: 'warning',
    message,
    evidence: withNamed(shown, [...(single ?? []), ...tracing.by], 4),
    fixes: injectHeaders(site),
  });
}

/** Headers that the instrumentation cannot write to, or calls that it does not see. */
function pastInstrumentation(site: KafkaProduce, traced: TracedCode): readonly Finding[] {
  const headers = headersOf(site);
  const at = { severity: 'warning' as const };
  const place = placeOf(site);
  if (site.method === 'send_batch') {
    const message = 'AIOKafkaInstrumentor does not see send_batch: these messages carry no trace context.';
    return [findingAt('PY-KAFKA-PATCH-MISSED', site.source, place, { ...at, message })];
  }
  if (headers === undefined) return [];
  if (isTuple(headers, site, traced)) {
    const fixes = headersInList(site.source, headers);
    const message = `The instrumentation cannot add the trace context to headers in a tuple: give a list (\`list(…)\`).`;
    return [findingAt('PY-KAFKA-PATCH-MISSED', site.source, place, { ...at, message, fixes })];
  }
  if (!isReceived(headers)) return [];
  const message =
    'The headers of a received message are sent on with their old trace context, which wins over the one that the ' +
    'instrumentation adds: leave out `traceparent` when copying them.';
  return [findingAt('DOUBLE-INJECT', site.source, place, { ...at, message })];
}

/** Received headers are passed on as they came, the trace context among them. */
function forwards(site: KafkaProduce): boolean {
  const headers = headersOf(site);
  return headers !== undefined && isReceived(headers);
}

function isReceived(headers: Expression): boolean {
  const inner =
    headers.kind === 'call' && /^(list|dict)$/.test(lastPart(headers.callee)) ? headers.args[0]?.value : headers;
  if (inner === undefined) return false;
  const member = inner.kind === 'call' ? inner.callee : inner;
  return (
    member.kind === 'member' &&
    member.name === 'headers' &&
    /^(msg|message|record|m|event|kafka_message)$/.test(dotted(member.object) ?? '')
  );
}

function isTuple(headers: Expression, site: KafkaProduce, traced: TracedCode): boolean {
  if (headers.kind === 'list') return headers.tuple === true;
  if (headers.kind === 'call') return dotted(headers.callee) === 'tuple';
  if (headers.kind !== 'name') return false;
  const values = traced.code.names.valuesOf(site.source, site.function, headers);
  return values.length > 0 && values.every(({ value }) => value.kind !== 'name' && isTuple(value, site, traced));
}
