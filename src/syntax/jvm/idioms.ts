import type { Idioms } from '../extract/idioms';
import { okHttpUrl, restTemplate, serviceName, uri } from './calls';
import type { JvmFile } from './file';
import { bindQueue, queueBind } from './bindings';
import * as messages from './messages';
import { sinkTopic, sourceTopic } from './streams';

/** What to do with a call of a name that HTTP clients, message clients and the SDK's set-up have in every language. */
export const SHARED_IDIOMS: Idioms<JvmFile> = {
  getForObject: [restTemplate],
  getForEntity: [restTemplate],
  postForObject: [restTemplate],
  postForEntity: [restTemplate],
  patchForObject: [restTemplate],
  exchange: [restTemplate],
  uri: [uri],
  url: [okHttpUrl],
  of: [serviceName],
  setProperty: [serviceName],
  send: [messages.send],
  sendDefault: [messages.send],
  convertAndSend: [messages.convertAndSend],
  basicPublish: [messages.basicPublish],
  basicConsume: [messages.basicConsume],
  subscribe: [messages.subscribe],
  bind: [bindQueue],
  queueBind: [queueBind],
  setHeader: [messages.headerTopic],
  stream: [sourceTopic],
  table: [sourceTopic],
  globalTable: [sourceTopic],
  to: [sinkTopic],
};
