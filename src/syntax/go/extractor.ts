import { idiomsOf, sitesOf } from '../extract/idioms';
import type { ExtractionInput, LanguageExtractor } from '../extract/languageExtractor';
import { finishFile, openFile, packageName, readConstants } from '../extract/openFile';
import { readSettingConstants } from '../extract/settingConstants';
import { child } from '../extract/sourceText';
import type { FileFacts, ImportFact } from '../facts';
import { variableRules, typeOfVariable, type GoFile } from './file';
import { CALL_IDIOMS, OTHER_IDIOMS } from './idioms';
import { messageLiterals } from './messages';
import { goScopes } from './outline';
import { declareRouters } from './routers';
import { connectMethods, embeddedServers, stubCall } from './rpc';
import { gorillaMethods, passedGroup, routeTables } from './routes';
import { READS_SETTINGS, taggedFields } from './settings';
import { GoValues } from './values';

/** Reads `.go`. */
export const goExtractor: LanguageExtractor = {
  queries: ['go-structure', 'go-calls'],
  prefilter:
    /\.Start(?:WithOptions)?\(|\b[sS]ervices?\.?[nN]ame|[iI]nit\w*(?:Trac|Otel|OTEL|Telemetry)|tracing\.|Span\w*\(|[tT]racer\(|\.(?:GET|POST|PUT|PATCH|DELETE|HEAD|Any|Get|Post|Put|Patch|Delete|Group|Route|Mount|PathPrefix|Methods|Method|MethodFunc)\(|[hH]andle(?:Func|r)?\(|Register\w+Server\(|Unimplemented\w+Server|\w+(?:Service|Grpc|GRPC)Client\b|\b\w+Client\.[A-Z]\w+\(ctx|New\w+(?:Client|Handler|Server)\(|\w+pb\.|ProducerMessage|ReaderConfig|WriterConfig|kgo\.|kafka|amqp|nats|watermill|asynq|temporal|cadence|huma\.|\bconnect\.Request\[|\.To\(|\.(?:Query|Exec|Get|Select|NamedExec|Prepare)\w*\(ctx|NewRequest|http\.(?:Get|Post|Method)|ServiceName|service\.name|OTEL_SERVICE_NAME|\bHandlerFunc\b|goa\.design\/goa/m,
  extract,
};

function extract(input: ExtractionInput): FileFacts {
  const opened = openFile(input, {
    scopes: goScopes,
    variables: variableRules,
    values: (source, outline, constants, made) =>
      new GoValues(source, outline, constants, (variable) => typeOfVariable(made, variable)),
  });
  opened.facts.module = packageName(input);
  opened.facts.imports.push(...goImports(input));
  readConstants(opened);
  readSettingConstants(opened, READS_SETTINGS);
  const importPaths = opened.facts.imports.map((fact) => fact.from).join(' ');
  const base = { ...opened, importPaths };
  const file: GoFile = { ...base, gorillaMethods: gorillaMethods(base) };
  taggedFields(file);
  declareRouters(file);
  readCalls(file);
  routeTables(file);
  messageLiterals(file);
  embeddedServers(file);
  connectMethods(file);
  return finishFile(input, file);
}

function readCalls(file: GoFile): void {
  // Most files have neither: asking their every call for arguments would double the time.
  const hasStubs = file.source.text.includes('Client');
  const hasGroups = /\.(?:Group|PathPrefix|Route)\(/.test(file.source.text);
  for (const site of sitesOf(file, 'call')) {
    const isKnown = Object.hasOwn(CALL_IDIOMS, site.name);
    for (const idiom of isKnown ? idiomsOf(CALL_IDIOMS, site.name) : OTHER_IDIOMS) idiom(site, file);
    if ((!isKnown || site.name === 'Register') && hasGroups) passedGroup(site, file);
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
