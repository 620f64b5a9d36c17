import { annotationsOf } from '../extract/annotations';
import { lastPart } from '../extract/callSite';
import type { ScopeDraft } from '../extract/outline';
import { addMessage } from '../extract/sourceFile';
import { child, children } from '../extract/sourceText';
import { literal } from '../extract/textBuilder';
import type { HandlerFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import { argument, madeOf, type CallIdiom, type PhpFile } from './file';
import { phpVariable } from './outline';
import { isClosure } from './routeGroups';

const QUEUED = /^(ShouldQueue|ShouldBeUnique|ShouldQueueAfterCommit|\w*Job)$/;
const HANDLER = /(Handler|Listener|Subscriber|Projector|Consumer)$/;
const BUILT_IN = /^(?:int|float|string|bool|array|object|mixed|callable|iterable|null|false|self|static|\?.*|.*\|.*)$/i;

/**
 * Classes that are messages' handlers: Laravel's jobs under their own name, and those whose `__invoke` or `handle` takes the
 * message (Symfony's Messenger, Laravel's listeners, command buses) under the name of its class.
 */
export function messageHandlers(file: PhpFile): void {
  for (const type of file.outline.types()) {
    const annotations = annotationsOf(type, file.annotations);
    const members = file.outline.membersOf(type.name);
    const named = (name: string): number | undefined =>
      members.find((index) => file.outline.draft(index)?.name === name);
    const handle = named('handle');
    const isJob = handle !== undefined && type.bases.some((base) => QUEUED.test(base));
    // A listener that is queued is called by its own name in the queue, and by its event's elsewhere.
    if (isJob || (handle !== undefined && usesQueueTrait(type, file))) {
      addHandler(file, type, file.classes.full(type.name, type.start), handle);
    }
    const marked = annotations.find(({ name }) => name === 'AsMessageHandler');
    const isHandler =
      marked !== undefined || HANDLER.test(type.name) || type.bases.some((base) => /Handler(Interface)?$/.test(base));
    const index = named('__invoke') ?? handle;
    const handled = file.classes.ofExpression(marked && argument(marked.site, -1, 'handles', file.source));
    const message = handled ?? (index === undefined ? undefined : firstParameterType(index, file));
    if (isHandler && index !== undefined && message !== undefined) addHandler(file, type, message, index);
  }
  for (const { name, function: index, target } of file.annotations) {
    const message = name === 'AsMessageHandler' && index >= 0 ? firstParameterType(index, file) : undefined;
    if (message !== undefined) addHandler(file, target, message, index);
  }
}

/** A job says with traits of Laravel that it is one. */
function usesQueueTrait(type: ScopeDraft, file: PhpFile): boolean {
  return /\buse\s[^;(]*\b(?:InteractsWithQueue|Queueable|Dispatchable)\b/.test(
    file.source.text.slice(type.start, Math.min(type.end, type.start + 2_000)),
  );
}

function addHandler(file: PhpFile, target: ScopeDraft, message: string, index: number): void {
  file.facts.messages.push({
    side: 'consumer',
    system: '',
    destination: literal(message),
    handler: { kind: 'function', function: index },
    range: file.source.range(target.nameSpan),
  });
}

/** The class of a function's first parameter with a type; undefined for types that are no class. */
function firstParameterType(index: number, file: PhpFile): string | undefined {
  const typed = file.captures
    .of('typed')
    .find(({ node }) => node.type === 'simple_parameter' && file.outline.functionAt(node.startIndex) === index);
  const written = typed?.parts.type === undefined ? undefined : file.source.of(typed.parts.type);
  return written === undefined || BUILT_IN.test(written)
    ? undefined
    : file.classes.full(written, typed!.node.startIndex);
}

/** `X::dispatch(…)`, `dispatch(new X(…))`, `$bus->dispatch($message)`, `event(new X(…))`. */
export const dispatchMessage: CallIdiom = (call, file) => {
  const { source, classes } = file;
  const first = argument(call, 0, 'message', source);
  const given = messageClass(first, file);
  const isStatic = call.node.type === 'scoped_call_expression' && call.receiverNode !== undefined;
  const owner = isStatic ? source.of(call.receiverNode) : '';
  const isFacade = /^\\?(?:\w+\\)*(\w*Bus|Event|Queue|\w*Dispatcher|self|static|parent)$/.test(owner);
  const isOwn = isStatic && !isFacade && /^dispatch/.test(call.name);
  const type = isOwn ? classes.full(owner, call.start) : given;
  if (type !== undefined && type !== '') addMessage(file, call, 'producer', '', literal(type));
};

/** Of `new X(…)`, `(new X(…))->onQueue(…)`, `new Envelope(new X(…))` or a variable that holds one, the class. */
function messageClass(node: SyntaxNode | undefined, file: PhpFile): string | undefined {
  let at = node;
  for (let step = 0; at !== undefined && step < 6; step++) {
    if (at.type === 'member_call_expression') at = child(at, 'object');
    else if (at.type === 'parenthesized_expression') at = children(at)[0];
    else break;
  }
  if (at?.type === 'variable_name') {
    const made = madeOf(file.source.of(at), file);
    return made?.how === 'new' || made?.how === 'type' ? file.classes.full(made.by, at.startIndex) : undefined;
  }
  const type = file.classes.ofExpression(at);
  if (at === undefined || type === undefined || lastPart(type.replaceAll('\\', '.')) !== 'Envelope') return type;
  const inner = children(children(at).find(({ type: kind }) => kind === 'arguments') ?? at)[0];
  return inner === undefined ? undefined : file.classes.ofExpression(children(inner).at(-1));
}

/** php-amqplib's `$channel->basic_publish($message, 'exchange', 'key')`. */
export const basicPublish: CallIdiom = (call, file) => {
  for (const [index, name] of [
    [1, 'exchange'],
    [2, 'routing_key'],
  ] as const) {
    addMessage(file, call, 'producer', 'rabbitmq', file.values.text(argument(call, index, name, file.source)));
  }
};

/** The AMQP extension's `$exchange->publish($message, 'key')`. */
export const publishToExchange: CallIdiom = (call, file) => {
  if (!/exchange/i.test(`${call.receiver} ${madeOf(call.receiver, file)?.by ?? ''}`)) return;
  addMessage(file, call, 'producer', 'rabbitmq', file.values.text(argument(call, 1, 'routing_key', file.source)));
};

/** php-amqplib's `$channel->basic_consume('queue', '', …, $callback)`. */
export const basicConsume: CallIdiom = (call, file) => {
  const callback = callbackOf(argument(call, 6, 'callback', file.source), file);
  addMessage(file, call, 'consumer', 'rabbitmq', file.values.text(argument(call, 0, 'queue', file.source)), callback);
};

function callbackOf(node: SyntaxNode | undefined, file: PhpFile): HandlerFact | undefined {
  if (node === undefined) return undefined;
  const index = isClosure(node)
    ? file.outline.functionOfNode(node.id)
    : file.outline.named(callbackName(node, file))[0];
  return index === undefined || index < 0 ? undefined : { kind: 'function', function: index };
}

/** Of `$callback`, `[$this, 'onMessage']`, `$this->onMessage(...)` the function's name. */
function callbackName(node: SyntaxNode, file: PhpFile): string {
  if (node.type === 'array_creation_expression') return file.values.string(file.values.items(node).at(-1)) ?? '';
  const name = node.type === 'member_call_expression' ? child(node, 'name') : node;
  return lastPart(phpVariable(file.source.of(name ?? node)));
}

/** rdkafka's `$topic->produce(…)` on what `$producer->newTopic('orders')` gave. */
export const produce: CallIdiom = (call, file) => {
  const made = madeOf(call.receiver, file);
  const inline = call.receiverNode?.type === 'member_call_expression' ? call.receiverNode : undefined;
  const args = made !== undefined && /(^|\.)newTopic$/.test(made.by) ? made.args : topicOf(inline, file);
  const [topic] = args.map((node) => children(node).at(-1) ?? node);
  if (topic !== undefined) addMessage(file, call, 'producer', 'kafka', file.values.text(topic));
};

function topicOf(node: SyntaxNode | undefined, file: PhpFile): readonly SyntaxNode[] {
  const name = node && child(node, 'name');
  return node && name && file.source.of(name) === 'newTopic' ? children(child(node, 'arguments') ?? node) : [];
}

/** rdkafka's `$consumer->subscribe(['orders'])`; the function that consumes is who handles. */
export const subscribe: CallIdiom = (call, file) => {
  if (!/consumer|kafka/i.test(`${call.receiver} ${madeOf(call.receiver, file)?.by ?? ''}`)) return;
  for (const topic of file.values.texts(argument(call, 0, 'topics', file.source))) {
    addMessage(file, call, 'consumer', 'kafka', topic, consuming(file));
  }
};

function consuming(file: PhpFile): HandlerFact | undefined {
  const consume = file.captures
    .of('call')
    .find(({ parts }) => parts.name !== undefined && file.source.of(parts.name) === 'consume');
  const index = consume === undefined ? -1 : file.outline.functionAt(consume.node.startIndex);
  return index < 0 ? undefined : { kind: 'function', function: index };
}
