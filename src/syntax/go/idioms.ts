import { httpVerb, newRequest, serviceName, setupCall, sqlCall } from './calls';
import type { Idioms } from '../extract/idioms';
import type { CallIdiom, GoFile } from './file';
import * as declared from './declaredHandlers';
import * as messages from './messages';
import { designedVerb } from './goaDesigns';
import { lambdaStart } from './lambda';
import { connectHandler, registerServer, twirpServer } from './rpc';
import { ownHandler, routeHelper } from './routeHelpers';
import * as routes from './routes';
import { spanHelper, start, tracer } from './spans';

const verb: readonly CallIdiom[] = [routes.verbRoute, declared.humaVerb, designedVerb, httpVerb];
const handle: readonly CallIdiom[] = [messages.asynqHandler, routes.handleRoute, routeHelper];

/** What to do with a call of a name. */
export const CALL_IDIOMS: Idioms<GoFile> = {
  GET: verb,
  POST: verb,
  PUT: verb,
  PATCH: verb,
  DELETE: verb,
  HEAD: verb,
  OPTIONS: verb,
  Any: [routes.verbRoute],
  All: [routes.verbRoute],
  Get: [...verb, sqlCall],
  Post: verb,
  PostForm: [httpVerb],
  Put: verb,
  Patch: verb,
  Delete: verb,
  Head: verb,
  Options: [routes.verbRoute],
  Handle: handle,
  HandleFunc: handle,
  handle,
  handleFunc: handle,
  Method: [routes.methodRoute],
  MethodFunc: [routes.methodRoute],
  Add: [routes.methodRoute],
  HandlerFunc: [routes.chainedHandler, routes.methodRoute],
  Handler: [routes.chainedHandler, routes.methodRoute],
  Match: [routes.matchRoute],
  Mount: [routes.mountCall],
  To: [declared.restfulRoute],
  Register: [declared.humaRoute],
  RegisterWorkflow: [declared.registeredWork],
  RegisterActivity: [declared.registeredWork],
  RegisterWorkflowWithOptions: [declared.registeredWork],
  RegisterActivityWithOptions: [declared.registeredWork],
  AddHandler: [messages.watermillHandler, ownHandler],
  AddNoPublisherHandler: [messages.watermillHandler],
  AddConsumerHandler: [messages.watermillHandler],
  NewTask: [messages.asynqTask],
  NewHandler: [routes.namedHandler],
  Start: [start, lambdaStart],
  StartWithOptions: [lambdaStart],
  Tracer: [tracer],
  NewRequest: [newRequest],
  NewRequestWithContext: [newRequest],
  ServiceName: [serviceName],
  WithServiceName: [serviceName],
  String: [serviceName],
  Setenv: [serviceName],
  Consume: [messages.consume],
  ConsumePartition: [messages.consume],
  Subscribe: [messages.subscribe],
  SubscribeTopics: [messages.subscribe],
  QueueSubscribe: [messages.subscribe],
  ConsumeTopics: [messages.consumeTopics],
  Publish: [messages.publish],
  PublishWithContext: [messages.publish],
};

/** What to do with every other call. */
export const OTHER_IDIOMS: readonly CallIdiom[] = [
  spanHelper,
  registerServer,
  connectHandler,
  twirpServer,
  setupCall,
  routeHelper,
  sqlCall,
];
