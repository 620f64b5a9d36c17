import type { Finding, Fix } from '../../../model/finding';
import type { Evidence } from '../../evidence';
import { mayBe, versionPlace } from '../../project/versions';
import { findingAt, relatedAt } from '../../report';
import { receivedThrough, sentThrough } from '../buses';
import { BUSES, type BusRow } from '../coverage';
import { placeOf, type Site } from '../dotnetCode';
import type { DotnetProcess } from '../dotnetProcess';
import { listenTo, instrumentWith } from '../fixes/setupFixes';
import { mainSetup } from '../mainSetup';
import { isListenedTo, isReached } from '../setup';
import { describePlace } from '../words';

const LISTENER = 'AddActivityListener';
const MAX_RELATED = 8;
/** MassTransit's outbox: what is published is stored, and sent later by a service that has no activity of the caller. */
const OUTBOX = 'UseBusOutbox';
/** What has the clients of Azure hand the context on. */
const OF_AZURE = /^UseAzureMonitor$|ApplicationInsights/;

/**
 * MSG-NO-INJECT, at the set-up: a bus that nothing listens to, or instruments, writes no context into messages. Once for
 * each set-up, with what is sent as related places.
 */
export function busWithoutSource(process: DotnetProcess): Finding[] {
  if (process.setup.agents.length > 0 || process.code.named(LISTENER).length > 0) return [];
  const seen = new Set<string>();
  return BUSES.flatMap((bus) => {
    const at = versionOf(process, bus);
    if (
      at === undefined ||
      seen.has(bus.system) ||
      isListened(process, bus) ||
      process.setup.covered.has(bus.system.toLowerCase())
    )
      return [];
    const isIneffective = bus.ineffective !== undefined && process.setup.instrumentations.has(bus.ineffective);
    const sent = sentThrough(process, bus);
    const received = sent.length === 0 ? receivedThrough(process, bus, isIneffective) : [];
    const setup = mainSetup(process);
    if (setup === undefined || sent.length + received.length === 0) return [];
    const { source } = setup;
    seen.add(bus.system);
    return [
      findingAt('MSG-NO-INJECT', source, placeOf(setup), {
        severity: 'warning',
        message: messageOf(bus, describePlace(at, source), sent.length > 0, isIneffective),
        evidence: [at],
        related: [
          ...sent.map((site) => relatedAt(site.source, placeOf(site), 'sent without the trace context')),
          ...received.map(({ source: from, function: fn }) => relatedAt(from, fn, 'received without its trace')),
        ].slice(0, MAX_RELATED),
        fixes: [fixOf(process, setup, bus)].filter((fix) => fix !== undefined),
      }),
    ];
  });
}

function messageOf(bus: BusRow, at: string, sends: boolean, isIneffective: boolean): string {
  const does = sends ? 'puts the trace context into messages' : 'continues the trace of the messages that it receives';
  if (bus.activitySource === undefined)
    return `${bus.system} (${at}) ${does} only with its instrumentation: ${bus.instrumentation} is missing, and each message begins a new trace.`;
  const old = isIneffective
    ? ` ${bus.ineffective} listens to versions before ${Object.values(bus.packages)[0]} only.`
    : '';
  return (
    `${bus.system} (${at}) ${does} only while something listens to its source: ` +
    `AddSource("${bus.activitySource}") is missing, and each message begins a new trace.${old}`
  );
}

function fixOf(process: DotnetProcess, setup: Site, bus: BusRow): Fix | undefined {
  if (bus.activitySource !== undefined)
    return listenTo(process.code, setup, bus.activitySource, `Listen to the source of ${bus.system}`);
  return bus.instrumentation === undefined || bus.install === undefined
    ? undefined
    : instrumentWith(process.code, setup, bus.instrumentation, bus.install);
}

