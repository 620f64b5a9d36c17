import type { Finding, FindingSeverity, RelatedPlace } from '../../../model/finding';
import type { Piece } from '../../../syntax/code/piece';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt, relatedAt } from '../../report';
import { attributeOf, nameOfCall, type CallPlace } from '../declarations';
import type { AnnotatedPlace } from '../callIndex';
import type { JavaCode } from '../javaCode';
import { callAfterMaking } from '../fixes/statementFix';
import { propertyFix } from '../fixes/propertyFix';
import { observations } from './kafkaObservation';
import { kafkaBeans, kafkaSends, type KafkaBean } from './kafkaUses';
import { asFindingEvidence, firstLine, whereIs } from '../places';
import { mayBeSaidElsewhere, isSwitchedOn } from '../properties';
import { mechanismOf, type Mechanism } from '../setup';
import { namesType } from '../typeNames';
import { isCarriedByHand, isInjectedByHand, isReadByHand } from './handWritten';
import { isInUse } from './sharedCode';
import { howItIs } from './unsetProperty';

const RULE = 'JAVA-SPRING-KAFKA-NO-OBSERVATION';
const LISTENERS = 'org.springframework.kafka.listener';
const TEMPLATE_PROPERTY = 'spring.kafka.template.observation-enabled';
const LISTENER_PROPERTY = 'spring.kafka.listener.observation-enabled';

