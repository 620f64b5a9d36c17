import { CallSite } from '../extract/callSite';
import { Constants } from '../extract/constants';
import { FactsBuilder } from '../extract/factsBuilder';
import type { ExtractionInput, LanguageExtractor } from '../extract/languageExtractor';
import { Outline } from '../extract/outline';
import { Receivers } from '../extract/receivers';
import { child } from '../extract/sourceText';
import { Variables } from '../extract/variables';
import type { FileFacts, ImportFact } from '../facts';
import { variableRules, typeOfVariable, type GoFile } from './file';
import { CALL_IDIOMS, OTHER_IDIOMS } from './idioms';
import { messageLiterals } from './messages';
import { goScopes } from './outline';
import { declareRouters } from './routers';
import { embeddedServers, stubCall } from './rpc';
import { gorillaMethods, passedGroup, routeTables } from './routes';
import { GoValues } from './values';

/** Reads `.go`. */
export const goExtractor: LanguageExtractor = {
  queries: ['go-structure', 'go-calls'],
  prefilter:
    /\.Start\(|\b[sS]ervices?\.?[nN]ame|[iI]nit\w*(?:Trac|Otel|OTEL|Telemetry)|tracing\.|Span\w*\(|[tT]racer\(|\.(?:GET|POST|PUT|PATCH|DELETE|HEAD|Any|Get|Post|Put|Patch|Delete|Group|Route|Mount|PathPrefix|Methods|Method|MethodFunc)\(|[hH]andle(?:Func|r)?\(|Register\w+Server\(|Unimplemented\w+Server|New\w+(?:Client|Handler)\(|\w+pb\.|ProducerMessage|ReaderConfig|WriterConfig|kgo\.|kafka|amqp|nats|NewRequest|http\.(?:Get|Post|Method)|ServiceName|service\.name|OTEL_SERVICE_NAME|^const\b|\bHandlerFunc\b/m,
  extract,
};

function extract(input: ExtractionInput): FileFacts {
  const { captures, source, root, language } = input;
  const outline = new Outline(goScopes(captures, source));
  const constants = new Constants(outline);
  const made = new Variables(captures, source, variableRules(source));
  const values = new GoValues(source, outline, constants, (variable) => typeOfVariable(made, variable));
  const facts = new FactsBuilder();
  facts.module = captures.of('package')[0]?.parts.name?.text ?? '';
  facts.imports.push(...goImports(input));
  for (const { node, parts } of captures.of('constant')) {
    const value = values.text(parts.value);
    if (value !== undefined && parts.name !== undefined) constants.add(source.of(parts.name), value, node.startIndex);
  }
  const importPaths = facts.imports.map((fact) => fact.from).join(' ');
  const base = {
    source,
    captures,
    outline,
    constants,
    values,
    receivers: new Receivers(outline),
    facts,
    made,
    importPaths,
  };
  const file: GoFile = { ...base, gorillaMethods: gorillaMethods(base) };
  declareRouters(file);
  readCalls(file);
  routeTables(file);
  messageLiterals(file);
  embeddedServers(file);
  return facts.finish(language, root.hasError, outline, constants, source);
}

function readCalls(file: GoFile): void {
  // Most files have neither: asking their every call for arguments would double the time.
  const hasStubs = file.source.text.includes('Client');
  const hasGroups = /\.(?:Group|PathPrefix|Route)\(/.test(file.source.text);
  for (const capture of file.captures.of('call')) {
    const site = CallSite.of(capture, file.source);
    if (site === undefined) continue;
    const known = Object.hasOwn(CALL_IDIOMS, site.name) ? CALL_IDIOMS[site.name] : undefined;
    for (const idiom of known ?? OTHER_IDIOMS) idiom(site, file);
    if (known === undefined && hasGroups) passedGroup(site, file);
    if (hasStubs) stubCall(site, file);
  }
}

function goImports({ captures, source }: ExtractionInput): ImportFact[] {
  return captures.of('import').flatMap(({ node }) => {
    const path = child(node, 'path');
    if (path === undefined) return [];
    const from = source.of(path).slice(1, -1);
    const name = child(node, 'name');
    const local = name === undefined ? defaultName(from) : source.of(name);
    return [{ from, names: { [local]: '*' } }];
  });
}

/** The package name an import path suggests: its last part, without a major version. */
function defaultName(from: string): string {
  const parts = from.split('/');
  const last = parts.at(-1) ?? from;
  const named = /^v\d+$/.test(last) && parts.length > 1 ? (parts.at(-2) ?? last) : last;
  return named.replace(/\.v\d+$/, '').replace(/^go-|-go$/g, '');
}
