import { lastPart, plainPath } from '../extract/callSite';
import { addMessage } from '../extract/sourceFile';
import { child } from '../extract/sourceText';
import type { HandlerFact, TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import { argument, type CallIdiom, type PythonFile } from './file';
import { positional } from './values';

/** kafka-python's and aiokafka's `producer.send("topic", …)`, `send_and_wait`; Faust's `topic.send(…)`. */
export const send: CallIdiom = (call, file) => {
  const made = file.made.get(call.receiver);
  const by = made?.by ?? '';
  if (/(^|\.)(topic|channel)$/.test(by) && made !== undefined) {
    addMessage(file, call, 'producer', 'kafka', file.values.text(positional(made.args)[0]));
  } else if (/producer|kafka/i.test(`${lastPart(call.receiver)} ${by}`)) {
    addMessage(file, call, 'producer', 'kafka', file.values.text(argument(call, file, 0, 'topic')));
  }
};

/** confluent_kafka's `producer.produce("topic", …)`. */
export const produce: CallIdiom = (call, file) => {
  addMessage(file, call, 'producer', 'kafka', file.values.text(argument(call, file, 0, 'topic')));
};

/** `KafkaConsumer("a", "b", …)`, `AIOKafkaConsumer("a")`. */
export const newConsumer: CallIdiom = (call, file) => {
  const kept = assignedTo(call.node, file);
  for (const topic of positional(call.args)) {
    addMessage(file, call, 'consumer', 'kafka', file.values.text(topic), loopOver(kept, call.start, file));
  }
};

/** `consumer.subscribe(["a", "b"])`. */
export const subscribe: CallIdiom = (call, file) => {
  const made = file.made.get(call.receiver)?.by ?? '';
  if (!/consumer|kafka/i.test(`${lastPart(call.receiver)} ${made}`)) return;
  for (const topic of file.values.texts(argument(call, file, 0, 'topics'))) {
    addMessage(file, call, 'consumer', 'kafka', topic, loopOver(call.receiver, call.start, file));
  }
};

/** The topic that a decorator of FastStream or Faust names, or the variable that holds one. */
export function topicsOf(node: SyntaxNode | undefined, file: PythonFile): TextFact[] {
  const made = node?.type === 'identifier' ? file.made.get(file.source.of(node)) : undefined;
  if (made === undefined || !/(^|\.)(topic|channel|RabbitQueue|Queue)$/.test(made.by)) return file.values.texts(node);
  return file.values.texts(positional(made.args)[0]);
}

/** The variable or field that a value is assigned to, '' where it is none. */
function assignedTo(value: SyntaxNode, file: PythonFile): string {
  const around = value.parent?.type === 'await' ? value.parent.parent : value.parent;
  const left = around?.type === 'assignment' ? child(around, 'left') : undefined;
  return left === undefined ? '' : plainPath(file.source.of(left));
}

/** The only function of the file that takes messages out of a consumer; else the one around is left to be meant. */
function loopOver(consumer: string, from: number, file: PythonFile): HandlerFact | undefined {
  if (!/^[\w.]+$/.test(consumer)) return undefined;
  const name = consumer.replaceAll('.', '\\.');
  const uses = new RegExp(
    `\\bin\\s+(?:self\\.)?${name}\\s*:|(?<![\\w.])(?:self\\.)?${name}\\.(?:poll|consume|getone|getmany|stream)\\(`,
    'g',
  );
  const functions = new Set(
    [...file.source.text.matchAll(uses)]
      .map(({ index }) => file.outline.functionAt(index))
      .filter((index) => index >= 0),
  );
  const [only] = functions;
  if (only === undefined || functions.size > 1 || only === file.outline.functionAt(from)) return undefined;
  return { kind: 'function', function: only };
}
