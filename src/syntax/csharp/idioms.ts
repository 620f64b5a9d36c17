import { addService, httpClient, requestMessage, serviceNamePair, sqlCall } from './calls';
import type { Idioms } from '../extract/idioms';
import type { CallIdiom, CsharpFile } from './file';
import { publishMessage } from './massTransit';
import * as messages from './messages';
import { fastEndpoint, fastGroup, fastVerbs } from './fastEndpoints';
import { mapExtension, mapMethods, mapVerb } from './minimalApis';
import { activitySource, spanHelper, startActivity } from './spans';

/** What to do with a call of a name. */
export const CALL_IDIOMS: Idioms<CsharpFile> = {
  StartActivity: [startActivity],
  CreateActivity: [startActivity],
  GetTracer: [activitySource],
  MapGet: [mapVerb],
  MapPost: [mapVerb],
  MapPut: [mapVerb],
  MapPatch: [mapVerb],
  MapDelete: [mapVerb],
  Map: [mapVerb],
  MapMethods: [mapMethods],
  MapGroup: [],
  Get: [fastEndpoint],
  Post: [fastEndpoint],
  Put: [fastEndpoint],
  Patch: [fastEndpoint],
  Delete: [fastEndpoint],
  Routes: [fastVerbs],
  Configure: [fastGroup],
  GetAsync: [httpClient],
  GetStringAsync: [httpClient],
  GetStreamAsync: [httpClient],
  GetByteArrayAsync: [httpClient],
  GetFromJsonAsync: [httpClient],
  PostAsync: [httpClient],
  PostAsJsonAsync: [httpClient],
  PutAsync: [httpClient],
  PutAsJsonAsync: [httpClient],
  PatchAsync: [httpClient],
  DeleteAsync: [httpClient],
  AddService: [addService],
  SetEnvironmentVariable: [serviceNamePair],
  Produce: [messages.produce],
  ProduceAsync: [messages.produce],
  Subscribe: [messages.subscribe],
  BasicPublish: [messages.basicPublish],
  BasicPublishAsync: [messages.basicPublish],
  BasicConsume: [messages.basicConsume],
  BasicConsumeAsync: [messages.basicConsume],
  CreateSender: [messages.serviceBusSender],
  CreateProcessor: [messages.serviceBus],
  CreateReceiver: [messages.serviceBus],
  ReceiveEndpoint: [messages.receiveEndpoint],
  TopicEndpoint: [messages.receiveEndpoint],
  PublishEventAsync: [messages.publishEvent],
  Publish: [publishMessage],
  Send: [publishMessage],
};

/** What to do with every other call. */
export const OTHER_IDIOMS: readonly CallIdiom[] = [spanHelper, mapExtension, sqlCall];

/** What to do with `new Name(…)`. */
export const NEW_IDIOMS: Idioms<CsharpFile> = {
  ActivitySource: [activitySource],
  HttpRequestMessage: [requestMessage],
  CommandDefinition: [sqlCall],
  SqlCommand: [sqlCall],
  NpgsqlCommand: [sqlCall],
  MySqlCommand: [sqlCall],
  KeyValuePair: [serviceNamePair],
};
