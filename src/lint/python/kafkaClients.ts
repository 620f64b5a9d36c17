import type { Expression } from '../../syntax/code/expression';
import { classesOf } from './classes';
import { lastPart, type PythonCode, type Site } from './pythonCode';

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
      /^confluent_kafka\.(serializing_producer\.|cimpl\.|aio\.|experimental\.aio\.)*(Serializing|AIO)?Producer$/,
    consumer:
      /^confluent_kafka\.(deserializing_consumer\.|cimpl\.|aio\.|experimental\.aio\.)*(Deserializing|AIO)?Consumer$/,
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
export interface KafkaProduce extends Site {
  readonly library: KafkaLibrary;
  /** The class that the producer is an object of. */
  readonly madeBy: string;
}

/** The messages that functions send. */
export function kafkaProduces(code: PythonCode, sites: readonly Site[]): KafkaProduce[] {
  return sites.flatMap((site) => {
    if (!/^(send|send_and_wait|send_batch|produce)$/.test(site.method) || site.call.callee.kind !== 'member') return [];
    const found = clientOf(code, site, site.call.callee.object, 'producer');
    if (found === undefined || !PRODUCES[found.library].test(site.method)) return [];
    return [{ ...site, ...found }];
  });
}

/** Which library fetches messages at a call: `consumer.poll(1.0)`, `await consumer.getone()`. */
export function kafkaFetch(code: PythonCode, site: Site): KafkaLibrary | undefined {
  if (!/^(poll|consume|getone|getmany)$/.test(site.method) || site.call.callee.kind !== 'member') return undefined;
  const found = clientOf(code, site, site.call.callee.object, 'consumer');
  return found !== undefined && CONSUMES[found.library].test(site.method) ? found.library : undefined;
}

/** What instruments one producer or consumer, or is one that does it itself. */
const INSTRUMENTED =
  /(^|\.)(instrument_(producer|consumer)|Proxied(Producer|Consumer)|\w*(Traced|Tracing|Otel|Instrumented)\w*)$/;

/** The library of a producer or consumer, by what it is made by; undefined for one that is instrumented by itself. */
export function clientOf(
  code: PythonCode,
  { source, function: fn }: Pick<Site, 'source' | 'function'>,
  object: Expression,
  side: 'producer' | 'consumer',
): { readonly library: KafkaLibrary; readonly madeBy: string } | undefined {
  const classes = classesOf(code, source, fn, object);
  if (classes.some((one) => INSTRUMENTED.test(one))) return undefined;
  for (const madeBy of classes) {
    const found = kafkaClass(madeBy);
    if (found?.side === side) return { library: found.library, madeBy };
  }
  return byName(code, source, lastPart(object), side);
}

/** A `producer` that is handed in, in a file that knows one such library only. */
function byName(
  code: PythonCode,
  source: Site['source'],
  name: string,
  side: 'producer' | 'consumer',
): { readonly library: KafkaLibrary; readonly madeBy: string } | undefined {
  if (!new RegExp(`(^|_)(kafka_)?${side}$`, 'i').test(name)) return undefined;
  const known = [...code.names.importsOf(source).values()].flatMap((one) => kafkaClass(one) ?? []);
  const library = known.find((one) => one.side === side)?.library;
  return library === undefined ? undefined : { library, madeBy: '' };
}
