import type { CallSite } from '../extract/callSite';
import { lastPart } from '../extract/callSite';
import { addHttpCall, addMessage, nameGivenToSetup } from '../extract/sourceFile';
import { children } from '../extract/sourceText';
import type { CallIdiom, RustFile } from './file';

/** reqwest's `client.get(url)`, `reqwest::post(url)`, `client.request(Method::GET, url)`. */
export const httpVerb: CallIdiom = (call, file) => {
  if (!isHttpClient(call, file)) return;
  const isRequest = call.name === 'request';
  const url = file.values.text(call.args[isRequest ? 1 : 0]);
  const [first] = call.args;
  const named = first === undefined ? undefined : /::([A-Z]+)$/.exec(file.source.of(first))?.[1];
  const method = isRequest ? named : call.name.toUpperCase();
  if (call.args.length === (isRequest ? 2 : 1)) addHttpCall(file, call, 'reqwest', method, url);
};

function isHttpClient(call: CallSite, file: RustFile): boolean {
  if (!file.uses.http) {
    return /(^|[._])(http_?client|reqwest)$/i.test(call.receiver.replace(/\(\)$/, ''));
  }
  const receiver = call.receiver.replace(/\.clone\(\)$/, '');
  const by = file.made.get(receiver)?.by ?? file.made.get(lastPart(receiver))?.by ?? '';
  return (
    /^(reqwest|surf|ureq)(\.blocking)?$/.test(receiver.replaceAll('::', '.')) ||
    /(^|\.)(Client|ClientWithMiddleware|ClientBuilder|HttpClient|Agent)$/.test(by) ||
    /(^|[._])(http|https|client|http_?client|reqwest)(\(\))?$/i.test(receiver) ||
    /(?:Client::new|Client::default|reqwest::\w+)\([^()]*\)$/.test(receiver)
  );
}

/** rdkafka's `FutureRecord::to("orders")`, `BaseRecord::to(TOPIC)`. */
export const record: CallIdiom = (call, file) => {
  if (/Record$/.test(call.receiver)) addMessage(file, call, 'producer', 'kafka', file.values.text(call.args[0]));
};

/** rdkafka's `consumer.subscribe(&["orders"])`; NATS' `client.subscribe("orders")`, `queue_subscribe("orders", …)`. */
export const subscribe: CallIdiom = (call, file) => {
  const [first] = call.args;
  if (first === undefined) return;
  const { text } = file.source;
  if (/\brdkafka\b/.test(text)) {
    const list = first.type === 'reference_expression' ? children(first).at(-1) : first;
    const topics = list?.type === 'array_expression' ? children(list) : [first];
    for (const topic of topics) addMessage(file, call, 'consumer', 'kafka', file.values.text(topic));
  } else if (/\basync_nats\b|\bnats::/.test(text)) {
    addMessage(file, call, 'consumer', 'nats', file.values.text(first));
  }
};

/** NATS' `client.publish("orders", payload)`. */
export const publish: CallIdiom = (call, file) => {
  if (/\basync_nats\b|\bnats::/.test(file.source.text)) {
    addMessage(file, call, 'producer', 'nats', file.values.text(call.args[0]));
  }
};

/** lapin's `channel.basic_publish(exchange, key, …)`. */
export const basicPublish: CallIdiom = (call, file) => {
  for (const name of call.args.slice(0, 2)) addMessage(file, call, 'producer', 'rabbitmq', file.values.text(name));
};

/** lapin's `channel.basic_consume(queue, tag, …)`. */
export const basicConsume: CallIdiom = (call, file) => {
  addMessage(file, call, 'consumer', 'rabbitmq', file.values.text(call.args[0]));
};

/** `KeyValue::new("service.name", "shop")`, `KeyValue::new(SERVICE_NAME, "shop")`. */
export const keyValue: CallIdiom = (call, file) => {
  const [key, value] = call.args;
  if (key === undefined || !/KeyValue$/.test(call.receiver)) return;
  if (!/^"service\.name"$|SERVICE_NAME$/.test(file.source.of(key))) return;
  const name = file.values.text(value);
  if (name !== undefined) file.facts.serviceNames.push(name);
};

/** `.with_service_name("shop")`. */
export const serviceName: CallIdiom = (call, file) => {
  const name = file.values.text(call.args[0]);
  if (name !== undefined) file.facts.serviceNames.push(name);
};

/** A function of the project that sets tracing up: `init_tracing("shop")`. */
export function setupCall(call: CallSite, file: RustFile): void {
  const name = call.args.map((argument) => nameGivenToSetup(call.name, file.values.text(argument))).find(Boolean);
  if (name !== undefined) file.facts.serviceNames.push(name);
}
