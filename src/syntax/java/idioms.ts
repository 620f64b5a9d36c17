import type { Idioms } from '../extract/idioms';
import { okHttpUrl, restTemplate, serviceName, uri } from '../jvm/calls';
import * as messages from '../jvm/messages';
import type { CallIdiom, JavaFile } from './file';
import { handlerRoute, predicateRoute, verbRoute } from './routes';
import { getTracer, nameCall, observation, spanBuilder } from './spans';

const verb: readonly CallIdiom[] = [verbRoute, restTemplate];

/** What to do with a call of a name. */
export const CALL_IDIOMS: Idioms<JavaFile> = {
  spanBuilder: [spanBuilder],
  buildSpan: [spanBuilder],
  startScopedSpan: [spanBuilder],
  name: [nameCall],
  createNotStarted: [observation],
  start: [observation],
  contextualName: [observation],
  getTracer: [getTracer],
  tracerBuilder: [getTracer],
  GET: [verbRoute],
  POST: [verbRoute],
  PUT: [verbRoute],
  PATCH: [verbRoute],
  DELETE: [verbRoute],
  HEAD: [verbRoute],
  OPTIONS: [verbRoute],
  get: verb,
  post: verb,
  put: [...verb, serviceName],
  patch: verb,
  delete: verb,
  route: [predicateRoute],
  andRoute: [predicateRoute],
  handler: [handlerRoute],
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
  setAttribute: [serviceName],
  send: [messages.send],
  sendDefault: [messages.send],
  convertAndSend: [messages.convertAndSend],
  basicPublish: [messages.basicPublish],
  basicConsume: [messages.basicConsume],
  subscribe: [messages.subscribe],
};

/** What to do with `new Name(…)`. */
export const NEW_IDIOMS: Idioms<JavaFile> = {
  ProducerRecord: [messages.producerRecord],
};
