import type { Expression } from '../../../syntax/code/expression';
import { classesOf } from '../names/classes';
import { argumentOf, lastPart, type PythonCode, type Site } from '../names/pythonCode';

/** A Kafka library by its row in the coverage table. */
export type KafkaLibrary = 'kafka-python' | 'aiokafka' | 'confluent-kafka';

const CLASSES: readonly { readonly library: KafkaLibrary; readonly producer: RegExp; readonly consumer: RegExp }[] = [
  {
    library: 'kafka-python',
    producer: /^kafka\.(producer\.)?(kafka\.)?KafkaProducer$/,
    consumer: /^kafka\.(consumer\.)?(group\.)?KafkaConsumer$/,
  },
  {
    library: 'aiokafka',
    producer: /^aiokafka\.(producer\.)?(producer\.)?AIOKafkaProducer$/,
    consumer: /^aiokafka\.(consumer\.)?(consumer\.)?AIOKafkaConsumer$/,
  },
  {
    library: 'confluent-kafka',
    producer:
      /^confluent_kafka\.(serializing_producer\.|cimpl\.|avro\.|aio\.|experimental\.aio\.)*(Serializing|Avro|AIO)?Producer$/,
    consumer:
      /^confluent_kafka\.(deserializing_consumer\.|cimpl\.|avro\.|aio\.|experimental\.aio\.)*(Deserializing|Avro|AIO)?Consumer$/,
  },
];

const PRODUCES: Readonly<Record<KafkaLibrary, RegExp>> = {
  'kafka-python': /^send$/,
  aiokafka: /^(send|send_and_wait|send_batch)$/,
  'confluent-kafka': /^produce$/,
};

const CONSUMES: Readonly<Record<KafkaLibrary, RegExp>> = {
  'kafka-python': /^poll$/,
  aiokafka: /^(getone|getmany)$/,
  'confluent-kafka': /^(poll|consume)$/,
};

/** Which library's producer or consumer a class is. */
export function kafkaClass(name: string): { library: KafkaLibrary; side: 'producer' | 'consumer' } | undefined {
  for (const { library, producer, consumer } of CLASSES) {
    if (producer.test(name)) return { library, side: 'producer' };
    if (consumer.test(name)) return { library, side: 'consumer' };
  }
  return undefined;
}

/** A message sent by a producer of a known library. */
export type KafkaProduce = Site & KafkaClient;

/** The messages that functions send. */
export function kafkaProduces(code: PythonCode, sites: readonly Site[]): KafkaProduce[] {
  return sites.flatMap((site) => {
    if (!/^(send|send_and_wait|send_batch|produce)$/.test(site.method) || site.call.callee.kind !== 'member') return [];
    const found = clientOf(code, site, site.call.callee.object, 'producer');
    if (found === undefined || !PRODUCES[found.library].test(site.method)) return [];
    return [{ ...site, ...found }];
  });
}

/** Where the headers stand among a producer's arguments by place; confluent-kafka's producers differ in it. */
const HEADERS_AT: Readonly<Record<KafkaLibrary, number>> = { 'kafka-python': 3, aiokafka: 5, 'confluent-kafka': -1 };

/** The headers that a message is given, by name or by place. */
export function headersOf({ call, library }: Pick<KafkaProduce, 'call' | 'library'>): Expression | undefined {
  return argumentOf(call, 'headers', HEADERS_AT[library]);
}

const FETCHES = /^(poll|consume|getone|getmany)$/;

/**
 * The consumer that fetches messages at a call: `consumer.poll(1.0)`, `await consumer.getone()`, and in a thread
 * `asyncio.to_thread(consumer.poll, 1.0)`, `loop.run_in_executor(None, lambda: consumer.poll(1.0))`.
 */
export function kafkaFetch(code: PythonCode, site: Site): KafkaClient | undefined {
  const fetch = FETCHES.test(site.method) ? site.call.callee : fetchInThread(site);
  if (fetch?.kind !== 'member') return undefined;
  const found = clientOf(code, site, fetch.object, 'consumer');
  return found !== undefined && CONSUMES[found.library].test(fetch.name) ? found : undefined;
}

