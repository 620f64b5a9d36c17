import type { CodeFunction } from '../../../syntax/code/code';
import { chainFrom, useOf, type Use } from '../chains';
import { annotationOf, attributeOf, fieldNamed, nameOfCall, variableName, type CallPlace } from '../declarations';
import type { JavaCode } from '../javaCode';
import { isType, namesType } from '../typeNames';

/** A template or container factory of Spring Kafka's that code makes itself. */
export interface KafkaBean {
  readonly kind: 'template' | 'factory';
  readonly place: CallPlace;
  readonly use: Use;
  /** Its bean's name; '' where it is no bean. */
  readonly name: string;
  /** Boot's configurer gives it what the properties say. */
  readonly readsProperties: boolean;
  readonly isBatch: boolean;
}

const TEMPLATES = [
  'org.springframework.kafka.core.KafkaTemplate',
  'org.springframework.kafka.core.RoutingKafkaTemplate',
  'org.springframework.kafka.requestreply.ReplyingKafkaTemplate',
  'org.springframework.kafka.requestreply.AggregatingReplyingKafkaTemplate',
];

const FACTORIES = ['org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory'];

const OPERATIONS = [...TEMPLATES, 'org.springframework.kafka.core.KafkaOperations'];

const SENDS = /^(send|sendDefault|sendAndReceive)$/;

/** The templates and factories that a process makes itself. */
export function kafkaBeans(code: JavaCode): KafkaBean[] {
  const made = (kind: KafkaBean['kind'], types: readonly string[]): KafkaBean[] =>
    types.flatMap((type) =>
      code
        .calls(type.slice(type.lastIndexOf('.') + 1))
        .filter(({ source, call }) => call.isNew && namesType(source, call.callee, type))
        .map((place) => beanOf(kind, place)),
    );
  return [...made('template', TEMPLATES), ...made('factory', FACTORIES)];
}

function beanOf(kind: KafkaBean['kind'], place: CallPlace): KafkaBean {
  const { source, function: fn } = place;
  const use = useOf(source, fn, chainFrom(place).at(-1)!);
  const text = fn.id === 0 ? '' : source.textOf(fn);
  return {
    kind,
    place,
    use,
    name: beanName(fn),
    readsProperties: kind === 'factory' && /\bconfigur\w*\.configure\(|Configurer\w*\)?\s*\.configure\(/i.test(text),
    isBatch: /\.setBatchListener\(\s*true/.test(text),
  };
}

function beanName(fn: CodeFunction): string {
  const bean = annotationOf(fn, 'Bean');
  if (bean === undefined) return '';
  const named = attributeOf(bean, 'name') ?? attributeOf(bean, 'value');
  return named?.kind === 'text' ? (named.value ?? '') : fn.name;
}

/** Where a process sends through a template that it is given. */
export function kafkaSends(code: JavaCode): CallPlace[] {
  const names = ['send', 'sendDefault', 'sendAndReceive'];
  return names.flatMap((name) => code.calls(name)).filter((place) => isTemplateCall(place));
}

function isTemplateCall({ source, function: fn, call }: CallPlace): boolean {
  if (!SENDS.test(nameOfCall(call) ?? '') || call.callee.kind !== 'member') return false;
  const name = variableName(call.callee.object);
  if (name === undefined) return false;
  const parameter = [fn, ...source.around(fn)].flatMap((one) => one.parameters).find((one) => one.name === name);
  const type = parameter?.type ?? fieldNamed(source, call, name)?.type;
  return type !== undefined && OPERATIONS.some((one) => isType(source, type, one));
}
