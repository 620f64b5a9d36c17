import type { CodeFunction } from '../../syntax/code/code';
import type { Call, Expression } from '../../syntax/code/expression';
import { bindingOf, type Assigned } from '../code/bindings';
import type { FunctionPlace } from '../code/program';
import type { SourceCode } from '../code/sourceCode';
import { lastName, plainType, receiverOf, type DotnetCode, type Site } from './dotnetCode';

const MAX_LEVELS = 5;
/** What a method is called on is looked for less far: `query = query.Where(…)` is of the type that it had before. */
const RECEIVER_LEVELS = 3;
/** What others' methods give: the type of their result, or `$` for the type arguments of the call or of what it is called on. */
const RESULTS: Readonly<Record<string, string>> = {
  CreateModel: 'IModel',
  CreateChannel: 'IChannel',
  CreateChannelAsync: 'IChannel',
  CreateClient: 'HttpClient',
  CreateProcessor: 'ServiceBusProcessor',
  CreateSessionProcessor: 'ServiceBusSessionProcessor',
  CreateReceiver: 'ServiceBusReceiver',
  AcceptSessionAsync: 'ServiceBusSessionReceiver',
  AcceptNextSessionAsync: 'ServiceBusSessionReceiver',
  GetQueueClient: 'QueueClient',
  GetTracer: 'Tracer',
  GetSendEndpoint: 'ISendEndpoint',
  GetPublishSendEndpoint: 'ISendEndpoint',
  CreateRequestClient: 'IRequestClient',
  GetProducer: 'IMessageProducer',
};
const BUILT: Readonly<Record<string, string>> = {
  ProducerBuilder: 'IProducer',
  DependentProducerBuilder: 'IProducer',
  InstrumentedProducerBuilder: 'IProducer',
  ConsumerBuilder: 'IConsumer',
  InstrumentedConsumerBuilder: 'IConsumer',
};

/** What an expression is, as the type is written where it is declared; undefined where that cannot be told. */
export function typeOf(
  code: DotnetCode,
  source: SourceCode,
  fn: CodeFunction,
  expression: Expression,
  levels = MAX_LEVELS,
): string | undefined {
  if (levels === 0) return undefined;
  const inner = (value: Expression, scope = fn): string | undefined => typeOf(code, source, scope, value, levels - 1);
  switch (expression.kind) {
    case 'cast':
      return expression.type === '' ? inner(expression.value) : expression.type;
    case 'call':
      return typeOfCall(code, { source, function: fn, call: expression, name: lastName(expression.callee) }, levels);
    case 'unary':
      return expression.operator === 'await' ? unwrapped(inner(expression.value)) : undefined;
    case 'binary':
      return expression.operator === '??' ? (inner(expression.left) ?? inner(expression.right)) : undefined;
    case 'conditional':
      return expression.values.map((value) => inner(value)).find((found) => found !== undefined);
    case 'index':
      return elementOf(inner(expression.object));
    case 'member':
      return typeOfMember(code, source, fn, expression.object, expression.name, levels);
    case 'name':
      return typeOfName(code, source, fn, expression.name, levels);
    default:
      return undefined;
  }
}

/** What is taken out by an index: of an array, a list, a dictionary; KafkaFlow's producers by their names. */
function elementOf(type: string | undefined): string | undefined {
  if (type === undefined) return undefined;
  const bare = plainType(type);
  if (bare === 'IProducerAccessor') return RESULTS['GetProducer'];
  const array = /^(.*)\[\]\??$/.exec(type)?.[1];
  if (array !== undefined) return array;
  if (/^I?(ReadOnly)?(Concurrent)?Dictionary$/.test(bare)) return /<\s*[\w.]+\s*,\s*(.*)>\??$/.exec(type)?.[1];
  return /^I?(ReadOnly)?List$/.test(bare) ? /<(.*)>\??$/.exec(type)?.[1] : undefined;
}

function typeOfName(
  code: DotnetCode,
  source: SourceCode,
  fn: CodeFunction,
  name: string,
  levels: number,
): string | undefined {
  const binding = bindingOf(source, fn, name);
  if (binding?.kind === 'parameter' && binding.parameter.type !== undefined) return binding.parameter.type;
  if (binding?.kind === 'variable') {
    const found = binding.assigned
      .map((one) => typeOfAssigned(code, source, binding.function, one, levels))
      .find((type) => type !== undefined);
    if (found !== undefined) return found;
  }
  const type = code.typeAround({ source, function: fn });
  if (name === 'this') return type?.name;
  return code.fieldOf(type, name)?.type;
}

function typeOfAssigned(
  code: DotnetCode,
  source: SourceCode,
  fn: CodeFunction,
  { type, value, how }: Assigned,
  levels: number,
): string | undefined {
  if (type !== undefined) return type;
  return value === undefined || how === 'item' || how === 'part'
    ? undefined
    : typeOf(code, source, fn, value, levels - 1);
}

function typeOfMember(
  code: DotnetCode,
  source: SourceCode,
  fn: CodeFunction,
  object: Expression,
  name: string,
  levels: number,
): string | undefined {
  const type = typeOf(code, source, fn, object, levels - 1);
  if (type === undefined) return undefined;
  const bare = plainType(type);
  if (bare === 'Lazy' && name === 'Value') return /<(.*)>/.exec(type)?.[1];
  return code.program
    .typesNamed(bare)
    .map((place) => code.fieldOf(place.type, name)?.type)
    .find((found) => found !== undefined);
}