function fetchInThread({ source, call, method }: Site): Expression | undefined {
  if (!/^(to_thread|run_in_executor|run_sync|run_in_threadpool)$/.test(method)) return undefined;
  const works = call.args.flatMap(({ value }): readonly Expression[] => {
    if (value.kind === 'call' && lastPart(value.callee) === 'partial')
      return value.args.slice(0, 1).map((one) => one.value);
    if (value.kind !== 'function') return [value];
    return source.callsIn(source.code.functions[value.function]!).map(({ callee }) => callee);
  });
  return works.find((one) => one.kind === 'member' && FETCHES.test(one.name));
}

/** What instruments one producer or consumer, or is one that does it itself. */
const INSTRUMENTED =
  /(^|\.)(instrument_(producer|consumer)|Proxied(Producer|Consumer)|\w*(Traced|Tracing|Otel|Instrumented)\w*)$/;

/** A producer or consumer. */
export interface KafkaClient {
  readonly library: KafkaLibrary;
  /** The class it is an object of; '' where only its name says what it is. */
  readonly madeBy: string;
  /** It is instrumented by itself, or does it itself. */
  readonly instrumented: boolean;
}

/** The library of a producer or consumer, by what it is made by, else by its name. */
export function clientOf(
  code: PythonCode,
  { source, function: fn }: Pick<Site, 'source' | 'function'>,
  object: Expression,
  side: 'producer' | 'consumer',
): KafkaClient | undefined {
  const classes = classesOf(code, source, fn, object);
  const instrumented = classes.some((one) => INSTRUMENTED.test(one));
  for (const madeBy of classes) {
    const found = kafkaClass(madeBy);
    if (found?.side === side) return { library: found.library, madeBy, instrumented };
  }
  if (classes.some((one) => isOwnClass(code, one))) return undefined;
  const isConfluent = classes.some((one) => INSTRUMENTED.test(one) && /confluent/i.test(one));
  const library = isConfluent ? 'confluent-kafka' : libraryByName(code, source, lastPart(object), side);
  return library === undefined ? undefined : { library, madeBy: '', instrumented };
}

/** A class of the project that is made from none of the libraries': what its methods do stands in them. */
function isOwnClass(code: PythonCode, name: string): boolean {
  const types = code.program.typesNamed(name.slice(name.lastIndexOf('.') + 1));
  return types.some(({ type }) => type.bases.every((base) => !/Producer|Consumer/.test(base)));
}

/** Libraries of other brokers, whose producers are called the same. */
const OTHER_BROKERS = /^(pika|aio_pika|pulsar|kombu|nats|redis|boto3|aioboto3|google|azure|rocketmq|faststream)(\.|$)/;

/** A `producer` that is handed in, in a file that knows one such library only, or none in a unit that uses only one. */
function libraryByName(
  code: PythonCode,
  source: Site['source'],
  name: string,
  side: 'producer' | 'consumer',
): KafkaLibrary | undefined {
  if (!new RegExp(`(^|_)(kafka_)?${side}$`, 'i').test(name)) return undefined;
  const imported = [...code.names.importsOf(source).values()];
  const known = imported.flatMap((one) => kafkaClass(one) ?? []);
  const here = known.find((one) => one.side === side)?.library;
  if (here !== undefined || known.length > 0 || imported.some((one) => OTHER_BROKERS.test(one))) return here;
  const used = librariesOf(code, side);
  return used.size === 1 ? [...used][0] : undefined;
}

const inUnits = new WeakMap<PythonCode, Map<string, ReadonlySet<KafkaLibrary>>>();

/** The libraries whose producers, or consumers, any file imports. */
function librariesOf(code: PythonCode, side: 'producer' | 'consumer'): ReadonlySet<KafkaLibrary> {
  let perSide = inUnits.get(code);
  if (perSide === undefined) inUnits.set(code, (perSide = new Map<string, ReadonlySet<KafkaLibrary>>()));
  let found = perSide.get(side);
  if (found === undefined) {
    const names = code.program.sources.flatMap((source) => [...code.names.importsOf(source).values()]);
    const ofSide = names.flatMap((name) => {
      const one = kafkaClass(name);
      return one?.side === side ? [one.library] : [];
    });
    perSide.set(side, (found = new Set(ofSide)));
  }
  return found;
}
