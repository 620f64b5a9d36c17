import { idiomsOf, sitesOf, type Idioms } from '../extract/idioms';
import type { ExtractionInput, LanguageExtractor } from '../extract/languageExtractor';
import { finishFile, openFile, readConstants } from '../extract/openFile';
import type { FileFacts } from '../facts';
import { blockRoute, grapeMount, grapePrefix } from './blockRoutes';
import { variableRules, type RubyFile } from './file';
import { graphqlField } from './graphql';
import { httpRequest, netHttpRequest } from './httpCalls';
import { enqueue, performLater } from './jobs';
import {
  bunnyPublish,
  bunnySubscribe,
  kafkaEach,
  kafkaProduce,
  karafkaTopic,
  racecarTopics,
  sneakersQueue,
} from './messages';
import { rubyScopes } from './outline';
import { drawnRoutes, railsRoutes } from './railsRoutes';
import { grpcCall, grpcServices, grufBind, grufCall } from './rpc';
import { datadogTrace, spanHelper, startSpan, tracer } from './spans';
import { RubyValues } from './values';

/** What to do with a call of a name. */
const CALL_IDIOMS: Idioms<RubyFile> = {
  in_span: [startSpan],
  start_span: [startSpan],
  start_root_span: [startSpan],
  trace: [datadogTrace],
  tracer: [tracer],
  draw: [railsRoutes],
  append: [railsRoutes],
  prepend: [railsRoutes],
  get: [blockRoute, httpRequest],
  post: [blockRoute, httpRequest],
  put: [blockRoute, httpRequest],
  patch: [blockRoute, httpRequest],
  delete: [blockRoute, httpRequest],
  head: [blockRoute, httpRequest],
  options: [blockRoute],
  link: [blockRoute],
  unlink: [blockRoute],
  route: [blockRoute],
  get_response: [httpRequest],
  post_form: [httpRequest],
  new: [netHttpRequest],
  prefix: [grapePrefix],
  version: [grapePrefix],
  mount: [grapeMount],
  perform_async: [performLater],
  perform_in: [performLater],
  perform_at: [performLater],
  perform_bulk: [performLater],
  perform_later: [performLater],
  enqueue: [enqueue],
  enqueue_in: [enqueue],
  enqueue_at: [enqueue],
  enqueue_to: [enqueue],
  deliver_message: [kafkaProduce],
  produce: [kafkaProduce],
  produce_async: [kafkaProduce],
  produce_sync: [kafkaProduce],
  produce_many_async: [kafkaProduce],
  each_message: [kafkaEach],
  each_batch: [kafkaEach],
  subscribes_to: [racecarTopics],
  topic: [karafkaTopic],
  from_queue: [sneakersQueue],
  publish: [bunnyPublish],
  subscribe: [bunnySubscribe],
  bind: [grufBind],
  call: [grufCall],
  field: [graphqlField],
};

/** Reads `.rb`, `.ru` and `.rake`. */
export const rubyExtractor: LanguageExtractor = {
  queries: ['ruby-structure', 'ruby-calls'],
  prefilter:
    /_span\b|\btraced?\b|\btracer\b|service_name|SERVICE_NAME|routes\.(?:draw|append|prepend)|^\s*(?:resources?|namespace|scope|get|post|put|patch|delete|mount|route)\b[ (]*(?:["':%A-Z{]|do$)|Grape::API|^\s*field\s+:\w|\bperform_(?:async|in|at|bulk|later)|\benqueue|deliver_message|\bproduce|each_message|subscribe|from_queue|\.publish\b|::(?:Service|Stub)\b|Gruf::Client|\.call\(:[A-Z]|Faraday|HTTParty|RestClient|Excon|Typhoeus|HTTPX?\b/m,
  extract,
};

function extract(input: ExtractionInput): FileFacts {
  const file: RubyFile = openFile(input, {
    scopes: rubyScopes,
    variables: variableRules,
    values: (source, outline, constants) => new RubyValues(source, outline, constants),
  });
  readConstants(file);
  for (const site of sitesOf(file, 'call')) {
    const idioms = idiomsOf(CALL_IDIOMS, site.name);
    for (const idiom of idioms) idiom(site, file);
    if (idioms.length > 0 || grpcCall(site, file)) continue;
    // `perform_async_in_queue` and other helpers of a project's jobs.
    if (/^perform_(?:async|later|in|at)_/.test(site.name)) performLater(site, file);
    else spanHelper(site, file);
  }
  readServiceNames(file);
  grpcServices(file);
  drawnRoutes(input.root, file);
  return finishFile(input, file);
}

/** `c.service_name = 'shop'` where OpenTelemetry is set up: other things have a service's name as well. */
function readServiceNames({ captures, source, values, facts }: RubyFile): void {
  if (!/OpenTelemetry|OTEL_|Datadog/.test(source.text)) return;
  for (const { parts } of captures.of('service')) {
    const name = values.text(parts.value);
    if (name !== undefined) facts.serviceNames.push(name);
  }
}
