import { readAnnotations } from '../extract/annotations';
import { CallSite, lastPart } from '../extract/callSite';
import { Constants } from '../extract/constants';
import { FactsBuilder } from '../extract/factsBuilder';
import type { ExtractionInput, LanguageExtractor } from '../extract/languageExtractor';
import { Outline } from '../extract/outline';
import { Receivers } from '../extract/receivers';
import { Variables } from '../extract/variables';
import type { FileFacts, ImportFact } from '../facts';
import { variableRules, type CallIdiom, type JavaFile } from './file';
import { CALL_IDIOMS, NEW_IDIOMS } from './idioms';
import { annotatedRoutes } from './mappings';
import { annotatedListeners } from './messages';
import { javaScopes } from './outline';
import { implementations, stubCall } from './rpc';
import { annotatedSpans, spanHelper } from './spans';
import { JavaValues } from './values';

/** Reads `.java`. */
export const javaExtractor: LanguageExtractor = {
  queries: ['java-structure', 'java-calls'],
  prefilter:
    /@(?:\w+Mapping|Path|GET|POST|PUT|DELETE|Controller|RestController|FeignClient|WithSpan|NewSpan|Observed|Trace[dr]?|\w*Listener|Incoming|Topic|GrpcService|DubboService|WebServlet|ApplicationPath|Value|RegisterRestClient)\b|[sS]pan(?:Builder|\()|nextSpan|getTracer|tracerBuilder|Observation|ImplBase|Stub\b|Grpc\.|[kK]afka|[rR]abbit|[jJ]ms|ProducerRecord|basicPublish|RouterFunction|RestTemplate|restTemplate|WebClient|RestClient|HttpRequest|OkHttp|SERVICE_NAME|service\.name|\.(?:get|post|put|patch|delete|GET|POST|PUT|PATCH|DELETE)\(\s*"\/|static\s+final\s+String|final\s+static\s+String|\benum\b/,
  extract,
};

function extract(input: ExtractionInput): FileFacts {
  const { captures, source, root, language } = input;
  const outline = new Outline(javaScopes(captures, source));
  const constants = new Constants(outline);
  const made = new Variables(captures, source, variableRules(source));
  const values = new JavaValues(source, outline, constants, (variable) => made.get(variable)?.by);
  const facts = new FactsBuilder();
  const name = captures.of('package')[0]?.parts.name;
  facts.module = name === undefined ? '' : source.of(name);
  facts.imports.push(...javaImports(input));
  const annotations = readAnnotations(captures, source, outline);
  const file: JavaFile = {
    source,
    captures,
    outline,
    constants,
    values,
    receivers: new Receivers(outline),
    facts,
    made,
    annotations,
  };
  for (const { node, parts } of captures.of('constant')) {
    const value = values.text(parts.value);
    if (value !== undefined && parts.name !== undefined) constants.add(source.of(parts.name), value, node.startIndex);
  }
  readCalls(file);
  annotatedRoutes(file);
  annotatedSpans(file);
  annotatedListeners(file);
  implementations(file);
  return facts.finish(language, root.hasError, outline, constants, source);
}

function readCalls(file: JavaFile): void {
  const hasStubs = file.source.text.includes('Stub');
  for (const capture of file.captures.of('call')) {
    const site = CallSite.of(capture, file.source);
    if (site === undefined) continue;
    const known = idiomsOf(CALL_IDIOMS, site.name);
    for (const idiom of known) idiom(site, file);
    if (known.length === 0) spanHelper(site, file);
    if (hasStubs) stubCall(site, file);
  }
  for (const capture of file.captures.of('new')) {
    const site = CallSite.of(capture, file.source);
    if (site === undefined) continue;
    for (const idiom of idiomsOf(NEW_IDIOMS, site.name.replace(/<[^]*$/, ''))) idiom(site, file);
  }
}

function idiomsOf(table: Readonly<Record<string, readonly CallIdiom[]>>, name: string): readonly CallIdiom[] {
  return Object.hasOwn(table, name) ? (table[name] ?? []) : [];
}

function javaImports({ captures, source }: ExtractionInput): ImportFact[] {
  return captures.of('import').map(({ node }) => {
    const written = source.of(node).replace(/^import\s+(static\s+)?|\s|;/g, '');
    const from = written.replace(/\.\*$/, '');
    const name = lastPart(from);
    return { from, names: written.endsWith('*') ? { '*': '*' } : { [name]: name } };
  });
}