/** Words of code that puts a trace into headers. */
const WRITES_HEADERS = /\binject\w*\s*\(|"traceparent"/;

/** More call sites than this say nothing more. */
const MAX_RELATED = 20;

/**
 * JAVA-SPRING-KAFKA-NO-OBSERVATION: Spring Kafka observes neither what it sends nor what it takes unless it is told to. What
 * Boot makes reads two properties; a template or container factory of one's own reads none.
 */
export function unobservedSpringKafka(code: JavaCode): Finding[] {
  const mechanism = mechanismOf(code.setup, 'micrometer');
  if (mechanism === undefined || isCovered(code)) return [];
  const beans = kafkaBeans(code);
  return [
    ...beans.flatMap((bean) => ofBean(code, bean, mechanism)),
    ...ofSends(code, beans, mechanism),
    ...ofListeners(code, beans, mechanism),
    ...ofContainers(code, mechanism),
  ];
}

/** Words of what instruments Kafka's clients. */
const COVERS = /TracingProducerInterceptor|TracingConsumerInterceptor|KafkaTelemetry\b|KafkaTracing\b|brave\.kafka/;
/** A class of the workspace that is called so: it does nothing until something names it. */
const DECLARES = /\b(class|object)\s+Tracing(Producer|Consumer)Interceptor\b/g;

function isCovered({ code, program }: JavaCode): boolean {
  if (code.settings.coveredBy.has('spring-kafka')) return true;
  const { properties = [] } = code.unit;
  return (
    program.sources.some((source) => source.has(COVERS) && COVERS.test(source.code.text.replace(DECLARES, ''))) ||
    properties.some(({ value }) => COVERS.test(value))
  );
}

function ofBean(code: JavaCode, bean: KafkaBean, mechanism: Mechanism): Finding[] {
  const { place, kind } = bean;
  if (observations(code).isObserved(bean)) return [];
  if (bean.readsProperties || isDeadLetters(bean) || isForLogs(bean)) return [];
  if (servesNobody(code, bean) || isGivenContext(code, bean)) return [];
  const { source, call } = place;
  const type = nameOfCall(call) ?? '';
  const line =
    kind === 'template' ? 'setObservationEnabled(true)' : 'getContainerProperties().setObservationEnabled(true)';
  const loss =
    kind === 'template'
      ? 'its messages carry no trace context'
      : 'its listeners do not continue the traces of the messages';
  return [
    findingAt(RULE, source, firstLine(source, call), {
      severity: bean.isBatch ? 'info' : 'warning',
      message: `This ${type} is made without \`${line}\` and reads no Spring property (\`${whereIs(source, mechanism.at)}\`: ${mechanism.row.title}): ${loss}.`,
      evidence: asFindingEvidence([mechanism.at]),
      fixes: callAfterMaking({ ...place, use: bean.use }, 'Switch its observation on', line, kind),
    }),
  ];
}

/** What publishes records that failed copies their headers, the trace's among them. */
function isDeadLetters({ use, name, place }: KafkaBean): boolean {
  const taker = use.kind === 'argument' ? (nameOfCall(use.call) ?? '') : '';
  return /recoverer|dead_?letter|dlt|dlq/i.test(`${taker} ${name} ${place.function.name}`);
}

/** What ships the process's own log: a span around each of its records is what nobody wants. */
function isForLogs({ kind, name }: KafkaBean): boolean {
  return kind === 'template' && /^log(s|ging)?(Kafka)?Template$|^kafkaLog(s|ging)?Template$/.test(name);
}

/**
 * A factory of one's own whose listeners all read the context out of the headers themselves, or that no listener takes: the
 * default one, and one for batches. One that has a name of its own was made for a listener that may not be among the files.
 */
function servesNobody(code: JavaCode, bean: KafkaBean): boolean {
  if (bean.kind !== 'factory') return false;
  const listeners = code.annotatedWith('KafkaListener');
  const own = listeners.filter(({ annotation }) => mayMake(bean, annotation));
  if (own.length === 0)
    return listeners.length > 0 && (bean.isBatch || bean.name === '' || bean.name === 'kafkaListenerContainerFactory');
  return own.every((place) => goesOnByHand(code, place));
}

/** What goes through a template is given the context by an interceptor of the process, or by all that send. */
function isGivenContext(code: JavaCode, { kind }: KafkaBean): boolean {
  if (kind !== 'template') return false;
  const hasInterceptor = code.program.sources.some(
    (source) => source.has('ProducerInterceptor') && source.has('onSend') && source.has(WRITES_HEADERS),
  );
  if (hasInterceptor) return true;
  const sends = kafkaSends(code);
  return sends.length > 0 && sends.every((place) => isInjectedByHand(code, place));
}

function goesOnByHand(code: JavaCode, { source, function: fn }: AnnotatedPlace): boolean {
  return fn !== undefined && isReadByHand(code, { source, function: fn });
}

/** A template that is made for an object that takes it is no bean, unless that wraps it as one: Boot makes its own besides. */
function replacesBootsTemplate({ kind, use, place }: KafkaBean): boolean {
  if (kind !== 'template') return false;
  const isHandedOver = use.kind === 'argument' && use.call.isNew === true;
  return !isHandedOver || /Template|Operations|\bvar\b|Object/.test(place.function.returns ?? 'Object');
}

/** Sends through the template that Boot makes. */
function ofSends(code: JavaCode, beans: readonly KafkaBean[], mechanism: Mechanism): Finding[] {
  if (beans.some(replacesBootsTemplate) || observations(code).templates) return [];
  if (isSwitchedOn(code.code.unit, TEMPLATE_PROPERTY)) return [];
  const sends = kafkaSends(code).filter((place) => isInUse(code, place.source) && !isCarriedByHand(code, place));
  return unset(code, mechanism, TEMPLATE_PROPERTY, sends.map(placeOfCall), 'Kafka messages carry no trace context');
}

/** Listeners in the containers that Boot makes. */
function ofListeners(code: JavaCode, beans: readonly KafkaBean[], mechanism: Mechanism): Finding[] {
  if (observations(code).listeners || isSwitchedOn(code.code.unit, LISTENER_PROPERTY)) return [];
  const known = observations(code);
  const own = beans.filter((bean) => bean.kind === 'factory' && (!bean.readsProperties || known.isObserved(bean)));
  const listeners = code
    .annotatedWith('KafkaListener')
    .filter((place) => !own.some((bean) => mayMake(bean, place.annotation)) && !goesOnByHand(code, place));
  const isBatch = listeners.every(({ annotation }) => isTrue(attributeOf(annotation, 'batch')));
  const places = listeners.map(placeOfAnnotation);
  const loss = 'listeners do not continue the traces of their messages';
  return unset(code, mechanism, LISTENER_PROPERTY, places, loss, isBatch ? 'info' : 'warning');
}

const CONTAINERS = ['ConcurrentMessageListenerContainer', 'KafkaMessageListenerContainer'];

/** Containers for the replies to requests, whose sender waits for them. */
const ANSWERS = /ReplyingKafkaTemplate|GenericMessageListenerContainer\s*</;

/** Containers that code makes without a factory: no property of Spring's reaches them. */
function ofContainers(code: JavaCode, mechanism: Mechanism): Finding[] {
  if (observations(code).listeners || code.program.sources.some((source) => source.has(ANSWERS))) return [];
  return CONTAINERS.flatMap((name) => code.calls(name))
    .filter(({ source, call }) => {
      if (!call.isNew || !CONTAINERS.some((name) => namesType(source, call.callee, `${LISTENERS}.${name}`)))
        return false;
      const { text } = source.code;
      return (
        /etupMessageListener\s*\(|setMessageListener\s*\(/.test(text) &&
        !/Batch\w*Listener|\bextract\w*\s*\(/.test(text)
      );
    })
    .map(({ source, call }) =>
      findingAt(RULE, source, firstLine(source, call), {
        severity: 'warning',
        message: `This ${nameOfCall(call)} is made without \`setObservationEnabled(true)\` on its container properties and reads no Spring property (\`${whereIs(source, mechanism.at)}\`: ${mechanism.row.title}): its listener does not continue the traces of the messages.`,
        evidence: asFindingEvidence([mechanism.at]),
      }),
    );
}

/** Whether a factory of one's own makes a listener's container: by its name, or because no other is named. */
function mayMake({ name }: KafkaBean, annotation: AnnotatedPlace['annotation']): boolean {
  const wanted = attributeOf(annotation, 'containerFactory');
  if (wanted === undefined) return name === 'kafkaListenerContainerFactory' || name === '';
  return wanted.kind !== 'text' || wanted.value === name || name === '';
}

function isTrue(value: ReturnType<typeof attributeOf>): boolean {
  return (
    value !== undefined && (value.kind === 'text' ? value.value : value.kind === 'literal' && value.text) === 'true'
  );
}

interface Place {
  readonly source: SourceCode;
  readonly piece: Piece;
}

function placeOfCall({ source, call }: CallPlace): Place {
  return { source, piece: call };
}

function placeOfAnnotation({ source, annotation }: AnnotatedPlace): Place {
  return { source, piece: annotation };
}

/** One finding, at the first place, for a property that nobody sets. */
function unset(
  code: JavaCode,
  mechanism: Mechanism,
  property: string,
  places: readonly Place[],
  loss: string,
  severity: FindingSeverity = 'warning',
): Finding[] {
  const [first, ...others] = places;
  if (first === undefined) return [];
  const { unit } = code.code;
  // Properties from a server, or none among the files: they may be set there.
  const isUnknown = mayBeSaidElsewhere(unit);
  const related: RelatedPlace[] = others
    .slice(0, MAX_RELATED)
    .map(({ source, piece }) => relatedAt(source, firstLine(source, piece), 'The same here.'));
  return [
    findingAt(RULE, first.source, firstLine(first.source, first.piece), {
      severity: isUnknown ? 'hint' : severity,
      message: `\`${property}\` ${howItIs(unit, property)} (\`${whereIs(first.source, mechanism.at)}\`: ${mechanism.row.title}): ${loss}.`,
      evidence: asFindingEvidence([mechanism.at]),
      fixes: propertyFix(unit, property, 'true'),
      related,
    }),
  ];
}
