import { idiomsOf, sitesOf, type Idioms } from '../extract/idioms';
import type { ExtractionInput, LanguageExtractor } from '../extract/languageExtractor';
import { finishFile, openFile, readConstants } from '../extract/openFile';
import type { FileFacts } from '../facts';
import * as calls from './calls';
import { variableRules, type CallIdiom, type ElixirFile } from './file';
import { field } from './graphql';
import { aliasFacts } from './modules';
import { elixirScopes } from './outline';
import * as routes from './routes';
import { spanHelper, startSpan } from './spans';
import { ElixirValues } from './values';

const verb: readonly CallIdiom[] = [routes.verb, calls.httpVerb];

/** What to do with a call of a name. */
const CALL_IDIOMS: Idioms<ElixirFile> = {
  with_span: [startSpan],
  start_span: [startSpan],
  get: verb,
  post: verb,
  put: verb,
  patch: verb,
  delete: verb,
  head: verb,
  options: verb,
  match: [routes.verb],
  'get!': [calls.httpVerb],
  'post!': [calls.httpVerb],
  'put!': [calls.httpVerb],
  'patch!': [calls.httpVerb],
  'delete!': [calls.httpVerb],
  live: [routes.live],
  resources: [routes.resources],
  forward: [routes.forward],
  field: [field],
  build: [calls.build],
  new: [calls.newJob],
  publish: [calls.produce],
  produce: [calls.produce],
  produce_sync: [calls.produce],
  use: [calls.use],
};

/** Reads `.ex` and `.exs`. */
export const elixirExtractor: LanguageExtractor = {
  queries: ['elixir-structure', 'elixir-calls'],
  prefilter:
    /_span\b|\bspan\b|\btraced?\b|service_name|SERVICE_NAME|:router\b|Phoenix\.Router|Absinthe\.(?:Schema|Relay)|Plug\.Router|\b(?:Oban|Tesla|Req|HTTPoison|Finch|GRPC|KafkaEx|AMQP|brod)\b|\.Stub\b/m,
  extract,
};

function extract(input: ExtractionInput): FileFacts {
  const file: ElixirFile = openFile(input, {
    scopes: elixirScopes,
    variables: variableRules,
    values: (source, outline, constants) => new ElixirValues(source, outline, constants),
  });
  readConstants(file);
  const sites = sitesOf(file, 'call');
  for (const site of sites) if (site.name === 'alias') file.facts.imports.push(...aliasFacts(site, file));
  const hasStubs = /\bStub\b/.test(file.source.text);
  for (const site of sites) {
    if (hasStubs) calls.stubCall(site, file);
    const idioms = idiomsOf(CALL_IDIOMS, site.name);
    for (const idiom of idioms) idiom(site, file);
    if (idioms.length === 0) spanHelper(site, file);
  }
  return finishFile(input, file);
}
