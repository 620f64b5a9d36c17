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
import { withEscapedDollars } from './dollars';
import { givenItems, variableRules, type KotlinFile } from './file';
import { http4kRoutes } from './http4k';
import { CALL_IDIOMS } from './idioms';
import { ktorRoutes } from './ktor';
import { kotlinScopes } from './outline';
import { lambdaRoutes, springRoutes } from './routers';
import { stubCall } from './rpc';
import { annotatedSpans, spanHelper } from './spans';
import { KotlinValues } from './values';

/** Reads `.kt` and `.kts`. */
export const kotlinExtractor: LanguageExtractor = {
  prepare: withEscapedDollars,
  // Behind a property the grammar (1.1.0) looks for white space after an annotation, for ever where the file ends first.
  ending: '\n',
  queries: ['kotlin-structure', 'kotlin-calls'],
  prefilter:
    /@(?:\w+Mapping|Dgs\w+|GraphQLApi|\w+Exchange|Path|GET|POST|PUT|DELETE|Get|Post|Put|Delete|Controller|RestController|FeignClient|WithSpan|NewSpan|Observed|Trace[dr]?|\w*Listener|Incoming|WorkflowInterface|ActivityInterface|Channel|ConfigurationProperties|ConfigMapping|Outgoing|Topic|Subject|Queue|GrpcService|WebServlet|ApplicationPath|Value|Resource|Location|RegisterRestClient)\b|[sS]pan(?:Builder)?\(|\w[sS]pan\(|getTracer|service\.name|SERVICE_NAME|ImplBase|Stub\b|\b(?:Function|Consumer|Supplier)<|[kK]afka|[rR]abbit|[jJ]ms|ProducerRecord|basicPublish|\brouter\b|coRouter|\bRout(?:e|ing)\b|\brouting\b|io\.ktor|io\.javalin|http4k|RestTemplate|restTemplate|WebClient|RestClient|HttpClient|HttpRequest|OkHttp/,
  extract,
};

function extract(input: ExtractionInput): FileFacts {
  const opened = openFile(input, {
    scopes: kotlinScopes,
    variables: variableRules,
    values: (source, outline, constants, made) =>
      new KotlinValues(source, outline, constants, (variable) => made.get(variable)?.by),
  });
  const { captures, source, outline, facts } = opened;
  const file: KotlinFile = {
    ...opened,
    root: input.root,
    annotations: readAnnotations(captures, source, outline),
    given: (site, name) => givenItems(site, name, opened),
  };
  facts.module = packageName(input);
  facts.imports.push(...kotlinImports(input));
  readConstants(file);
  configurationProperties(file);
  readCalls(file);
  annotatedRoutes(file);
  graphqlFields(file);
  ktorRoutes(file);
  springRoutes(file);
  lambdaRoutes(file);
  http4kRoutes(file);
  annotatedSpans(file);
  annotatedListeners(file);
  annotatedSenders(file);
  emittedMessages(file);
  streamFunctions(file);
  temporalTypes(file);
  implementations(file, (_, { start, nameSpan }) => {
    return /\boverride\b/.test(file.source.text.slice(start, nameSpan.startIndex));
  });
  return finishFile(input, file);
}

function readCalls(file: KotlinFile): void {
  const hasStubs = file.source.text.includes('Stub');
  for (const site of sitesOf(file, 'call')) {
    const idioms = idiomsOf(CALL_IDIOMS, site.name);
    for (const idiom of idioms) idiom(site, file);
    if (idioms.length === 0) spanHelper(site, file);
    if (hasStubs) stubCall(site, file);
  }
}

function kotlinImports({ captures, source }: ExtractionInput): ImportFact[] {
  return captures.of('import').map(({ node }) => {
    const [written = '', alias] = source
      .of(node)
      .replace(/^import\s+|[;`]|\s+$/g, '')
      .split(/\s+as\s+/);
    const from = written.replace(/\.\*$/, '');
    const name = lastPart(from);
    return { from, names: written.endsWith('*') ? { '*': '*' } : { [alias ?? name]: name } };
  });
}
