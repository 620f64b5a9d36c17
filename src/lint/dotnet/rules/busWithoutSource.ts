import type { Finding, Fix } from '../../../model/finding';
import type { Evidence } from '../../evidence';
import { insertAt } from '../../code/edits';
import type { FunctionPlace } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import { mayBe } from '../../project/versions';
import { findingAt, relatedAt } from '../../report';
import { BUSES, type BusRow } from '../coverage';
import { placeOf, plainType, receiverOf, textWithoutComments, type Site } from '../dotnetCode';
import type { DotnetProcess } from '../dotnetProcess';
import { isListenedTo, isReached } from '../setup';
import { typeOf } from '../types';
import { describePlace } from '../words';

/** Set-ups that listen to nothing but what they are told; distributions have lists of their own. */
const SETUPS = /^(WithTracing|AddOpenTelemetryTracing|CreateTracerProviderBuilder)$/;
/** What may be called on the builder of a tracer provider without adding sources that are not named. */
const KNOWN_ON_BUILDER =
  /^(AddSource|AddLegacySource|Add\w*Exporter|Add\w*Instrumentation|AddNpgsql|AddProcessor|Set(Sampler|ResourceBuilder|ErrorStatusOnException)|ConfigureResource|Build)$/;
const SENDS = ['Publish', 'PublishBatch', 'Send', 'SendBatch', 'Produce'];
const SENDERS =
  /^(IPublishEndpoint|ISendEndpoint|IBus|IBusControl|ITopicProducer|ConsumeContext|IBatchConsumeContext)$/;
const LISTENER = 'AddActivityListener';
const MAX_RELATED = 8;

/**
 * MSG-NO-INJECT, at the set-up: a bus whose activity source nothing listens to writes no context into messages. Once for
 * each set-up, with what is sent as related places.
 */
export function busWithoutSource(process: DotnetProcess): Finding[] {
  if (process.setup.agents.length > 0 || process.code.named(LISTENER).length > 0) return [];
  return BUSES.flatMap((bus) => {
    const at = versionOf(process, bus);
    if (at === undefined || isListened(process, bus) || process.setup.covered.has(bus.system.toLowerCase())) return [];
    const isIneffective = process.setup.instrumentations.has(bus.ineffective);
    const sent = sentThrough(process);
    const received = sent.length === 0 ? receivedThrough(process, isIneffective) : [];
    const setup = setupOf(process);
    if (setup === undefined || sent.length + received.length === 0) return [];
    const { source } = setup;
    const old = isIneffective ? ` ${bus.ineffective} listens to versions before ${bus.since} only.` : '';
    const does =
      sent.length > 0 ? 'puts the trace context into messages' : 'continues the trace of the messages that it receives';
    return [
      findingAt('MSG-NO-INJECT', source, placeOf(setup), {
        severity: 'warning',
        message:
          `${bus.system} (${describePlace(at, source)}) ${does} only while something listens to its source: ` +
          `AddSource("${bus.activitySource}") is missing, and each message begins a new trace.${old}`,
        evidence: [at],
        related: [
          ...sent.map((site) => relatedAt(site.source, placeOf(site), 'sent without the trace context')),
          ...received.map(({ source: from, function: fn }) => relatedAt(from, fn, 'received without its trace')),
        ].slice(0, MAX_RELATED),
        fixes: [listen(process, setup, bus)].filter((fix) => fix !== undefined),
      }),
    ];
  });
}

/** Where a version that needs the listener is declared; undefined where that is not sure or no broker is set up. */
function versionOf({ code }: DotnetProcess, bus: BusRow): Evidence | undefined {
  if (!bus.transports.some((name) => code.named(name).some((site) => isReached(code, site)))) return undefined;
  const { dependencies } = code.code.unit;
  const declared = bus.packages.flatMap((name) => dependencies.get(name) ?? []);
  const versions = declared.map((one) => mayBe(one, bus.since));
  return versions.length > 0 && versions.every((version) => version === 'yes') ? declared[0]!.at : undefined;
}

function isListened({ code, setup }: DotnetProcess, bus: BusRow): boolean {
  if (setup.hasUnknownSources || isListenedTo(setup, bus.activitySource)) return true;
  // The client of the broker may hand the context on instead.
  const isBrokers = ['RabbitMQ.Client.Publisher', 'Confluent.Kafka.Extensions.Diagnostics'].some((name) =>
    isListenedTo(setup, name),
  );
  if (isBrokers || code.named('AddRabbitMQClient').length > 0 || code.named('AddKeyedRabbitMQClient').length > 0)
    return true;
  // An instrumentation of messages whose code is not among the files may listen to it.
  return [...setup.instrumentations.keys()].some(
    (name) =>
      name !== bus.ineffective && /mass|rabbit|amqp|kafka|messag|bus/i.test(name) && name.endsWith('Instrumentation'),
  );
}

