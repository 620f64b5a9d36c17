import { CallSite } from '../extract/callSite';
import { idiomsOf, sitesOf } from '../extract/idioms';
import type { ExtractionInput, LanguageExtractor } from '../extract/languageExtractor';
import { finishFile, openFile } from '../extract/openFile';
import { child } from '../extract/sourceText';
import type { FileFacts } from '../facts';
import { variableRules, type PythonFile } from './file';
import { CALL_IDIOMS, DECORATOR_IDIOMS } from './idioms';
import { celeryTaskClasses } from './celery';
import { pythonImports } from './imports';
import { actorDecorator, arqWorkers } from './jobs';
import { pythonScopes } from './outline';
import { declareRouters } from './routers';
import { pathHelper, routeDecorator, tornadoRoutes } from './routes';
import { servicers, stubCall } from './rpc';
import { readServiceNames, setupCall } from './serviceNames';
import { fieldValue, settingsFields } from './settingsFields';
import { bareSpanDecorator, spanHelper, temporalDecorator } from './spans';
import { fieldDecorator, graphqlTypes } from './graphql';
import { PythonValues } from './values';

/** Reads `.py`. */
export const pythonExtractor: LanguageExtractor = {
  queries: ['python-structure', 'python-calls'],
  prefilter:
    /[sS]pan\b|_(?:tracing|telemetry|otel)\w*\(|_span\w*\(|span\w*\(|[tT]racer?\b|_traced?\(|\binstrument\w*\(|@\w[\w.]*\.(?:get|post|put|patch|delete|route|api_route|websocket|task|subscriber|agent)\b|@(?:get|post|put|patch|delete|shared_task)\(|\b(?:path|re_path|url|Route|Mount)\(|add_url_rule|add_route|add_(?:get|post)\(|add_resource|include_router|register_blueprint|APIRouter|Blueprint|ViewSet|View\b|@(?:decorators\.)?action\(|Servicer|Stub\(|[kK]afka|pika|basic_(?:publish|consume)|send_message|send_task|\.(?:delay|apply_async|enqueue\w*|send|send_with_options)\(|\bactor\b|\barq\b|Task\)|publish|subscri|receive_message|strawberry|graphene|ariadne|temporalio|@\w*(?:trace|span|instrument)|_topic\b|\b(?:requests|httpx|aiohttp|session|client)\.|urlopen|[sS]ervice[._]?[nN]ame|SERVICE_NAME|Handler\b/m,
  extract,
};

function extract(input: ExtractionInput): FileFacts {
  const file: PythonFile = openFile(input, {
    scopes: pythonScopes,
    variables: variableRules,
    values: (source, outline, constants) => new PythonValues(source, outline, constants),
  });
  file.facts.imports.push(...pythonImports(file.captures, file.source));
  readPythonConstants(file);
  settingsFields(file);
  declareRouters(file);
  readCalls(file);
  readDecorators(file);
  tornadoRoutes(file);
  servicers(file);
  celeryTaskClasses(file);
  arqWorkers(file);
  graphqlTypes(file);
  readServiceNames(file);
  return finishFile(input, file);
}

/** Constants of modules, classes and functions; what a method assigns to `self.x` belongs to the class. */
function readPythonConstants(file: PythonFile): void {
  for (const { node, parts } of file.captures.of('constant')) {
    const value = file.values.text(parts.value);
    if (value === undefined || parts.name === undefined) continue;
    const written = file.source.of(parts.name);
    const name = written.replace(/^(self|cls)\./, '');
    const type = name === written ? undefined : file.outline.typeScopeAt(node.startIndex);
    if (type !== undefined) file.constants.add(name, value, type.nameSpan.startIndex);
    else {
      const around = file.outline.innermostAt(node.startIndex);
      const whole = fieldValue(name, value, file.source.of(parts.value ?? node), around, file.source);
      file.constants.add(name, whole, node.startIndex);
    }
  }
}

function readCalls(file: PythonFile): void {
  const hasStubs = file.source.text.includes('Stub');
  for (const site of sitesOf(file, 'call')) {
    const idioms = idiomsOf(CALL_IDIOMS, site.name);
    for (const idiom of idioms) idiom(site, file);
    if (idioms.length === 0) {
      spanHelper(site, file);
      setupCall(site, file);
      pathHelper(site, file);
    }
    if (hasStubs) stubCall(site, file);
  }
}

function readDecorators(file: PythonFile): void {
  for (const { parts } of file.captures.of('decorator')) {
    const expression = parts.expression;
    if (expression === undefined) continue;
    const callee = expression.type === 'call' ? child(expression, 'function') : expression;
    if (callee === undefined) continue;
    const name = child(callee, 'attribute') ?? callee;
    const list = expression.type === 'call' ? child(expression, 'arguments') : undefined;
    const site = new CallSite(file.source, expression, name, child(callee, 'object'), list);
    bareSpanDecorator(site, file);
    temporalDecorator(site, file);
    fieldDecorator(site, file);
    actorDecorator(site, file);
    if (expression.type !== 'call') continue;
    routeDecorator(site, file);
    for (const idiom of idiomsOf(DECORATOR_IDIOMS, site.name)) idiom(site, file);
  }
}
