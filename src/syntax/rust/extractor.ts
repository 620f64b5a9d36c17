import { idiomsOf, sitesOf, type Idioms } from '../extract/idioms';
import type { ExtractionInput, LanguageExtractor } from '../extract/languageExtractor';
import { finishFile, openFile, readConstants } from '../extract/openFile';
import type { FileFacts } from '../facts';
import * as calls from './calls';
import { readAttributes, usedLibraries, variableRules, type CallIdiom, type RustFile } from './file';
import { rustImports } from './imports';
import { rustScopes } from './outline';
import { attributeRoutes, mount, onResource, route, routes } from './routes';
import { implementedServices, onlyClient, stubCall } from './rpc';
import { attributeSpans, macroSpans, startSpan, tracer } from './spans';
import { RustValues } from './values';

const verb: readonly CallIdiom[] = [onResource, calls.httpVerb];

/** What to do with a call of a name. */
const CALL_IDIOMS: Idioms<RustFile> = {
  start: [startSpan],
  span_builder: [startSpan],
  start_with_context: [startSpan],
  in_span: [startSpan],
  tracer: [tracer],
  route: [route],
  api_route: [route],
  api_route_with: [route],
  route_with_tsr: [route],
  at: [route],
  to: [onResource, calls.record],
  get: verb,
  post: verb,
  put: verb,
  patch: verb,
  delete: verb,
  head: [calls.httpVerb],
  request: [calls.httpVerb],
  subscribe: [calls.subscribe],
  queue_subscribe: [calls.subscribe],
  publish: [calls.publish],
  basic_publish: [calls.basicPublish],
  basic_consume: [calls.basicConsume],
  with_service_name: [calls.serviceName],
  new: [calls.keyValue],
  nest: [mount],
  nest_service: [mount],
  nest_api_service: [mount],
  merge: [mount],
  service: [mount],
  configure: [mount],
  mount: [mount],
  routes: [routes],
};

/** Reads `.rs`. */
export const rustExtractor: LanguageExtractor = {
  queries: ['rust-structure', 'rust-calls'],
  prefilter:
    /\binstrument\b|_span!|\bspan!|\btracer\b|span_builder|in_span|service\.name|with_service_name|SERVICE_NAME|\b(?:axum|actix_web|rocket|poem|salvo|tonic|reqwest|rdkafka|lapin|async_nats|Router|ServiceConfig|utoipa)\b|#\[(?:get|post|put|patch|delete|route)\(|\w_(?:client|server)\b/m,
  extract,
};

function extract(input: ExtractionInput): FileFacts {
  const opened = openFile(input, {
    scopes: rustScopes,
    variables: variableRules,
    values: (source, outline, constants) => new RustValues(source, outline, constants),
  });
  const file: RustFile = { ...opened, attributes: readAttributes(opened), uses: usedLibraries(input.source.text) };
  file.facts.imports.push(...rustImports(input));
  readConstants(file);
  const mayHaveStubs = /_client\b|\btonic\b/.test(file.source.text);
  const only = mayHaveStubs ? onlyClient(file) : undefined;
  const tests = file.outline.types().filter(({ name }) => /^tests?$/.test(name));
  for (const site of sitesOf(file, 'call')) {
    // What a module of tests builds serves nobody.
    if (tests.some(({ start, end }) => start < site.start && site.start < end)) continue;
    for (const idiom of idiomsOf(CALL_IDIOMS, site.name)) idiom(site, file);
    if (mayHaveStubs) stubCall(site, file, only);
    calls.setupCall(site, file);
  }
  implementedServices(file);
  macroSpans(file);
  attributeSpans(file);
  attributeRoutes(file);
  return finishFile(input, file);
}
