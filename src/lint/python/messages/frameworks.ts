import type { Expression } from '../../../syntax/code/expression';
import { boundTo } from '../http/httpClients';
import { argumentOf, type Site } from '../names/pythonCode';
import type { TracedCode } from '../process/tracedCode';
import type { Publish } from './publish';

/** The brokers of FastStream, and the library that each sends through. */
const BROKERS: Readonly<Record<string, string>> = {
  'faststream.kafka.KafkaBroker': 'aiokafka',
  'faststream.confluent.KafkaBroker': 'confluent-kafka',
  'faststream.rabbit.RabbitBroker': 'aio-pika',
  'faststream.nats.NatsBroker': 'nats',
  'faststream.redis.RedisBroker': 'Redis lists',
};

/**
 * A broker of FastStream without the middleware that writes and reads the context of its messages: where the code publishes
 * through it, or takes messages and publishes what comes of them.
 */
export function fastStreamBroker(traced: TracedCode, site: Site): Publish | undefined {
  const library = BROKERS[site.name];
  if (library === undefined || traced.sources.some((one) => one.has(/\w*(Telemetry|Otel|Tracing)\w*Middleware/)))
    return undefined;
  const middlewares = argumentOf(site.call, 'middlewares');
  if (middlewares !== undefined && /telemetry|otel|trac/i.test(site.source.textOf(middlewares))) return undefined;
  const broker = boundTo(site)?.split('.').at(-1);
  if (broker === undefined || !/^\w+$/.test(broker)) return undefined;
  const publishes = new RegExp(`\\b${broker}\\.(publish|publisher|request)\\s*\\(`);
  if (!traced.sources.some((one) => one.has(publishes))) return undefined;
  return { site, library, carrier: 'the headers by `middlewares=`' };
}

/** `await task.kiq(…)` of taskiq, whose worker loads the file of the task: traced, and without what carries the context. */
export function taskiqTask(traced: TracedCode, site: Site, object: Expression): Publish | undefined {
  const { code, sources } = traced;
  if (!sources.some((one) => one.has(/\btaskiq\b/))) return undefined;
  if (sources.some((one) => one.has(/OpenTelemetryMiddleware|TaskiqInstrumentor|\bpre_send\b/))) return undefined;
  const tasks = code.functionsOf(site.source, site.function, object, true);
  const isTask = tasks.some(({ function: fn }) => fn.annotations.length > 0);
  if (!isTask || !tasks.some(({ source }) => traced.isTracedFrom(source))) return undefined;
  return { site, library: 'taskiq', carrier: 'the labels of the task' };
}
