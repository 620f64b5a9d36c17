import type { Idioms } from '../extract/idioms';
import { restTemplate, serviceName } from '../jvm/calls';
import { SHARED_IDIOMS } from '../jvm/idioms';
import { newBinding } from '../jvm/bindings';
import { producerRecord } from '../jvm/messages';
import type { CallIdiom, JavaFile } from './file';
import { handlerRoute, predicateRoute, verbRoute } from './routes';
import { getTracer, nameCall, observation, spanBuilder } from './spans';

const verb: readonly CallIdiom[] = [verbRoute, restTemplate];

/** What to do with a call of a name. */
export const CALL_IDIOMS: Idioms<JavaFile> = {
  ...SHARED_IDIOMS,
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
  setAttribute: [serviceName],
};

/** What to do with `new Name(…)`. */
export const NEW_IDIOMS: Idioms<JavaFile> = {
  ProducerRecord: [producerRecord],
  Binding: [newBinding],
};
