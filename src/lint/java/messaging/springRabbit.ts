import type { Finding, RelatedPlace } from '../../../model/finding';
import type { Piece } from '../../../syntax/code/piece';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt, relatedAt } from '../../report';
import { chainFrom, useOf } from '../chains';
import { annotationOf, type CallPlace } from '../declarations';
import { propertyFix } from '../fixes/propertyFix';
import { callAfterMaking } from '../fixes/statementFix';
import type { JavaCode } from '../javaCode';
import { asFindingEvidence, firstLine, whereIs } from '../places';
import { canonical, mayBeSaidElsewhere, isSwitchedOn, isTrue } from '../properties';
import { mechanismOf, type Mechanism } from '../setup';
import { namesType } from '../typeNames';
import { declaredType } from '../variables';
import { isCarriedByHand, isReadByHand } from './handWritten';
import { sendsBy } from './sends';
import { howItIs } from './unsetProperty';

const RULE = 'MSG-NO-INJECT';
const MAX_RELATED = 20;

const TEMPLATE = 'org.springframework.amqp.rabbit.core.RabbitTemplate';
const OPERATIONS = [
  TEMPLATE,
  'org.springframework.amqp.core.AmqpTemplate',
  'org.springframework.amqp.rabbit.core.RabbitOperations',
  'org.springframework.amqp.rabbit.core.RabbitMessagingTemplate',
];
const SENDS = ['convertAndSend', 'convertSendAndReceive', 'send', 'sendAndReceive', 'convertSendAndReceiveAsType'];
const FACTORIES = [
  'org.springframework.amqp.rabbit.config.SimpleRabbitListenerContainerFactory',
  'org.springframework.amqp.rabbit.config.DirectRabbitListenerContainerFactory',
];
const TEMPLATE_PROPERTY = 'spring.rabbitmq.template.observation-enabled';
const LISTENER_PROPERTY = 'spring.rabbitmq.listener.simple.observation-enabled';

interface Place {
  readonly source: SourceCode;
  readonly piece: Piece;
}

/**
 * MSG-NO-INJECT for Spring AMQP: as Spring Kafka it observes neither what it sends nor what it takes unless it is told to, by
 * Boot's properties for what Boot makes, in code for templates and container factories of one's own.
 */
export function unobservedRabbit(code: JavaCode): Finding[] {
  const mechanism = mechanismOf(code.setup, 'micrometer');
  if (mechanism === undefined || code.code.settings.coveredBy.has('spring-rabbit')) return [];
  const calls = sendsBy(code, SENDS, OPERATIONS);
  const sent = calls.filter((place) => !isCarriedByHand(code, place)).map(placeOfCall);
  const taken = code
    .annotatedWith('RabbitListener')
    .filter(({ source, function: fn }) => fn === undefined || !isReadByHand(code, { source, function: fn }))
    .map(({ source, annotation }) => ({ source, piece: annotation }));
  const isCarried = calls.length > 0 && sent.length === 0;
  const senders = isCarried || isObserved(code, 'template') ? [] : ofSenders(code, sent, mechanism);
  return isObserved(code, 'listener') ? senders : [...senders, ...ofTakers(code, taken, mechanism)];
}

function ofSenders(code: JavaCode, sent: readonly Place[], mechanism: Mechanism): Finding[] {
  const own = made(code, [TEMPLATE]);
  if (own.length > 0)
    return own.map((place) =>
      ofOwn(place, mechanism, 'RabbitTemplate', 'its messages carry no trace context', 'template', related(sent)),
    );
  if (isSwitchedOn(code.code.unit, TEMPLATE_PROPERTY)) return [];
  return unset(code, TEMPLATE_PROPERTY, sent, 'messages carry no trace context', mechanism);
}

