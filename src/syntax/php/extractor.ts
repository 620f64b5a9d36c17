import { readAnnotations } from '../extract/annotations';
import { idiomsOf, sitesOf } from '../extract/idioms';
import type { ExtractionInput, LanguageExtractor } from '../extract/languageExtractor';
import { finishFile, openFile, packageName, readConstants } from '../extract/openFile';
import type { FileFacts } from '../facts';
import { attributeRoutes } from './attributeRoutes';
import { rpcCall, rpcMethods, serviceNames } from './calls';
import { ClassNames } from './classNames';
import { consoleCommands } from './commands';
import { variableRules, type PhpFile, type RouteGroup } from './file';
import { CALL_IDIOMS, NEW_IDIOMS } from './idioms';
import { phpImports } from './imports';
import { messageHandlers } from './messages';
import { phpScopes } from './outline';
import { routeGroups } from './routeGroups';
import { listedRoutes } from './routeLists';
import { attributeSpans, spanHelper } from './spans';
import { PhpValues } from './values';

/** Reads `.php`. */
export const phpExtractor: LanguageExtractor = {
  queries: ['php-structure', 'php-calls'],
  prefilter:
    /[sS]pan(?:Builder)?\(|\w[sS]pan\(|getTracer|#\[|\btraced?\(|service\.name|SERVICE_NAME|@(?:\w+\\)?(?:Route|Get|Post|Put|Patch|Delete)\(|\bRoute::|withRouting|->(?:get|post|put|patch|delete|any|map|match|request|route|addRoute|group|connect|resources|scope)(?:Async)?\(|\bHttp::|curl_init|\bdispatch|\bevent\(|basic_(?:publish|consume)|producev?\(|->publish\(|->add\(|subscribe\(|__invoke|function handle\(|extends \w*Command\b|AsCommand|['"]middleware['"]\s*=>|Artisan::|Client\b|GRPC/,
  extract,
};

function extract(input: ExtractionInput): FileFacts {
  const opened = openFile(input, {
    scopes: phpScopes,
    variables: variableRules,
    values: (source, outline, constants) => new PhpValues(source, outline, constants),
  });
  const { captures, source, outline, facts } = opened;
  facts.module = packageName(input);
  facts.imports.push(...phpImports(input));
  const classes = new ClassNames(facts.imports, facts.module, source, outline);
  let groups: readonly RouteGroup[] | undefined;
  const annotations = readAnnotations(captures, source, outline);
  const file: PhpFile = {
    ...opened,
    annotations,
    classes,
    routeGroups: () => (groups ??= routeGroups(sitesOf(file, 'call'), file)),
  };
  readConstants(file);
  for (const site of sitesOf(file, 'call')) {
    const idioms = idiomsOf(CALL_IDIOMS, site.name);
    for (const idiom of idioms) idiom(site, file);
    if (idioms.length === 0) {
      spanHelper(site, file);
      rpcCall(site, file);
    }
  }
  for (const site of sitesOf(file, 'new')) {
    for (const idiom of idiomsOf(NEW_IDIOMS, site.name)) idiom(site, file);
  }
  attributeSpans(file);
  attributeRoutes(file);
  listedRoutes(file, input.root);
  messageHandlers(file);
  consoleCommands(file);
  rpcMethods(file);
  serviceNames(file);
  return finishFile(input, file);
}
