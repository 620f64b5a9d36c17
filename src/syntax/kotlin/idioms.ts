import type { Idioms } from '../extract/idioms';
import { restTemplate, serviceName } from '../jvm/calls';
import { SHARED_IDIOMS } from '../jvm/idioms';
import { newBinding } from '../jvm/bindings';
import { producerRecord } from '../jvm/messages';
import type { KotlinFile } from './file';
import { builderVerb, clientVerb } from './routers';
import { getTracer, spanBuilder } from './spans';

/** What to do with a call (or construction) of a name. */
export const CALL_IDIOMS: Idioms<KotlinFile> = {
  ...SHARED_IDIOMS,
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
  ProducerRecord: [producerRecord],
  Binding: [newBinding],
};
