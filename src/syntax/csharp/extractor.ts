import { readAnnotations } from '../extract/annotations';
import { lastPart } from '../extract/callSite';
import { idiomsOf, sitesOf } from '../extract/idioms';
import type { ExtractionInput, LanguageExtractor } from '../extract/languageExtractor';
import { finishFile, openFile, packageName, readConstants } from '../extract/openFile';
import { readSettingConstants } from '../extract/settingConstants';
import type { FileFacts, ImportFact } from '../facts';
import { readServiceNames, refitCalls } from './calls';
import { controllerRoutes } from './controllers';
import { annotatedEndpoints } from './fastEndpoints';
import { variableRules, type CsharpFile } from './file';
import { CALL_IDIOMS, NEW_IDIOMS, OTHER_IDIOMS } from './idioms';
import { messageConsumers } from './massTransit';
import { annotatedListeners } from './messages';
import { declareGroups } from './minimalApis';
import { csharpScopes } from './outline';
import { implementations, stubCall } from './rpc';
import { annotatedSpans } from './spans';
import { CsharpValues, READS_SETTINGS } from './values';

/** Reads `.cs`. */
export const csharpExtractor: LanguageExtractor = {
  queries: ['csharp-structure', 'csharp-calls'],
  prefilter:
    /Activity\b|Activity\(|ActivitySource|Span\w*\(|GetTracer|\[(?:Http\w+|Route|ApiController|AcceptVerbs|Topic|CapSubscribe|WithSpan|Wolverine\w+|\w+Trigger|Area|Function|FunctionName|Get|Post|Put|Delete)\b|ControllerBase|: Hub\b|IConsumer<|IPublishEndpoint|ISendEndpoint|\bIBus\b|ITopicProducer|MassTransit;|ReceiveEndpoint|TopicEndpoint|CarterModule|IHandleMessages<|: IJob\b|: Controller\b|\bMap(?:Get|Post|Put|Patch|Delete|Methods|Group)?\(|Endpoint<|EndpointWithoutRequest|: Ep\.|: (?:Sub)?Group\b|\.\w+Base\b|Client\b|Produce(?:Async)?\(|Subscribe\(|Basic(?:Publish|Consume)|ServiceBus|AddService\(|service\.name|OTEL_SERVICE_NAME/,
  extract,
};

function extract(input: ExtractionInput): FileFacts {
  const aliases = new Map<string, string>();
  const opened = openFile(input, {
    scopes: csharpScopes,
    variables: variableRules,
    values: (source, outline, constants) => new CsharpValues(source, outline, constants),
  });
  const { captures, source, outline, facts } = opened;
  const file: CsharpFile = { ...opened, annotations: readAnnotations(captures, source, outline), aliases };
  facts.module = packageName(input);
  facts.imports.push(...csharpImports(input, aliases));
  readConstants(file);
  readSettingConstants(file, READS_SETTINGS);
  declareGroups(file);
  readCalls(file);
  controllerRoutes(file);
  annotatedEndpoints(file);
  annotatedSpans(file);
  annotatedListeners(file);
  messageConsumers(file);
  refitCalls(file);
  implementations(file);
  readServiceNames(file);
  return finishFile(input, file);
}

function readCalls(file: CsharpFile): void {
  const hasStubs = file.source.text.includes('Client');
  for (const site of sitesOf(file, 'call')) {
    const isKnown = Object.hasOwn(CALL_IDIOMS, site.name);
    for (const idiom of isKnown ? idiomsOf(CALL_IDIOMS, site.name) : OTHER_IDIOMS) idiom(site, file);
    if (hasStubs) stubCall(site, file);
  }
  for (const site of sitesOf(file, 'new')) {
    for (const idiom of idiomsOf(NEW_IDIOMS, lastPart(site.name.replace(/<[^]*$/, '')))) idiom(site, file);
  }
}

function csharpImports({ captures, source }: ExtractionInput, aliases: Map<string, string>): ImportFact[] {
  return captures.of('import').map(({ node }) => {
    const written = source.of(node).replace(/^(global\s+)?using\s+(static\s+|unsafe\s+)*|[;\s]/g, '');
    const equals = written.indexOf('=');
    if (equals < 0) return { from: written, names: { '*': '*' } };
    const from = written.slice(equals + 1);
    aliases.set(written.slice(0, equals), from);
    return { from, names: { [written.slice(0, equals)]: lastPart(from) } };
  });
}
