import { CallSite, lastPart } from '../extract/callSite';
import type { Idiom } from '../extract/idioms';
import { child, children } from '../extract/sourceText';
import { literal } from '../extract/textBuilder';
import type { TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import type { JvmFile } from './file';
import { withoutPlaceholders } from './placeholders';

/** What makes a queue or an exchange: `new Queue("q")`, `QueueBuilder.durable("q")`, `new TopicExchange("x")`. */
const MAKES_QUEUE = /^(Queue|durable|nonDurable)$/;
const MAKES_EXCHANGE = /^(\w*Exchange|topicExchange|directExchange|fanoutExchange|headersExchange)$/;

/** `BindingBuilder.bind(queue()).to(exchange()).with("key")`: what is sent to the exchange or with the key is the queue's. */
export const bindQueue: Idiom<JvmFile> = (call, file) => {
  if (lastPart(call.receiver) !== 'BindingBuilder') return;
  const queue = madeText(call.args[0], MAKES_QUEUE, file);
  const behind = linksBehind(call.node, file);
  const exchange = madeText(behind.get('to'), MAKES_EXCHANGE, file);
  const key = file.values.text(behind.get('with'));
  addBinding(call, queue, [key ?? exchange], file);
  if (key !== undefined) addBinding(call, queue, [exchange], file);
};

/** RabbitMQ's own client: `channel.queueBind("queue", "exchange", "key")`. */
export const queueBind: Idiom<JvmFile> = (call, file) => {
  const [queue, exchange, key] = call.args.map((argument) => file.values.text(argument));
  if (call.args.length >= 3) addBinding(call, queue, [exchange, key], file);
};

/** `new Binding("queue", DestinationType.QUEUE, "exchange", "key", null)`. */
export const newBinding: Idiom<JvmFile> = (call, file) => {
  const [queue, kind, exchange, key] = call.args;
  if (kind === undefined || !/\bQUEUE$/.test(file.source.of(kind))) return;
  addBinding(call, file.values.text(queue), [file.values.text(exchange), file.values.text(key)], file);
};

function addBinding(
  call: CallSite,
  queue: TextFact | undefined,
  names: readonly (TextFact | undefined)[],
  file: JvmFile,
): void {
  if (queue === undefined) return;
  const handler = { kind: 'function' as const, function: file.outline.functionAt(call.start) };
  for (const destination of names) {
    if (destination === undefined || (destination.kind === 'literal' && destination.text === '')) continue;
    const message = { side: 'consumer' as const, system: 'rabbitmq', destination, handler, range: call.range };
    file.facts.messages.push({ ...message, queue });
  }
}

/** The first arguments of the calls that are chained to one, by name. */
function linksBehind(node: SyntaxNode, file: JvmFile): Map<string, SyntaxNode> {
  const links = new Map<string, SyntaxNode>();
  for (
    let at = node.parent;
    at !== null && /^(method_invocation|call_expression|navigation_expression)$/.test(at.type);
  ) {
    const isJava = at.type === 'method_invocation';
    const callee = isJava ? undefined : children(at)[0];
    const name = isJava ? child(at, 'name') : callee && children(callee).at(-1);
    const list = isJava ? child(at, 'arguments') : children(at)[1];
    const first = list === undefined || at.type === 'navigation_expression' ? undefined : children(list)[0];
    if (name !== undefined && first !== undefined) links.set(file.source.of(name), first);
    at = at.parent;
  }
  return links;
}

/**
 * The name that a queue or exchange is made with: in the method of the bean that is called or injected, in a variable, or
 * where the file makes only one.
 */
function madeText(node: SyntaxNode | undefined, makes: RegExp, file: JvmFile): TextFact | undefined {
  if (node === undefined) return undefined;
  const bean = /^\s*(?:this\.)?(\w+)\s*(?:\(\s*\))?\s*$/.exec(file.source.of(node))?.[1];
  const sites = ['new', 'call'].flatMap((topic) => {
    return file.captures.of(topic).flatMap((capture) => CallSite.of(capture, file.source) ?? []);
  });
  const made = sites.filter(({ name, args }) => makes.test(name) && args.length > 0);
  const inside = made.filter(({ node: one }) => one.startIndex >= node.startIndex && one.endIndex <= node.endIndex);
  const ofBean = made.filter(({ start }) => file.outline.draft(file.outline.functionAt(start))?.name === bean);
  const variable = made.filter(({ node: one }) => bean !== undefined && holderOf(one, file) === bean);
  const [only] = [inside, ofBean, variable, made].find((list) => list.length > 0) ?? [];
  const isOne = [inside, ofBean, variable, made].find((list) => list.length > 0)?.length === 1;
  return isOne ? file.values.text(only?.args[0]) : undefined;
}

/** The variable that a value is assigned to. */
function holderOf(value: SyntaxNode, file: JvmFile): string | undefined {
  const around = value.parent;
  const name = around?.type === 'variable_declarator' ? child(around, 'name') : undefined;
  return name === undefined ? undefined : file.source.of(name);
}

/** Queue, exchange and key of `@QueueBinding(value = @Queue("q"), exchange = @Exchange("x"), key = "k")`, as written. */
export function queueBindingTexts(node: SyntaxNode, file: JvmFile): TextFact[] {
  const text = file.source.of(node);
  const found = [
    ...text.matchAll(/\b(?:Queue|Exchange)\s*\(\s*(?:(?:value|name)\s*=\s*)?("[^"]*"|[A-Za-z][\w.]*(?=\s*[,)]))/g),
    ...text.matchAll(/\bkey\s*=\s*[{[]?\s*("[^"]*"|[\w.]+)/g),
  ];
  return found.flatMap(([, written]) => {
    const name = written!;
    if (name.startsWith('"')) return withoutPlaceholders(literal(name.slice(1, -1).replace(/\\\$/g, '$'))) ?? [];
    return [file.constants.textOf(name, node.startIndex) ?? { kind: 'reference' as const, name }];
  });
}
