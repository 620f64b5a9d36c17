import { annotationsOf } from '../extract/annotations';
import { lastPart, type CallSite } from '../extract/callSite';
import type { Idiom } from '../extract/idioms';
import type { ScopeDraft } from '../extract/outline';
import { addMessage } from '../extract/sourceFile';
import type { HandlerFact, TextFact } from '../facts';
import type { JvmFile } from './file';

type Shape = 'Function' | 'Consumer' | 'Supplier';

/** What a bean is that Spring Cloud Stream binds: `Function<A, B>`, `Consumer<A>`; of Kotlin also `(A) -> B`. */
const JAVA_SHAPE = /\b(?:Bi)?(Function|Consumer|Supplier)\s*<[^{};]*$/;
const KOTLIN_SHAPE = /^\s*\([^{]*?\)\s*:\s*(?:java\.util\.function\.)?(?:(?:Bi)?(Function|Consumer|Supplier)\s*<|(\())/;

/**
 * The functions of Spring Cloud Stream: a bean `process` takes messages of the destination that the configuration gives
 * the binding `process-in-0`, and what it returns goes to that of `process-out-0`.
 */
export function streamFunctions(file: JvmFile): void {
  const { source, outline } = file;
  if (!/\b(?:Function|Consumer|Supplier)\s*<|@Bean\b/.test(source.text)) return;
  for (const { name, function: index, target } of file.annotations) {
    const shape = name === 'Bean' && index >= 0 ? shapeOf(target, file) : undefined;
    if (shape !== undefined) bind(target.name, shape, target, { kind: 'function', function: index }, file);
  }
  for (const type of outline.types()) {
    const shape = type.bases
      .map((base) => /^(?:Bi)?(Function|Consumer|Supplier)$/.exec(lastPart(base))?.[1])
      .find(Boolean);
    if (shape === undefined || !isBean(type, file)) continue;
    const method = { Function: 'apply', Consumer: 'accept', Supplier: 'get' }[shape as Shape];
    const index = outline.membersOf(type.name).find((member) => outline.draft(member)?.name === method);
    const bean = type.name.charAt(0).toLowerCase() + type.name.slice(1);
    if (index !== undefined) bind(bean, shape as Shape, type, { kind: 'function', function: index }, file);
  }
}

function shapeOf({ start, nameSpan, end }: ScopeDraft, { source }: JvmFile): Shape | undefined {
  const before = JAVA_SHAPE.exec(source.text.slice(start, nameSpan.startIndex))?.[1];
  if (before !== undefined) return before as Shape;
  const behind = KOTLIN_SHAPE.exec(source.text.slice(nameSpan.endIndex, Math.min(end, nameSpan.endIndex + 400)));
  return behind === null ? undefined : ((behind[1] ?? 'Function') as Shape);
}

function isBean(type: ScopeDraft, file: JvmFile): boolean {
  return annotationsOf(type, file.annotations).some(({ name }) => /^(Component|Service)$/.test(name));
}

function bind(bean: string, shape: Shape, { nameSpan }: ScopeDraft, handler: HandlerFact, file: JvmFile): void {
  const range = file.source.range(nameSpan);
  const add = (side: 'producer' | 'consumer', end: string): void => {
    file.facts.messages.push({ side, system: '', destination: bindingOf(`${bean}-${end}-0`), handler, range });
  };
  if (shape !== 'Supplier') add('consumer', 'in');
  if (shape !== 'Consumer') add('producer', 'out');
}

/** The destination that the application's configuration gives a binding. */
export function bindingOf(binding: string): TextFact {
  return { kind: 'reference', name: `spring.cloud.stream.bindings.${binding}.destination` };
}

/**
 * Kafka Streams' `builder.stream("orders")`, `builder.table("customers")`: the function builds what handles, on threads of
 * the library.
 */
export const sourceTopic: Idiom<JvmFile> = (call, file) => {
  const isBuilder = /builder/i.test(`${lastPart(call.receiver)} ${file.made.get(call.receiver)?.by ?? ''}`);
  if (!isBuilder || !hasStreams(file)) return;
  for (const topic of file.values.texts(call.args[0])) addMessage(file, call, 'consumer', 'kafka-streams', topic);
};

/** Kafka Streams' `stream.to("orders", Produced.with(…))`. */
export const sinkTopic: Idiom<JvmFile> = (call, file) => {
  if (call.receiverNode === undefined || !hasStreams(file) || /Binding|bind\(/.test(receiverText(call, file))) return;
  addMessage(file, call, 'producer', 'kafka', file.values.text(call.args[0]));
};

function receiverText(call: CallSite, file: JvmFile): string {
  return call.receiverNode === undefined ? '' : file.source.of(call.receiverNode).slice(-200);
}

function hasStreams({ source }: JvmFile): boolean {
  return /\b(?:StreamsBuilder|KStream|KTable|org\.apache\.kafka\.streams)\b/.test(source.text);
}
