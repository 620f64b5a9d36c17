import type { Finding } from '../model/finding';
import type { Evidence } from './evidence';
import type { ProcessUnit } from './project/processUnit';

/** What libraries a rule speaks of, by the names that manifests have for them. */
const LIBRARIES: readonly (readonly [rule: RegExp, names: RegExp])[] = [
  [/^(GO|PY|CS|JAVA-SPRING)-KAFKA-/, /kafka|sarama|franz-go|faust/],
  [/^GO-RPC-/, /^(google\.golang\.org\/grpc|connectrpc\.com\/connect|github\.com\/bufbuild\/connect-go)$/],
  [/^PY-UNCOVERED-HTTP$/, /^(httpx|requests|aiohttp|urllib3|grpcio)$/],
  [/^JAVA-FEIGN-/, /openfeign|feign-core/],
  [
    /^(MSG-NO-INJECT|CS-KAFKA-CONSUME-DROP|GO-KAFKA-CONSUME-DROP|PY-KAFKA-CONSUME-DROP|JS-KAFKA-CONSUME-DROP)$/,
    /kafka|rabbit|amqp|pika|nats|pubsub|pulsar|\b(?:sqs|sns|jms)\b|redis|celery|^(?:rq|arq|dramatiq|taskiq)$|bullmq|masstransit|nservicebus|wolverine|rebus|\bcap\b|servicebus|eventhubs|asynq|watermill/,
  ],
];

/** What traces a library, and tests of it, are others. */
const BESIDE = /opentelemetry|otel|instrument|test|types\//;

/**
 * The line of the manifest that declares the library which a finding is about: the one that its message names, or the only
 * one that the rule can mean.
 */
export function declaredLibrary({ rule, message }: Finding, { dependencies }: ProcessUnit): Evidence | undefined {
  const names = LIBRARIES.filter(([of]) => of.test(rule)).map(([, of]) => of);
  if (names.length === 0) return undefined;
  const meant = [...dependencies.values()].filter(
    ({ name, scope }) =>
      scope !== 'indirect' && scope !== 'dev' && !BESIDE.test(name) && names.some((one) => one.test(name)),
  );
  if (meant.length < 2) return meant[0]?.at;
  const said = message.toLowerCase();
  const named = meant.filter(({ name }) => said.split(/[\s(),`’']+/).includes(shortName(name)));
  return named.length === 1 ? named[0]!.at : undefined;
}

/** `kafka-go` of `github.com/segmentio/kafka-go`, `spring-kafka` of `org.springframework.kafka:spring-kafka`. */
function shortName(name: string): string {
  return name
    .replace(/\/v\d+$/, '')
    .replace(/^.*[/:]/, '')
    .toLowerCase();
}
