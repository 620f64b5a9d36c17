import type { Call } from '../../../syntax/code/expression';
import { assignmentsIn } from '../../code/bindings';
import { chainFrom } from '../chains';
import { fieldNamed, nameOfCall, variableName, type CallPlace } from '../declarations';
import type { JavaCode } from '../javaCode';
import { rootVariable } from '../spring/springClients';
import type { KafkaBean } from './kafkaUses';

/** Where code switches the observation of Spring Kafka on. */
export interface Observations {
  /** Somewhere for templates that are made elsewhere: an injected one, a bean post-processor, a customizer. */
  readonly templates: boolean;
  readonly listeners: boolean;
  isObserved(bean: KafkaBean): boolean;
}

const known = new WeakMap<JavaCode, Observations>();

/** What a process's code switches on. */
export function observations(code: JavaCode): Observations {
  let found = known.get(code);
  if (found === undefined) known.set(code, (found = read(code)));
  return found;
}

function read(code: JavaCode): Observations {
  const calls = code.calls('setObservationEnabled').filter(({ call }) => !isFalse(call));
  const makers = new Set(
    ['KafkaTemplate', 'ReplyingKafkaTemplate', 'RoutingKafkaTemplate', 'ConcurrentKafkaListenerContainerFactory']
      .flatMap((name) => code.calls(name))
      .filter(({ call }) => call.isNew)
      .map((place) => place.function),
  );
  const elsewhere = calls.filter((place) => !makers.has(place.function));
  const templates = elsewhere.some((place) => isOfTemplate(place));
  const listeners = elsewhere.some((place) => !isOfTemplate(place));
  return {
    templates,
    listeners,
    isObserved: (bean) => {
      if (bean.kind === 'template' ? templates : listeners) return true;
      if (chainFrom(bean.place).some((call) => nameOfCall(call) === 'setObservationEnabled' && !isFalse(call)))
        return true;
      const inside = calls.filter(
        (place) => place.function === bean.place.function && place.source === bean.place.source,
      );
      return inside.some((place) => isOf(place, bean));
    },
  };
}

function isFalse(call: Call): boolean {
  const value = call.args[0]?.value;
  return value?.kind === 'literal' && value.text === 'false';
}

/** A listener's is set on its container properties. */
function isOfTemplate({ source, function: fn, call }: CallPlace): boolean {
  const receiver = source.textOf(call.callee);
  if (/ontainer|actory/.test(receiver)) return false;
  const name = call.callee.kind === 'member' ? variableName(call.callee.object) : undefined;
  const parameter = [fn, ...source.around(fn)].flatMap((one) => one.parameters).find((one) => one.name === name);
  const type = parameter?.type ?? (name === undefined ? undefined : fieldNamed(source, call, name)?.type);
  return type === undefined ? !/prop/i.test(receiver) : !/Container|Factory|Properties/.test(type);
}

/** Of several made in one method, the one whose variable it is called on; or that cannot be told. */
function isOf({ source, function: fn, call }: CallPlace, bean: KafkaBean): boolean {
  if (bean.use.kind === 'returned' || bean.use.kind === 'other')
    return bean.kind === 'factory' || bean.use.kind === 'other';
  if (bean.use.kind === 'argument') return true;
  const { name } = bean.use;
  const root = rootVariable(call.callee);
  if (root === undefined || root === name) return true;
  // `ContainerProperties properties = factory.getContainerProperties()`; another factory's variable is not this one's.
  const assigned = assignmentsIn(fn).get(root);
  if (assigned === undefined) return true;
  return assigned.some(({ value }) => value !== undefined && new RegExp(`\\b${name}\\b`).test(source.textOf(value)));
}