/** Where a version that needs the listener is declared; undefined where that is not sure or no broker is set up. */
function versionOf({ code }: DotnetProcess, bus: BusRow): Evidence | undefined {
  const brokers = [...bus.transports, ...(bus.listens ?? [])];
  if (!brokers.some((name) => code.named(name).some((site) => isReached(code, site)))) return undefined;
  const { dependencies } = code.code.unit;
  if (bus.covers?.some((name) => dependencies.has(name)) || mayBeCalledElsewhere(code, bus)) return undefined;
  const declared = Object.entries(bus.packages).flatMap(([name, since]) => {
    const found = dependencies.get(name);
    return found ? [{ found, version: mayBe(found, since) }] : [];
  });
  return declared.length > 0 && declared.every(({ version }) => version === 'yes')
    ? versionPlace(declared[0]!.found)
    : undefined;
}

/** Whether the package of an instrumentation is there, and a call of it may be among files that are not. */
function mayBeCalledElsewhere(code: DotnetProcess['code'], { withPackage, transports }: BusRow): boolean {
  if (withPackage === undefined || !code.code.unit.dependencies.has(withPackage.package)) return false;
  const setups = transports.flatMap((name) => code.named(name)).filter((site) => isReached(code, site));
  const configured = code.named(withPackage.configured);
  return !setups.every(({ source, call }) =>
    configured.some((one) => one.source === source && one.call.start >= call.start && one.call.end <= call.end),
  );
}

function isListened({ code, setup }: DotnetProcess, bus: BusRow): boolean {
  const { activitySource, instrumentation } = bus;
  if (isHandedOnByOwn(code, bus)) return true;
  if (activitySource !== undefined && (setup.hasUnknownSources || isListenedTo(setup, activitySource))) return true;
  if (instrumentation !== undefined && (setup.hasSetupElsewhere || setup.instrumentations.has(instrumentation)))
    return true;
  // The client of the broker may hand the context on instead, where it sends what was published at once.
  const brokers = ['RabbitMQ.Client.Publisher', 'Confluent.Kafka.Extensions.Diagnostics', ...(bus.unless ?? [])];
  const isBrokers =
    brokers.some((name) => isListenedTo(setup, name)) ||
    (bus.unless !== undefined && [...code.matching(OF_AZURE)].length > 0);
  if ((isBrokers || mayAspireListen(code)) && code.named(OUTBOX).length === 0) return true;
  // An instrumentation of messages whose code is not among the files may listen to it.
  return [...setup.instrumentations.keys()].some(
    (name) =>
      name !== bus.ineffective &&
      name.endsWith('Instrumentation') &&
      (/mass|messag|bus|wolverine|cap/i.test(name) || isOfBroker(code, bus, name)),
  );
}

/** Brokers by the calls that give a bus one, and what instrumentations of their clients are called. */
const BROKERS: readonly (readonly [used: RegExp, instrumentation: RegExp])[] = [
  [/rabbit/i, /rabbit|amqp/i],
  [/kafka/i, /kafka/i],
  [/azure/i, /azure|amqp/i],
  [/sqs/i, /sqs/i],
  [/postgres|sqlserver/i, /mass/i],
];

/** Whether an instrumentation is of the broker that a bus is given: one of another's client says nothing of the bus. */
function isOfBroker(code: DotnetProcess['code'], { transports, listens = [] }: BusRow, name: string): boolean {
  const used = [...transports, ...listens].filter((call) => code.named(call).length > 0).join(' ');
  const meant = BROKERS.filter(([calls]) => calls.test(used));
  return (meant.length === 0 ? BROKERS : meant).some(([, instrumentation]) => instrumentation.test(name));
}

/** Whether a class of one's own stands between the bus and what sends and receives: it may hand contexts on. */
function isHandedOnByOwn({ program }: DotnetProcess['code'], { unlessBase }: BusRow): boolean {
  return (
    unlessBase !== undefined &&
    program.sources.some(({ code }) => code.types.some(({ bases }) => bases.includes(unlessBase)))
  );
}

/** Aspire's client listens to that of RabbitMQ where it is one of version 7: in a package of its own, or from 13 on. */
function mayAspireListen(code: DotnetProcess['code']): boolean {
  if (code.named('AddRabbitMQClient').length + code.named('AddKeyedRabbitMQClient').length === 0) return false;
  const { dependencies } = code.code.unit;
  const client = dependencies.get('aspire.rabbitmq.client');
  return client === undefined || dependencies.has('aspire.rabbitmq.client.v7') || mayBe(client, '13.0.0') !== 'no';
}
