import { CallSite } from '../extract/callSite';
import { Constants } from '../extract/constants';
import { FactsBuilder } from '../extract/factsBuilder';
import type { ExtractionInput, LanguageExtractor } from '../extract/languageExtractor';
import { Outline } from '../extract/outline';
import { Receivers } from '../extract/receivers';
import { child } from '../extract/sourceText';
import { Variables } from '../extract/variables';
import type { FileFacts } from '../facts';
import { variableRules, type CallIdiom, type PythonFile } from './file';
import { CALL_IDIOMS, DECORATOR_IDIOMS } from './idioms';
import { pythonImports } from './imports';
import { pythonScopes } from './outline';
import { declareRouters } from './routers';
import { routeDecorator, tornadoRoutes } from './routes';
import { servicers, stubCall } from './rpc';
import { readServiceNames, setupCall } from './serviceNames';
import { spanHelper } from './spans';
import { PythonValues } from './values';

/** Reads `.py`. */
export const pythonExtractor: LanguageExtractor = {
  queries: ['python-structure', 'python-calls'],
  prefilter:
    /[sS]pan\b|_(?:tracing|telemetry|otel)\w*\(|_span\w*\(|span\w*\(|[tT]racer?\b|_traced?\(|\binstrument\w*\(|@\w[\w.]*\.(?:get|post|put|patch|delete|route|api_route|websocket|task|subscriber|agent)\b|@(?:get|post|put|patch|delete|shared_task)\(|\b(?:path|re_path|url|Route|Mount)\(|add_url_rule|add_route|add_(?:get|post)\(|add_resource|include_router|register_blueprint|APIRouter|Blueprint|ViewSet|View\b|Servicer|Stub\(|[kK]afka|pika|basic_(?:publish|consume)|send_message|send_task|\b(?:requests|httpx|aiohttp|session|client)\.|urlopen|[sS]ervice[._]?[nN]ame|SERVICE_NAME|^[A-Z][A-Z0-9_]+(?::\s*\w+)?\s*=\s*["'f(o]|Handler\b/m,
  extract,
};

function extract(input: ExtractionInput): FileFacts {
  const { captures, source, root, language } = input;
  const outline = new Outline(pythonScopes(captures, source));
  const constants = new Constants(outline);
  const values = new PythonValues(source, outline, constants);
  const facts = new FactsBuilder();
  facts.imports.push(...pythonImports(captures, source));
  const made = new Variables(captures, source, variableRules(source));
  const file: PythonFile = {
    source,
    captures,
    outline,
    constants,
    values,
    receivers: new Receivers(outline),
    facts,
    made,
  };
  for (const { node, parts } of captures.of('constant')) {
    const value = values.text(parts.value);
    if (value !== undefined && parts.name !== undefined) {
      constants.add(source.of(parts.name).replace(/^(self|cls)\./, ''), value, node.startIndex);
    }
  }
  declareRouters(file);
  readCalls(file);
  readDecorators(file);
  tornadoRoutes(file);
  servicers(file);
  readServiceNames(file);
  return facts.finish(language, root.hasError, outline, constants, source);
}

function readCalls(file: PythonFile): void {
  const hasStubs = file.source.text.includes('Stub');
  for (const capture of file.captures.of('call')) {
    const site = CallSite.of(capture, file.source);
    if (site === undefined) continue;
    const idioms = idiomsOf(CALL_IDIOMS, site.name);
    for (const idiom of idioms) idiom(site, file);
    if (idioms.length === 0) {
      spanHelper(site, file);
      setupCall(site, file);
    }
    if (hasStubs) stubCall(site, file);
  }
}

function readDecorators(file: PythonFile): void {
  for (const { parts } of file.captures.of('decorator')) {
    const expression = parts.expression;
    if (expression?.type !== 'call') continue;
    const callee = child(expression, 'function');
    if (callee === undefined) continue;
    const name = child(callee, 'attribute') ?? callee;
    const site = new CallSite(file.source, expression, name, child(callee, 'object'), child(expression, 'arguments'));
    routeDecorator(site, file);
    for (const idiom of idiomsOf(DECORATOR_IDIOMS, site.name)) idiom(site, file);
  }
}

function idiomsOf(table: Readonly<Record<string, readonly CallIdiom[]>>, name: string): readonly CallIdiom[] {
  return Object.hasOwn(table, name) ? (table[name] ?? []) : [];
}