function ofTakers(code: JavaCode, taken: readonly Place[], mechanism: Mechanism): Finding[] {
  if (taken.length === 0) return [];
  const loss = 'listeners do not continue the traces of their messages';
  const own = made(code, FACTORIES).filter(({ source, function: fn }) => !/\.configure\(/.test(source.textOf(fn)));
  if (own.length > 0)
    return own.map((place) => ofOwn(place, mechanism, 'container factory', loss, 'factory', related(taken)));
  const isOn = (code.code.unit.properties ?? []).some(
    ({ key, value }) =>
      /^spring\.rabbitmq\.listener\.(simple|direct|stream)\.observationenabled$/.test(canonical(key)) && isTrue(value),
  );
  return isOn ? [] : unset(code, LISTENER_PROPERTY, taken, loss, mechanism);
}

/** Made by a bean, or kept: what somebody sends by. */
function made(code: JavaCode, types: readonly string[]): CallPlace[] {
  return types.flatMap((type) =>
    code
      .calls(type.slice(type.lastIndexOf('.') + 1))
      .filter(({ source, call }) => call.isNew && namesType(source, call.callee, type))
      .filter(({ function: fn }) => annotationOf(fn, 'Bean') !== undefined || fn.modifiers.includes('constructor')),
  );
}

function ofOwn(
  place: CallPlace,
  mechanism: Mechanism,
  what: string,
  loss: string,
  variable: string,
  others: readonly RelatedPlace[],
): Finding {
  const { source, function: fn, call } = place;
  const line = 'setObservationEnabled(true)';
  const use = useOf(source, fn, chainFrom(place).at(-1)!);
  return findingAt(RULE, source, firstLine(source, call), {
    severity: 'warning',
    message: `This ${what} is made without \`${line}\` and reads no Spring property (\`${whereIs(source, mechanism.at)}\`: ${mechanism.row.title}): ${loss}.`,
    evidence: asFindingEvidence([mechanism.at]),
    related: others,
    fixes: callAfterMaking({ ...place, use }, 'Switch its observation on', line, variable),
  });
}

function unset(
  code: JavaCode,
  property: string,
  places: readonly Place[],
  loss: string,
  mechanism: Mechanism,
): Finding[] {
  const [first, ...others] = places;
  if (first === undefined) return [];
  const { unit } = code.code;
  const isUnknown = mayBeSaidElsewhere(unit);
  return [
    findingAt(RULE, first.source, firstLine(first.source, first.piece), {
      severity: isUnknown ? 'hint' : 'warning',
      message: `\`${property}\` ${howItIs(unit, property)} (\`${whereIs(first.source, mechanism.at)}\`: ${mechanism.row.title}): ${loss}.`,
      evidence: asFindingEvidence([mechanism.at]),
      related: related(others),
      fixes: propertyFix(unit, property, 'true'),
    }),
  ];
}

function related(places: readonly Place[]): RelatedPlace[] {
  return places
    .slice(0, MAX_RELATED)
    .map(({ source, piece }) => relatedAt(source, firstLine(source, piece), 'The same here.'));
}

function placeOfCall({ source, call }: CallPlace): Place {
  return { source, piece: call };
}

/** Somewhere in code the observation of templates, or of listeners, is switched on. */
function isObserved(code: JavaCode, side: 'template' | 'listener'): boolean {
  return code
    .calls('setObservationEnabled')
    .filter(({ source, call }) => call.args[0] === undefined || source.textOf(call.args[0].value) !== 'false')
    .some((place) => place.source.has(/amqp/) && isOfListener(place) === (side === 'listener'));
}

/** By the type of what it is called on; where that is inferred, by its name and what the method gives. */
function isOfListener({ source, function: fn, call }: CallPlace): boolean {
  const type = call.callee.kind === 'member' ? declaredType(source, fn, call.callee.object) : undefined;
  if (type !== undefined && type !== 'var') return !/Template|Operations/.test(type);
  return /ontainer|actory/.test(`${source.textOf(call.callee)} ${fn.returns ?? ''}`);
}
