import type { Idioms } from '../extract/idioms';
import { okHttpUrl, restTemplate, serviceName, uri } from '../jvm/calls';
import * as messages from '../jvm/messages';
import type { KotlinFile } from './file';
import { builderVerb, clientVerb } from './routers';
import { getTracer, spanBuilder } from './spans';

/** What to do with a call (or construction) of a name. */
export const CALL_IDIOMS: Idioms<KotlinFile> = {
  spanBuilder: [spanBuilder],
  startScopedSpan: [spanBuilder],
  getTracer: [getTracer],
  GET: [builderVerb],
  POST: [builderVerb],
  PUT: [builderVerb],
  PATCH: [builderVerb],
  DELETE: [builderVerb],
  get: [clientVerb, restTemplate],
  post: [clientVerb, restTemplate],
  put: [clientVerb, restTemplate, serviceName],
  patch: [clientVerb, restTemplate],
  delete: [clientVerb, restTemplate],
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
  ProducerRecord: [messages.producerRecord],
};
