import { readAnnotations } from '../extract/annotations';
import { lastPart } from '../extract/callSite';
import { idiomsOf, sitesOf } from '../extract/idioms';
import type { ExtractionInput, LanguageExtractor } from '../extract/languageExtractor';
import { finishFile, openFile, packageName, readConstants } from '../extract/openFile';
import type { FileFacts, ImportFact } from '../facts';
import { emittedMessages } from '../jvm/emitters';
import { graphqlFields } from '../jvm/graphql';
import { implementations } from '../jvm/implementations';
import { annotatedListeners, annotatedSenders } from '../jvm/listeners';
import { annotatedRoutes } from '../jvm/mappings';
import { configurationProperties } from '../jvm/properties';
import { streamFunctions } from '../jvm/streams';
import { temporalTypes } from '../jvm/temporal';
import { attribute, variableRules, type JavaFile } from './file';
import { CALL_IDIOMS, NEW_IDIOMS } from './idioms';
import { javaScopes } from './outline';
import { stubCall } from './rpc';
import { annotatedSpans, spanHelper } from './spans';
import { JavaValues } from './values';

/** Reads `.java`. */
export const javaExtractor: LanguageExtractor = {
  queries: ['java-structure', 'java-calls'],
  prefilter:
    /@(?:\w+Mapping|Dgs\w+|GraphQLApi|\w+Exchange|Path|GET|POST|PUT|DELETE|Get|Post|Put|Delete|Controller|RestController|FeignClient|WithSpan|NewSpan|Observed|Trace[dr]?|\w*Listener|Incoming|WorkflowInterface|ActivityInterface|Outgoing|Channel|ConfigurationProperties|ConfigMapping|Topic|Subject|Queue|RocketMQMessageListener|GrpcService|DubboService|WebServlet|ApplicationPath|Value|RegisterRestClient)\b|[sS]pan(?:Builder|\()|nextSpan|getTracer|tracerBuilder|Observation|ImplBase|Stub\b|Grpc\.|\b(?:Function|Consumer|Supplier)<|[kK]afka|[rR]abbit|[jJ]ms|ProducerRecord|basicPublish|RouterFunction|RestTemplate|restTemplate|WebClient|RestClient|HttpRequest|OkHttp|SERVICE_NAME|service\.name|\.(?:get|post|put|patch|delete|GET|POST|PUT|PATCH|DELETE)\(\s*"\//,
  extract,
};

function extract(input: ExtractionInput): FileFacts {
  const opened = openFile(input, {
    scopes: javaScopes,
    variables: variableRules,
    values: (source, outline, constants, made) =>
      new JavaValues(source, outline, constants, (variable) => made.get(variable)?.by),
  });
  const { captures, source, outline, facts } = opened;
  const file: JavaFile = {
    ...opened,
    annotations: readAnnotations(captures, source, outline),
    given: (site, name) => opened.values.items(attribute(site, name, source)),
  };
  facts.module = packageName(input);
  facts.imports.push(...javaImports(input));
  readConstants(file);
  configurationProperties(file);
  readCalls(file);
  annotatedRoutes(file);
  graphqlFields(file);
  annotatedSpans(file);
  annotatedListeners(file);
  annotatedSenders(file);
  emittedMessages(file);
  streamFunctions(file);
  temporalTypes(file);
  implementations(file, (index) => file.annotations.some((on) => on.name === 'Override' && on.function === index));
  return finishFile(input, file);
}

function readCalls(file: JavaFile): void {
  const hasStubs = file.source.text.includes('Stub');
  for (const site of sitesOf(file, 'call')) {
    const known = idiomsOf(CALL_IDIOMS, site.name);
    for (const idiom of known) idiom(site, file);
    if (known.length === 0) spanHelper(site, file);
    if (hasStubs) stubCall(site, file);
  }
  for (const site of sitesOf(file, 'new')) {
    for (const idiom of idiomsOf(NEW_IDIOMS, site.name.replace(/<[^]*$/, ''))) idiom(site, file);
  }
}

function javaImports({ captures, source }: ExtractionInput): ImportFact[] {
  return captures.of('import').map(({ node }) => {
    const written = source.of(node).replace(/^import\s+(static\s+)?|\s|;/g, '');
    const from = written.replace(/\.\*$/, '');
    const name = lastPart(from);
    return { from, names: written.endsWith('*') ? { '*': '*' } : { [name]: name } };
  });
}
