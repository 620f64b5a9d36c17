import type { Call } from '../../syntax/code/expression';
import type { Evidence } from '../evidence';
import { kafkaCover } from './coverage';
import { evidenceAt, lastName, placeOf, plainType, receiverOf, type DotnetCode, type Site } from './dotnetCode';
import type { DotnetProcess } from './dotnetProcess';
import { isListenedTo } from './setup';
import { typeOf } from './types';

export type KafkaSide = 'producer' | 'consumer';

const TYPES: Readonly<Record<KafkaSide, RegExp>> = {
  producer: /^IProducer$/,
  consumer: /^IConsumer$/,
};
const BUILDERS: Readonly<Record<KafkaSide, string>> = { producer: 'ProducerBuilder', consumer: 'ConsumerBuilder' };

const LIBRARY = 'OpenTelemetry.Instrumentation.ConfluentKafka';
/** Each of them instruments clients of its own side only. */
const BUILT_BY: ReadonlySet<string> = new Set(['InstrumentedProducerBuilder', 'InstrumentedConsumerBuilder']);

/** Calls of a method on a Confluent.Kafka client: by its type, or where that is not known by its name. */
export function kafkaSites(code: DotnetCode, side: KafkaSide, methods: readonly string[]): Site[] {
  return methods
    .flatMap((name) => code.named(name))
    .filter((site) => usesKafka(code, site) && isClient(code, side, site));
}

function usesKafka(code: DotnetCode, { source }: Site): boolean {
  if (source.code.imports.some(({ from }) => from.startsWith('Confluent.Kafka'))) return true;
  if (source.has('Confluent.Kafka.')) return true;
  return code.program.sources.some((other) => other.has(/global\s+using\s+Confluent\.Kafka\s*;/));
}

function isClient(code: DotnetCode, side: KafkaSide, { source, function: fn, call }: Site): boolean {
  const receiver = receiverOf(call);
  if (receiver === undefined) return false;
  const type = typeOf(code, source, fn, receiver);
  if (type !== undefined) return TYPES[side].test(plainType(type));
  return (
    new RegExp(`${side}\\w*$`, 'i').test(lastName(receiver)) &&
    source.has(/ProducerBuilder|ConsumerBuilder|IProducer|IConsumer/)
  );
}

/** Where clients of a side are built without instrumentation. */
export function plainBuilders(code: DotnetCode, side: KafkaSide): Site[] {
  return code.named(BUILDERS[side]).filter(({ call }) => call.isNew === true && call.typeArguments !== undefined);
}

/** What shows that clients of a side are instrumented, or may be; undefined where nothing does. */
export function coverOf(process: DotnetProcess, side: KafkaSide): Evidence | undefined {
  const { code, setup } = process;
  const [agent] = setup.agents;
  if (agent) return agent;
  for (const library of ['confluent.kafka', 'kafka']) {
    const by = setup.covered.get(library);
    if (by !== undefined) return { ...code.code.unit.manifest, text: `a setting says: ${by}` };
  }
  for (const { by, package: library } of kafkaCover(side)) {
    if (switchedOff(process, side)?.text === by) continue;
    // A method of the workspace's own does what is in it, which is looked at there.
    if (library !== undefined && code.program.functionsNamed(by).length > 0) continue;
    const [site] = code.named(by);
    if (site) return evidenceAt(site.source, placeOf(site), by);
  }
  for (const site of code.matching(/Instrument/)) {
    if (/^Add\w*Instrumentation$/.test(site.name) || BUILT_BY.has(site.name) || !usesKafka(code, site)) continue;
    return evidenceAt(site.source, placeOf(site), site.name);
  }
  return decorator(code, side);
}

/**
 * Where an instrumented client is built that nothing switches on: it writes and reads nothing until the set-up of tracing
 * has its `AddKafka…Instrumentation`.
 */
export function switchedOff({ code, setup }: DotnetProcess, side: KafkaSide): Evidence | undefined {
  if (setup.hasUnknownSources || isListenedTo(setup, LIBRARY)) return undefined;
  const [row] = kafkaCover(side).filter((one) => one.with !== undefined && code.named(one.by).length > 0);
  if (row === undefined || code.named(row.with!).length > 0) return undefined;
  // Another's class of that name, or options that are given by hand, may switch it on.
  if (!code.code.unit.dependencies.has(LIBRARY.toLowerCase()) || code.program.typesNamed(row.by).length > 0)
    return undefined;
  if (code.program.sources.some((source) => source.has(/BuilderOptions|EnableTraces/))) return undefined;
  const [site] = code.named(row.by);
  return site && evidenceAt(site.source, placeOf(site), row.by);
}

/** What has to be called for `switchedOff` to be none. */
export function switchOf(side: KafkaSide): string {
  return side === 'producer' ? 'AddKafkaProducerInstrumentation' : 'AddKafkaConsumerInstrumentation';
}

/** The instrumented consumer whose activity is over when `Consume` returns, where nothing else covers consumers. */
export function linksOnly(process: DotnetProcess): Evidence | undefined {
  const { code, setup } = process;
  if (switchedOff(process, 'consumer') !== undefined) return undefined;
  if (setup.agents.length > 0 || code.named('ConsumeAndProcessMessageAsync').length > 0) return undefined;
  const [site] = code.named('InstrumentedConsumerBuilder');
  return site && evidenceAt(site.source, placeOf(site), 'InstrumentedConsumerBuilder');
}

/** A class of the workspace that wraps clients and hands the context on. */
function decorator(code: DotnetCode, side: KafkaSide): Evidence | undefined {
  for (const source of code.program.sources) {
    const type = source.code.types.find(
      (one) =>
        one.kind !== 'interface' && one.bases.some((base) => TYPES[side].test(plainType(base)) && base.includes(',')),
    );
    if (type) return evidenceAt(source, type.nameAt, type.name);
  }
  return undefined;
}

/** `new Message<K, V> { … }` that a call is given, also through a variable of its function. */
export function messageOf(site: Site): Call | undefined {
  for (const { value } of site.call.args) {
    if (value.kind === 'call' && value.isNew) return value;
    if (value.kind !== 'name') continue;
    const made = site.source
      .callsIn(site.function)
      .find((call) => call.isNew && lastName(call.callee) === 'Message' && isAssignedTo(site, call, value.name));
    if (made) return made;
  }
  return undefined;
}

function isAssignedTo({ source }: Site, call: Call, name: string): boolean {
  const before = source.code.text.slice(Math.max(0, call.start - 120), call.start);
  return new RegExp(`\\b${name.replace(/\W/g, '')}\\s*=\\s*$`).test(before);
}
