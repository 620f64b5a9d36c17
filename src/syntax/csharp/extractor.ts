import { readAnnotations } from '../extract/annotations';
import { CallSite, lastPart } from '../extract/callSite';
import { Constants } from '../extract/constants';
import { FactsBuilder } from '../extract/factsBuilder';
import type { ExtractionInput, LanguageExtractor } from '../extract/languageExtractor';
import { Outline } from '../extract/outline';
import { Receivers } from '../extract/receivers';
import { Variables } from '../extract/variables';
import type { FileFacts, ImportFact } from '../facts';
import { readServiceNames, refitCalls } from './calls';
import { controllerRoutes } from './controllers';
import { variableRules, type CsharpFile } from './file';
import { CALL_IDIOMS, NEW_IDIOMS, OTHER_IDIOMS } from './idioms';
import { annotatedListeners } from './messages';
import { declareGroups } from './minimalApis';
import { csharpScopes } from './outline';
import { implementations, stubCall } from './rpc';
import { annotatedSpans } from './spans';
import { CsharpValues } from './values';

/** Reads `.cs`. */
export const csharpExtractor: LanguageExtractor = {
  queries: ['csharp-structure', 'csharp-calls'],
  prefilter:
    /Activity\b|Activity\(|ActivitySource|Span\w*\(|GetTracer|\[(?:Http\w+|Route|ApiController|AcceptVerbs|Topic|CapSubscribe|WithSpan|Get|Post|Put|Delete)\b|ControllerBase|: Controller\b|\bMap(?:Get|Post|Put|Patch|Delete|Methods|Group)?\(|Endpoint<|\.\w+Base\b|Client\b|Produce(?:Async)?\(|Subscribe\(|Basic(?:Publish|Consume)|ServiceBus|AddService\(|service\.name|OTEL_SERVICE_NAME|\bconst\s+string\b|static\s+readonly\s+string/,
  extract,
};

function extract(input: ExtractionInput): FileFacts {
  const { captures, source, root, language } = input;
  const outline = new Outline(csharpScopes(captures, source));
  const constants = new Constants(outline);
  const values = new CsharpValues(source, outline, constants);
  const facts = new FactsBuilder();
  const name = captures.of('package')[0]?.parts.name;
  facts.module = name === undefined ? '' : source.of(name);
  const aliases = new Map<string, string>();
  facts.imports.push(...csharpImports(input, aliases));
  const file: CsharpFile = {
    source,
    captures,
    outline,
    constants,
    values,
    receivers: new Receivers(outline),
    facts,
    made: new Variables(captures, source, variableRules(source)),
    annotations: readAnnotations(captures, source, outline),
    aliases,
  };
  for (const { node, parts } of captures.of('constant')) {
    const value = values.text(parts.value);
    if (value !== undefined && parts.name !== undefined) constants.add(source.of(parts.name), value, node.startIndex);
  }
  declareGroups(file);
  readCalls(file);
  controllerRoutes(file);
  annotatedSpans(file);
  annotatedListeners(file);
  refitCalls(file);
  implementations(file);
  readServiceNames(file);
  return facts.finish(language, root.hasError, outline, constants, source);
}

function readCalls(file: CsharpFile): void {
  const hasStubs = file.source.text.includes('Client');
  for (const capture of file.captures.of('call')) {
    const site = CallSite.of(capture, file.source);
    if (site === undefined) continue;
    const known = Object.hasOwn(CALL_IDIOMS, site.name) ? CALL_IDIOMS[site.name] : undefined;
    for (const idiom of known ?? OTHER_IDIOMS) idiom(site, file);
    if (hasStubs) stubCall(site, file);
  }
  for (const capture of file.captures.of('new')) {
    const site = CallSite.of(capture, file.source);
    const name = site === undefined ? '' : lastPart(site.name.replace(/<[^]*$/, ''));
    if (site === undefined || !Object.hasOwn(NEW_IDIOMS, name)) continue;
    for (const idiom of NEW_IDIOMS[name] ?? []) idiom(site, file);
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
