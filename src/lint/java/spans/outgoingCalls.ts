import type { CallPlace } from '../declarations';
import { nameOfCall } from '../declarations';
import { declaredType } from '../variables';
import { plainType } from '../typeNames';
import { rootVariable } from '../spring/springClients';

const SENDS: readonly { readonly type: RegExp; readonly call: RegExp }[] = [
  {
    type: /^(RestTemplate|RestOperations)$/,
    call: /^(get|post|put|patch|delete|head|options)(For\w+)?$|^(exchange|execute)$/,
  },
  { type: /^(RestClient|WebClient)(\.Builder)?$/, call: /^(retrieve|exchange|exchangeToMono)$/ },
  { type: /^(Reactive)?(Replying)?KafkaTemplate$/, call: /^send(Default|AndReceive)?$/ },
  { type: /^(RabbitTemplate|AmqpTemplate|JmsTemplate)$/, call: /^(convertAndSend|convertSendAndReceive|send)$/ },
  { type: /^(StreamBridge|KafkaOperations)$/, call: /^send$/ },
  { type: /^(Mutiny)?Emitter$/, call: /^send(AndAwait|AndForget|Message\w*)?$/ },
  { type: /^HttpClient$/, call: /^(send|sendAsync|execute)$/ },
  { type: /^CloseableHttpClient$/, call: /^execute$/ },
  { type: /^OkHttpClient$/, call: /^newCall$/ },
  { type: /(Blocking|Future)?Stub$/, call: /^[a-z]\w*$/ },
  // Spring AI's clients are observed as HTTP clients are.
  { type: /^VectorStore$/, call: /^(add|accept|write|delete|similaritySearch)$/ },
  { type: /^(Chat|Embedding|Image)(Client|Model)$/, call: /^(call|stream|embed\w*)$/ },
  { type: /^KafkaProducer$|^Producer$/, call: /^send$/ },
];

/** Whether a call sends something to another process through a client that instrumentations know. */
export function isOutgoing(place: CallPlace): boolean {
  return outgoingType(place) !== undefined;
}

/** The class of the client by which a call sends something to another process. */
export function outgoingType({ source, function: fn, call }: CallPlace): string | undefined {
  const name = nameOfCall(call) ?? '';
  if (call.callee.kind !== 'member' || !SENDS.some((row) => row.call.test(name))) return undefined;
  const root = rootVariable(call.callee);
  if (root === undefined) return undefined;
  const at = { kind: 'name', name: root, start: call.start, end: call.start } as const;
  const written = declaredType(source, fn, at);
  if (written === undefined) return undefined;
  const type = plainType(written).replace(/^([a-z]\w*\.)+/, '');
  return SENDS.some((row) => row.type.test(type) && row.call.test(name)) ? type : undefined;
}
