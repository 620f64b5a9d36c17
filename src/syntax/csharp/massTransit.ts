import { lastPart, type CallSite } from '../extract/callSite';
import { addMessage } from '../extract/sourceFile';
import { literal } from '../extract/textBuilder';
import { madeBy, type CallIdiom, type CsharpFile } from './file';
import { unwrapped } from './values';

const USES = /\bMassTransit\b|\bIPublishEndpoint\b|\bISendEndpoint|\bITopicProducer\b|\bConsumeContext</;

/** `endpoint.Publish(new OrderPlaced(id))`, `bus.Send<OrderPlaced>(values)`: exchanges are called after the message's type. */
export const publishMessage: CallIdiom = (call, file) => {
  if (call.receiverNode === undefined || /mediat/i.test(call.receiver) || !USES.test(file.source.text)) return;
  const type = messageType(call, file);
  if (type !== undefined) addMessage(file, call, 'producer', 'masstransit', literal(type));
};

function messageType(call: CallSite, file: CsharpFile): string | undefined {
  const [message] = call.args;
  const [, written] = /^\w+<([\w.]+)>\(/.exec(file.source.text.slice(call.start, call.node.endIndex)) ?? [];
  if (written !== undefined) return lastPart(written);
  if (message === undefined) return undefined;
  const value = unwrapped(message);
  const made = madeBy(value, file.source) ?? file.made.get(file.source.of(value));
  const by = made === undefined || made.how === 'call' ? undefined : lastPart(made.by);
  return by !== undefined && /^[A-Z]\w*$/.test(by) ? by : undefined;
}

/** Classes that implement `IConsumer<T>`, under the queues that the endpoints' name formatters make of their names. */
export function messageConsumers(file: CsharpFile): void {
  if (!file.source.text.includes('IConsumer<')) return;
  for (const type of file.outline.types()) {
    if (!type.bases.some((base) => /^IConsumer\b/.test(lastPart(base)))) continue;
    const own = file.outline
      .membersOf(type.name)
      .filter((member) => file.outline.draft(member)?.name === 'Consume')
      .filter(
        (member) => file.outline.draft(member)!.start >= type.start && file.outline.draft(member)!.end <= type.end,
      );
    const [index] = own;
    const base = type.name.replace(/Consumer$/, '');
    if (index === undefined || own.length > 1 || base === '') continue;
    const range = file.source.range(type.nameSpan);
    const words = base.replace(/(?<=[a-z\d])(?=[A-Z])/g, ' ').toLowerCase();
    for (const name of new Set([base, words.replaceAll(' ', '-'), words.replaceAll(' ', '_')])) {
      const handler = { kind: 'function' as const, function: index };
      file.facts.messages.push({ side: 'consumer', system: 'masstransit', destination: literal(name), handler, range });
    }
  }
}