function typeOfCall(code: DotnetCode, site: Site, levels: number): string | undefined {
  const { call, name } = site;
  if (call.isNew) return call.typeArguments ? `${name}<${call.typeArguments.join(', ')}>` : name;
  if (/^(Build|BuildWithInstrumentation)$/.test(name)) return builtBy(code, site, levels);
  if (/^Get(Required)?(Keyed)?Service$/.test(name)) return call.typeArguments?.[0];
  if (Object.hasOwn(RESULTS, name) && !isOfWorkspace(code, site, levels)) return RESULTS[name];
  const returned = calledFunctions(code, site, Math.min(levels - 1, RECEIVER_LEVELS)).map(
    (place) => place.function.returns,
  );
  const [type] = returned;
  return type === undefined ? undefined : unwrapped(type);
}

/** Whether a call is of a class of the workspace: its methods give what they say. */
function isOfWorkspace(code: DotnetCode, { source, function: fn, call }: Site, levels: number): boolean {
  const receiver = receiverOf(call);
  const type = receiver && receiverType(code, source, fn, receiver, Math.min(levels - 1, RECEIVER_LEVELS));
  return type !== undefined && code.program.typesNamed(type).length > 0;
}

/** `new ProducerBuilder<K, V>(…)…Build()`. */
function builtBy(code: DotnetCode, site: Site, levels: number): string | undefined {
  const made = builderOf(code, site, levels);
  if (made === undefined) return undefined;
  const name = lastName(made.callee);
  const types = made.typeArguments ? `<${made.typeArguments.join(', ')}>` : '';
  return Object.hasOwn(BUILT, name) ? BUILT[name] + types : undefined;
}

/** What a chain of calls on a builder starts with, also when the builder is a variable. */
export function builderOf(code: DotnetCode, site: Site, levels = MAX_LEVELS): Call | undefined {
  let at: Expression | undefined = receiverOf(site.call);
  while (at?.kind === 'call' && !at.isNew) at = receiverOf(at);
  if (at?.kind === 'call') return at;
  if (at?.kind !== 'name' || levels === 0) return undefined;
  const binding = bindingOf(site.source, site.function, at.name);
  if (binding?.kind !== 'variable') return undefined;
  for (const { value } of binding.assigned) {
    if (value?.kind !== 'call') continue;
    if (value.isNew) return value;
    const inner = { ...site, function: binding.function, call: value };
    const found = builderOf(code, inner, levels - 1);
    if (found) return found;
  }
  return undefined;
}

/** `T` of `Task<T>` and `ValueTask<T>`. */
export function unwrapped(type: string | undefined): string | undefined {
  return type === undefined ? undefined : (/^(?:Value)?Task<(.*)>$/.exec(type)?.[1] ?? type);
}

/**
 * The functions of the process that a call may be of: by the class of what it is called on, its subclasses and
 * implementations; where that is not known, by name alone if few have it.
 */
export function calledFunctions(code: DotnetCode, site: Site, levels = RECEIVER_LEVELS): readonly FunctionPlace[] {
  const { source, function: fn, call, name } = site;
  if (name === '') return [];
  if (call.isNew)
    return code.program.functionsNamed(name).filter((one) => one.function.modifiers.includes('constructor'));
  const named = code.program
    .functionsNamed(name)
    .filter((one) => one.function !== fn && !one.function.modifiers.includes('constructor'));
  if (named.length === 0) return [];
  const receiver = receiverOf(call);
  const isOwn = receiver === undefined || (receiver.kind === 'name' && /^(this|base)$/.test(receiver.name));
  const type = isOwn
    ? code.typeAround({ source, function: fn })?.name
    : receiverType(code, source, fn, receiver, levels);
  const ofType = type === undefined ? [] : named.filter((one) => isOfType(code, one, type));
  if (ofType.length > 0) return ofType;
  const local = named.filter((one) => one.source === source && one.function.type === undefined);
  if (isOwn) return local.length > 0 ? local : named.filter((one) => one.source === source);
  const extensions = named.filter((one) => one.function.modifiers.includes('static'));
  if (type !== undefined) return extensions;
  return named.length <= 6 ? named : extensions;
}

function receiverType(
  code: DotnetCode,
  source: SourceCode,
  fn: CodeFunction,
  receiver: Expression,
  levels: number,
): string | undefined {
  const found = typeOf(code, source, fn, receiver, levels);
  if (found !== undefined) return plainType(found);
  const name = lastName(receiver);
  return code.program.typesNamed(name).length > 0 ? name : undefined;
}

/** A method of the class, of what implements it as an interface, or of a base of it. */
function isOfType(code: DotnetCode, { source, function: fn }: FunctionPlace, type: string): boolean {
  const owner = source.typeOf(fn);
  if (owner === undefined) return false;
  if (owner.name === type || owner.bases.some((base) => plainType(base) === type)) return true;
  return code.program.typesNamed(type).some((place) => place.type.bases.some((base) => plainType(base) === owner.name));
}
