import type { Idioms } from '../extract/idioms';
import type { CallIdiom, PythonFile } from './file';
import { celeryTask, sendTask, taskCall } from './celery';
import { urlopen, verbCall } from './httpCalls';
import { enqueue, enqueueJob, sendActor } from './jobs';
import * as kafka from './kafka';
import * as messages from './messages';
import { addNamespace, addRoutes, includeRouter, mountApp, registerBlueprint } from './routers';
import { drfAction, drfRegister } from './restFramework';
import * as routes from './routes';
import { configure, environment } from './serviceNames';
import { getTracer, logfireInstrument, startSpan, temporalStart, tracerCall } from './spans';

const verb: readonly CallIdiom[] = [routes.webVerb, verbCall];

/** What to do with a call of a name. */
export const CALL_IDIOMS: Idioms<PythonFile> = {
  get: [...verb, environment],
  post: verb,
  put: verb,
  patch: verb,
  delete: verb,
  head: verb,
  options: verb,
  request: [verbCall],
  stream: [verbCall],
  urlopen: [urlopen],
  getenv: [environment],
  setdefault: [environment],
  configure: [configure],
  path: [routes.djangoPath],
  re_path: [routes.djangoPath],
  url: [routes.djangoPath],
  register: [drfRegister],
  add_url_rule: [routes.addRouteCall],
  add_api_route: [routes.addRouteCall],
  add_route: [routes.aiohttpAdd],
  add_routes: [addRoutes],
  add_view: [routes.addRouteCall],
  view: [routes.webVerb],
  blueprint: [registerBlueprint],
  add_get: [routes.aiohttpAdd],
  add_post: [routes.aiohttpAdd],
  add_put: [routes.aiohttpAdd],
  add_patch: [routes.aiohttpAdd],
  add_delete: [routes.aiohttpAdd],
  add_resource: [routes.addResource],
  Route: [routes.starletteRoute],
  Mount: [routes.starletteMount],
  include_router: [includeRouter],
  register_blueprint: [registerBlueprint],
  add_namespace: [addNamespace],
  mount: [mountApp],
  add_subapp: [mountApp],
  start_as_current_span: [startSpan],
  start_span: [startSpan],
  start_active_span: [startSpan],
  start_transaction: [startSpan],
  start_child: [startSpan],
  trace: [tracerCall],
  wrap: [tracerCall],
  span: [tracerCall],
  instrument: [logfireInstrument],
  execute_activity: [temporalStart],
  execute_activity_method: [temporalStart],
  start_activity: [temporalStart],
  execute_local_activity: [temporalStart],
  start_workflow: [temporalStart],
  execute_workflow: [temporalStart],
  execute_child_workflow: [temporalStart],
  start_child_workflow: [temporalStart],
  get_tracer: [getTracer],
  send: [kafka.send, sendActor],
  send_with_options: [sendActor],
  enqueue: [enqueue],
  enqueue_in: [enqueue],
  enqueue_at: [enqueue],
  enqueue_call: [enqueue],
  enqueue_job: [enqueueJob],
  send_and_wait: [kafka.send],
  produce: [kafka.produce],
  KafkaConsumer: [kafka.newConsumer],
  AIOKafkaConsumer: [kafka.newConsumer],
  subscribe: [kafka.subscribe, messages.subscribeWithHandler],
  basic_publish: [messages.basicPublish],
  basic_consume: [messages.basicConsume],
  publish: [messages.publish],
  send_message: [messages.awsMessage],
  receive_message: [messages.awsMessage],
  send_message_batch: [messages.awsMessage],
  send_messages: [messages.awsMessage],
  receive_messages: [messages.awsMessage],
  consume: [messages.consumeQueue],
  iterator: [messages.consumeQueue],
  send_task: [sendTask],
  delay: [taskCall],
  apply_async: [taskCall],
};

/** What to do with a decorator of a name, beyond {@link CALL_IDIOMS}. */
export const DECORATOR_IDIOMS: Idioms<PythonFile> = {
  task: [celeryTask],
  shared_task: [celeryTask],
  subscriber: [messages.subscriber],
  agent: [messages.subscriber],
  publisher: [messages.publisher],
  action: [drfAction],
};