/**
 * The set-up of the process. Others only configure the same provider further: of more than one, that which makes spans of
 * requests is meant, and where more than one file does, which of them exports cannot be told. None where one of them may
 * listen to more than it says.
 */
function setupOf({ code, setup }: DotnetProcess): Site | undefined {
  if (setup.tracing.some(({ text }) => !SETUPS.test(text))) return undefined;
  const reached = [...code.matching(SETUPS)].filter((site) => isReached(code, site));
  if (reached.some((site) => !isPlain(site))) return undefined;
  const [first] = reached;
  if (first === undefined || reached.every(({ source }) => source === first.source)) return first;
  if (reached.some(({ name }) => name !== 'WithTracing')) return undefined;
  const [main, ...others] = reached.filter((site) => instruments(site));
  return others.length === 0 ? main : undefined;

  function instruments({ source, call }: Site): boolean {
    return /\.Add\w+Instrumentation\(/.test(textWithoutComments(source, call));
  }

  function isPlain({ source, function: fn, call }: Site): boolean {
    const builders = call.args.map(({ value }) => value).filter(({ kind }) => kind === 'function');
    if (call.args.length > builders.length) return false;
    const inner = builders.flatMap((value) =>
      value.kind === 'function' ? code.sitesWithin({ source, function: source.code.functions[value.function]! }) : [],
    );
    const chained = source
      .callsIn(fn)
      .filter((one) => one !== call && one.start <= call.start && one.end > call.end)
      .map((one) => ({ source, function: fn, call: one, name: nameOf(one) }));
    const onBuilder = /^Create/.test(nameOf(call)) ? [...inner, ...chained] : inner;
    return onBuilder
      .filter((site) => /^(Add|Use|With|Configure|Register)[A-Z]/.test(site.name))
      .every(
        ({ name }) =>
          KNOWN_ON_BUILDER.test(name) || /^Add(Service|Attributes|Telemetry\w*|Environment\w*|Detector)$/.test(name),
      );
  }
}

function nameOf({ callee }: Site['call']): string {
  return callee.kind === 'member' || callee.kind === 'name' ? callee.name : '';
}

/** What is sent through a bus, by the type of what it is sent with. */
function sentThrough({ code }: DotnetProcess): Site[] {
  return SENDS.flatMap((name) => code.named(name)).filter((site) => {
    const { source, function: fn, call } = site;
    const receiver = receiverOf(call);
    const type = receiver && typeOf(code, source, fn, receiver);
    return type !== undefined && SENDERS.test(plainType(type)) && isImported(code, source);
  });
}

/**
 * What receives through a bus and works for its messages; also what only logs, where somebody meant the bus to be traced.
 */
function receivedThrough({ code, work }: DotnetProcess, isMeant: boolean): FunctionPlace[] {
  return code.program.sources
    .filter((source) => isImported(code, source))
    .flatMap((source) => source.code.functions.map((fn) => ({ source, function: fn })))
    .filter(({ function: fn }) => fn.name === 'Consume' && /^ConsumeContext</.test(fn.parameters[0]?.type ?? ''))
    .filter((place) => code.typeAround(place)?.bases.some((base) => /^IConsumer</.test(base)) === true)
    .filter((place) => isMeant || work.works(place));
}

/** Whether a file imports MassTransit, itself or by a `global using`: others have types of the same names. */
function isImported({ program }: DotnetProcess['code'], source: SourceCode): boolean {
  return (
    source.has(/\bMassTransit\b/) || program.sources.some((one) => one.has(/^\s*global\s+using\s+MassTransit\s*;/m))
  );
}

/** `.AddSource("…")` behind an instrumentation of the set-up. */
function listen({ code }: DotnetProcess, { source, function: fn, call }: Site, bus: BusRow): Fix | undefined {
  const inside = code
    .sitesWithin({ source, function: fn })
    .filter((site) => site.source === source && /^Add\w+Instrumentation$/.test(site.name))
    .find((site) => site.call.start > call.start && (site.call.end < call.end || site.function === fn));
  if (inside === undefined) return undefined;
  return {
    title: `Listen to the source of ${bus.system}`,
    edits: [insertAt(source, inside.call.end, `.AddSource("${bus.activitySource}")`)],
  };
}
