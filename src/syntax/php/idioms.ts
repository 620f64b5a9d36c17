import type { Idioms } from '../extract/idioms';
import { cakeResources, connectRoute } from './cakeRoutes';
import { httpRequest, httpVerb, plainRequest } from './calls';
import { artisanCommand } from './commands';
import type { PhpFile } from './file';
import { basicConsume, basicPublish, dispatchMessage, produce, publishToExchange, subscribe } from './messages';
import {
  configuredRoute,
  groupOfFile,
  matchRoute,
  resourceRoute,
  resourceRoutes,
  verbRoute,
  withRouting,
} from './routes';
import { getTracer, spanBuilder } from './spans';

/** What to do with a call of a name. */
export const CALL_IDIOMS: Idioms<PhpFile> = {
  spanBuilder: [spanBuilder],
  getTracer: [getTracer],

  get: [verbRoute, connectRoute, httpVerb],
  post: [verbRoute, connectRoute, httpVerb],
  put: [verbRoute, connectRoute, httpVerb],
  patch: [verbRoute, connectRoute, httpVerb],
  delete: [verbRoute, connectRoute, httpVerb],
  head: [verbRoute, httpVerb],
  options: [verbRoute],
  any: [verbRoute],
  match: [matchRoute],
  map: [matchRoute],
  route: [matchRoute],
  addRoute: [matchRoute],
  add: [configuredRoute],
  resource: [resourceRoute],
  apiResource: [resourceRoute],
  singleton: [resourceRoute],
  apiSingleton: [resourceRoute],
  connect: [connectRoute],
  resources: [resourceRoutes, cakeResources],
  apiResources: [resourceRoutes],
  group: [groupOfFile],
  withRouting: [withRouting],

  getAsync: [httpVerb],
  postAsync: [httpVerb],
  request: [httpRequest],
  requestAsync: [httpRequest],
  createRequest: [httpRequest],
  curl_init: [plainRequest],
  file_get_contents: [plainRequest],

  command: [artisanCommand],
  dispatch: [dispatchMessage],
  dispatchSync: [dispatchMessage],
  dispatch_sync: [dispatchMessage],
  dispatchNow: [dispatchMessage],
  dispatchIf: [dispatchMessage],
  dispatchAfterResponse: [dispatchMessage],
  event: [dispatchMessage],
  basic_publish: [basicPublish],
  basic_consume: [basicConsume],
  publish: [publishToExchange],
  produce: [produce],
  producev: [produce],
  subscribe: [subscribe],
};

/** What to do with a construction of a class. */
export const NEW_IDIOMS: Idioms<PhpFile> = {
  Request: [httpRequest],
};
