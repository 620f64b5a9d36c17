import type { Finding } from '../../../model/finding';
import { findingAt, relatedAt } from '../../report';
import type { CallPlace } from '../declarations';
import type { JavaCode } from '../javaCode';
import { asFindingEvidence, firstLine, whereIs } from '../places';
import { mechanismOf } from '../setup';
import { isRepublishing } from '../spring/relevance';
import { lastPart, namesType } from '../typeNames';
import { isCarriedByHand } from './handWritten';
import { sendsBy } from './sends';

const TEMPLATE = 'org.springframework.kafka.core.reactive.ReactiveKafkaProducerTemplate';
const SENDER = 'reactor.kafka.sender.KafkaSender';
const SENDS = ['send', 'sendTransactionally', 'createOutbound'];
/** What has its senders write the context: their own observation, or something in Kafka's client. */
const OBSERVES =
  /\bwithObservation\s*\(|KafkaTelemetry|KafkaTracing|Tracing\w*(Interceptor|ProducerFactory)|INTERCEPTOR_CLASSES_CONFIG|interceptor\.classes|TextMapPropagator|\bpropagator\b/;
const MAX_RELATED = 20;

/**
 * JAVA-SPRING-KAFKA-NO-OBSERVATION, of Reactor Kafka under Micrometer Tracing: it observes what it sends only with
 * `SenderOptions.withObservation`, and no property of Boot's is read by it.
 */
export function unobservedReactorKafka(code: JavaCode): Finding[] {
  const mechanism = mechanismOf(code.setup, 'micrometer');
  const { unit, settings, program } = code.code;
  if (mechanism === undefined || settings.coveredBy.has('reactor-kafka')) return [];
  const made = [...templates(code), ...senders(code)].filter(({ source }) => !isRepublishing(source));
  if (made.length === 0 || program.sources.some((source) => OBSERVES.test(source.code.text))) return [];
  if ((unit.properties ?? []).some(({ key }) => OBSERVES.test(key))) return [];
  const sends = sendsBy(code, SENDS, [TEMPLATE, SENDER]).filter((place) => !isCarriedByHand(code, place));
  if (sends.length === 0) return [];
  return made.map(({ source, call }) =>
    findingAt('JAVA-SPRING-KAFKA-NO-OBSERVATION', source, firstLine(source, call), {
      severity: 'warning',
      message: `Reactor Kafka observes what it sends only with \`SenderOptions.withObservation(…)\`, which nothing here calls (\`${whereIs(source, mechanism.at)}\`: ${mechanism.row.title}): its messages carry no trace context.`,
      evidence: asFindingEvidence([mechanism.at]),
      related: sends
        .slice(0, MAX_RELATED)
        .map((one) => relatedAt(one.source, firstLine(one.source, one.call), 'It is sent by here.')),
    }),
  );
}

/** `new ReactiveKafkaProducerTemplate<>(options)`. */
function templates(code: JavaCode): CallPlace[] {
  return code
    .calls(lastPart(TEMPLATE))
    .filter(({ source, call }) => call.isNew === true && namesType(source, call.callee, TEMPLATE));
}

/** `KafkaSender.create(options)`. */
function senders(code: JavaCode): CallPlace[] {
  return code
    .calls('create')
    .filter(({ source, call: { callee } }) => callee.kind === 'member' && namesType(source, callee.object, SENDER));
}
