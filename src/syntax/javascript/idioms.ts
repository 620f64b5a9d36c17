import type { Idioms } from '../extract/idioms';
import type { CallIdiom, JavascriptFile } from './file';
import { MONGOOSE_METHODS, mongooseCall, PRISMA_METHODS, prismaCall } from './api/entityCalls';
import { builderField, builderType, objectType } from './api/graphql';
import { plainCall, verbCall } from './httpCalls';
import * as messages from './messages';
import * as more from './moreMessages';
import { addService, connectRpc, connectService } from './api/rpc';
import { globalPrefix, mountCall, onRoute, registerCall, routeCall, useCall, verbRoute } from './routes';
import { sdkOptions } from './serviceNames';
import { effectFunction, getTracer, startSpan, tracerCall } from './spans';
import { enableVersioning } from './versions';

const verb: readonly CallIdiom[] = [verbRoute, verbCall];

function named(idiom: CallIdiom, names: readonly string[]): Record<string, readonly CallIdiom[]> {
  return Object.fromEntries(names.map((name) => [name, [idiom]]));
}

/** What to do with a call of a name. */
export const CALL_IDIOMS: Idioms<JavascriptFile> = {
  get: verb,
  post: verb,
  put: verb,
  delete: [...verb, prismaCall],
  del: verb,
  patch: verb,
  head: verb,
  options: verb,
  all: [verbRoute],
  any: [verbRoute],
  request: [verbCall, plainCall],
  on: [onRoute, more.onMessage, more.onData],
  route: [routeCall],
  use: [useCall],
  mount: [mountCall],
  register: [registerCall],
  setGlobalPrefix: [globalPrefix],
  enableVersioning: [enableVersioning],
  fetch: [plainCall],
  $fetch: [plainCall],
  ofetch: [plainCall],
  axios: [plainCall],
  got: [plainCall],
  ky: [plainCall],
  startSpan: [startSpan],
  startActiveSpan: [startSpan],
  startInactiveSpan: [startSpan],
  startSpanManual: [startSpan],
  trace: [tracerCall],
  wrap: [tracerCall],
  getTracer: [getTracer],
  send: [messages.send],
  sendBatch: [messages.sendBatch],
  emit: [messages.clientMessage],
  subscribe: [messages.subscribe],
  publish: [messages.publish, more.publishMessage, more.awsCall],
  publishMessage: [more.publishMessage, more.namedTopic],
  sendMessage: [more.awsCall, more.namedTopic],
  emitMessage: [more.namedTopic],
  emitEvent: [more.namedTopic],
  publishEvent: [more.namedTopic],
  produceMessage: [more.namedTopic],
  sendEvent: [more.namedTopic],
  sendMessageBatch: [more.awsCall],
  receiveMessage: [more.awsCall],
  process: [more.processQueue],
  work: [more.workJob],
  fn: [effectFunction],
  sendToQueue: [messages.sendToQueue],
  consume: [messages.consumeCall],
  produce: [messages.produceCall],
  add: [messages.queueAdd, addService],
  addBulk: [messages.queueAdd],
  addService: [addService],
  service: [connectService],
  rpc: [connectRpc],
  registerOTel: [sdkOptions],
  queryType: [builderType],
  mutationType: [builderType],
  subscriptionType: [builderType],
  objectFields: [builderType],
  queryFields: [builderType],
  mutationFields: [builderType],
  queryField: [builderField],
  mutationField: [builderField],
  subscriptionField: [builderField],
  ...named(prismaCall, PRISMA_METHODS),
  ...named(mongooseCall, MONGOOSE_METHODS),
  create: [prismaCall, mongooseCall, more.createConsumer, more.namedQueueHandler],
  createWorker: [more.namedQueueHandler],
  registerWorker: [more.namedQueueHandler],
  createConsumer: [more.namedQueueHandler],
  registerHandler: [more.namedQueueHandler],
  aggregate: [prismaCall, mongooseCall],
};

/** What to do with `new Name(…)`. */
export const NEW_IDIOMS: Idioms<JavascriptFile> = {
  Worker: [messages.newWorker],
  SendMessageCommand: [messages.awsMessage],
  SendMessageBatchCommand: [messages.awsMessage],
  PublishCommand: [messages.awsMessage],
  ReceiveMessageCommand: [messages.awsMessage],
  NodeSDK: [sdkOptions],
  GraphQLObjectType: [objectType],
};
