import { literal } from '../extract/textBuilder';
import type { JvmFile } from './file';

/** `@Channel("orders") Emitter<Order> emitter`, in Kotlin `@Channel("orders") val emitter: MutinyEmitter<Order>`. */
const EMITTER =
  /@Channel\(\s*(?:"([^"]*)"|([\w.]+))\s*\)[^;{}]*?(?:\b\w*Emitter\s*<[^;=(){}]*?>\s+(\w+)|\b(\w+)\s*:\s*\w*Emitter\b)/g;

/** SmallRye's emitters: each `send` of a channel's emitter, under the channel's name and under that of its topic. */
export function emittedMessages(file: JvmFile): void {
  const { source, outline, facts } = file;
  if (!source.text.includes('@Channel')) return;
  for (const [, text, constant, javaName, kotlinName] of source.text.matchAll(EMITTER)) {
    const name = javaName ?? kotlinName ?? '';
    const channel = text ?? file.constants.literalOf(constant ?? '', 0);
    if (name === '' || channel === undefined) continue;
    for (const sent of source.text.matchAll(new RegExp(`\\b${name}\\s*(?:\\.|::)\\s*send\\w*`, 'g'))) {
      const range = source.rangeOf(sent.index, sent.index + sent[0].length);
      const handler = { kind: 'function' as const, function: outline.functionAt(sent.index) };
      const message = { side: 'producer' as const, system: '', handler, range };
      facts.messages.push({ ...message, destination: literal(channel) });
      const topic = `mp.messaging.outgoing.${channel}.topic`;
      facts.messages.push({ ...message, destination: { kind: 'reference', name: topic } });
    }
  }
}
