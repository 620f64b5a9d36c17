import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Piece } from '../../../syntax/code/piece';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt, relatedAt } from '../../report';
import { annotationOf } from '../declarations';
import { propertyFix } from '../fixes/propertyFix';
import type { JavaCode } from '../javaCode';
import { coverageOf } from '../javaTables';
import { asFindingEvidence, firstLine, whereIs } from '../places';
import { canonical, mayBeSaidElsewhere, isTrue, valuesOf } from '../properties';
import { mechanismOf } from '../setup';
import { isRepublishing } from '../spring/relevance';
import { isType, plainType } from '../typeNames';
import { declaredType } from '../variables';
import { rootVariable } from '../spring/springClients';

const RULE = 'JAVA-SPRING-KAFKA-NO-OBSERVATION';
const LIBRARY = 'spring-cloud-stream-kafka';
const PROPERTY = 'spring.cloud.stream.kafka.binder.enable-observation';
const MAX_RELATED = 20;

const KAFKA_BINDERS = [
  'org.springframework.cloud:spring-cloud-stream-binder-kafka',
  'org.springframework.cloud:spring-cloud-starter-stream-kafka',
];

/** Others that bind the same: which of several is meant is said by a property. */
const OTHER_BINDERS =
  /:spring-cloud-(stream-binder|starter-stream)-(rabbit|pulsar|kinesis|aws-kinesis|solace|redis|servicebus|eventhubs|gcp-pubsub|rocketmq)|:(spring-cloud-gcp-pubsub-stream-binder|spring-cloud-azure-stream-binder-\w+)$/;

const BRIDGE = 'org.springframework.cloud.stream.function.StreamBridge';

const FUNCTIONS = ['java.util.function.Consumer', 'java.util.function.Function', 'java.util.function.Supplier'];

interface Place {
  readonly source: SourceCode;
  readonly piece: Piece;
}

/**
 * The Kafka binder of Spring Cloud Stream observes what it sends and takes only where its property says so. The binder for
 * RabbitMQ always does.
 */
export function unobservedCloudStream(code: JavaCode): Finding[] {
  const mechanism = mechanismOf(code.setup, 'micrometer');
  const { unit, settings } = code.code;
  if (mechanism === undefined || settings.coveredBy.has(LIBRARY) || coverageOf(LIBRARY, 'micrometer') === undefined)
    return [];
  const binder = KAFKA_BINDERS.map((name) => unit.dependencies.get(name)).find((one) => one?.scope === 'runtime');
  if (binder === undefined || !isMeant(code) || isObserved(code)) return [];
  const [first, ...others] = [...bridgeSends(code), ...boundFunctions(code)];
  if (first === undefined) return [];
  const { source, piece } = first;
  const isUnknown = mayBeSaidElsewhere(unit);
  return [
    findingAt(RULE, source, firstLine(source, piece), {
      severity: isUnknown ? 'hint' : 'warning',
      message: `\`${PROPERTY}\` is not set and is off by default (\`${whereIs(source, mechanism.at)}\`: ${mechanism.row.title}): Kafka messages of the binder neither carry nor continue a trace.`,
      evidence: asFindingEvidence([mechanism.at, binder.at]),
      fixes: propertyFix(unit, PROPERTY, 'true'),
      related: others
        .slice(0, MAX_RELATED)
        .map((other) => relatedAt(other.source, firstLine(other.source, other.piece), 'The same here.')),
    }),
  ];
}

/**
 * Whether Kafka's binder is the one that binds: the only one, or that which the default or a binding names where no profile
 * does. A profile that only some deployments have says nothing of the others.
 */
function isMeant({ code: { unit } }: JavaCode): boolean {
  if (![...unit.dependencies.values()].some(({ name, scope }) => scope !== 'dev' && OTHER_BINDERS.test(name)))
    return true;
  const chosen = [
    ...valuesOf(unit, 'spring.cloud.stream.default-binder'),
    ...(unit.properties ?? []).filter(({ key }) => /^spring\.cloud\.stream\.bindings\..+\.binder$/.test(key)),
  ];
  return chosen.some(({ value, profile }) => profile === undefined && /kafka/i.test(value));
}

/** By the property, also that of one of several binders, by Spring Integration's patterns, or in code. */
function isObserved({ code: { unit }, program }: JavaCode): boolean {
  const wanted = canonical(PROPERTY);
  const short = wanted.slice(wanted.indexOf('kafka.'));
  for (const { key, value } of unit.properties ?? []) {
    const said = canonical(key);
    if (said.endsWith(short) && isTrue(value)) return true;
    if (said.startsWith('spring.integration.management.observationpatterns')) return true;
  }
  if (
    unit.deployment.environment.some(
      ({ name, value }) =>
        name.toLowerCase().replace(/[_.-]/g, '') === wanted.replace(/\./g, '') && isTrue(value ?? '${}'),
    )
  )
    return true;
  return program.sources.some(({ code: { text } }) =>
    /setObservationEnabled|ObservationPatterns|EnableIntegrationManagement|observationRegistry\(/.test(text),
  );
}

function bridgeSends(code: JavaCode): Place[] {
  return code
    .calls('send')
    .filter(({ source, function: fn, call }) => {
      const root = rootVariable(call.callee);
      if (root === undefined || isRepublishing(source)) return false;
      const type = declaredType(source, fn, { kind: 'name', name: root, start: call.start, end: call.start });
      return type !== undefined && isType(source, plainType(type), BRIDGE);
    })
    .map(({ source, call }) => ({ source, piece: call }));
}

/** `@Bean Consumer<Order> orders()` that a binding or the definition names. */
function boundFunctions(code: JavaCode): Place[] {
  return code.annotatedWith('Bean').flatMap(({ source, function: fn }): Place[] => {
    if (fn?.returns === undefined || !FUNCTIONS.some((name) => isType(source, plainType(fn.returns!), name))) return [];
    return isBound(code, beanNames(fn)) ? [{ source, piece: { start: fn.nameAt.start, end: fn.end } }] : [];
  });
}

function beanNames(fn: CodeFunction): readonly string[] {
  const bean = annotationOf(fn, 'Bean');
  const given =
    bean?.kind === 'call' ? bean.args.flatMap(({ value }) => (value.kind === 'text' ? value.value : [])) : [];
  return [fn.name, ...given.flatMap((name) => name ?? [])];
}

function isBound({ code: { unit } }: JavaCode, names: readonly string[]): boolean {
  return (unit.properties ?? []).some(({ key, value }) => {
    if (/^spring\.cloud\.(stream\.)?function\.definition$/.test(key))
      return value.split(/[;|,]/).some((one) => names.includes(one.trim()));
    const bound = /^spring\.cloud\.stream\.(?:function\.)?bindings\.([\w|]+)-(?:in|out)-\d/.exec(key)?.[1];
    return bound !== undefined && bound.split('|').some((one) => names.includes(one));
  });
}
