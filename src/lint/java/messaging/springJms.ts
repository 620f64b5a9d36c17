import type { Finding, RelatedPlace } from '../../../model/finding';
import { findingAt, relatedAt } from '../../report';
import { annotationOf, attributeOf, type CallPlace } from '../declarations';
import type { JavaCode } from '../javaCode';
import { asFindingEvidence, firstLine, whereIs } from '../places';
import { mechanismOf, type Mechanism } from '../setup';
import { lastPart, namesType } from '../typeNames';
import { isCarriedByHand } from './handWritten';
import { sendsBy } from './sends';

const RULE = 'MSG-NO-INJECT';
const LIBRARY = 'Spring JMS';
const TEMPLATE = 'org.springframework.jms.core.JmsTemplate';
const OPERATIONS = [TEMPLATE, 'org.springframework.jms.core.JmsOperations'];
const FACTORIES = ['DefaultJmsListenerContainerFactory', 'SimpleJmsListenerContainerFactory'].map(
  (name) => `org.springframework.jms.config.${name}`,
);
const SENDS = ['convertAndSend', 'convertSendAndReceive', 'send', 'sendAndReceive'];
/** What `@JmsListener` takes where it names none. */
const DEFAULT_FACTORY = 'jmsListenerContainerFactory';
/** What has templates, containers or connections observed, wherever it stands. */
const OBSERVES = /setObservationRegistry|JmsInstrumentation|JmsTracing|TracingJms|TracingConnectionFactory/;
const MAX_RELATED = 20;

/**
 * MSG-NO-INJECT, of Spring JMS under Micrometer Tracing: Boot gives its own template and container factory the registry of
 * observations (from 3.2 on); one that code makes has none, unless it is given one or Boot's configurer fills it.
 */
export function unobservedSpringJms(code: JavaCode): Finding[] {
  const mechanism = mechanismOf(code.setup, 'micrometer');
  const { settings } = code.code;
  if (mechanism === undefined || settings.coveredBy.has(LIBRARY)) return [];
  if (code.program.sources.some(({ code: { text } }) => /Jms/.test(text) && OBSERVES.test(text))) return [];
  return [...ownTemplates(code, mechanism), ...ownFactories(code, mechanism)];
}

function ownTemplates(code: JavaCode, mechanism: Mechanism): Finding[] {
  const made = madeOf(code, TEMPLATE);
  const sends =
    made.length === 0 ? [] : sendsBy(code, SENDS, OPERATIONS).filter((place) => !isCarriedByHand(code, place));
  if (sends.length === 0) return [];
  const related = sends.map(({ source, call }) => relatedAt(source, firstLine(source, call), 'It is sent by here.'));
  return made.map((place) => unobserved(place, mechanism, 'its messages carry no trace context', related));
}

function ownFactories(code: JavaCode, mechanism: Mechanism): Finding[] {
  const listeners = code.annotatedWith('JmsListener');
  return FACTORIES.flatMap((type) => madeOf(code, type)).flatMap((place) => {
    const { source, function: fn } = place;
    const bean = annotationOf(fn, 'Bean');
    if (bean === undefined || /\.\s*configure\s*\(/.test(source.textOf(fn))) return [];
    const named = attributeOf(bean, 'name') ?? attributeOf(bean, 'value');
    const name = named?.kind === 'text' ? named.value : fn.name;
    const taken = listeners.filter(({ annotation }) => {
      const wanted = attributeOf(annotation, 'containerFactory');
      return wanted === undefined ? name === DEFAULT_FACTORY : wanted.kind === 'text' && wanted.value === name;
    });
    if (taken.length === 0) return [];
    const related = taken.map((one) => relatedAt(one.source, firstLine(one.source, one.annotation), 'Listens by it.'));
    return [unobserved(place, mechanism, 'its listeners do not continue the traces of the messages', related)];
  });
}

function madeOf(code: JavaCode, type: string): CallPlace[] {
  return code
    .calls(lastPart(type))
    .filter(({ source, call }) => call.isNew === true && namesType(source, call.callee, type));
}

function unobserved(
  { source, call }: CallPlace,
  mechanism: Mechanism,
  loss: string,
  related: readonly RelatedPlace[],
): Finding {
  return findingAt(RULE, source, firstLine(source, call), {
    severity: 'warning',
    message: `This ${lastPart(source.textOf(call.callee))} is made without \`setObservationRegistry(…)\`, which only Boot's own has (\`${whereIs(source, mechanism.at)}\`: ${mechanism.row.title}): ${loss}.`,
    evidence: asFindingEvidence([mechanism.at]),
    related: related.slice(0, MAX_RELATED),
  });
}
