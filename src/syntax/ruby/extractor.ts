import { idiomsOf, sitesOf, type Idioms } from '../extract/idioms';
import type { ExtractionInput, LanguageExtractor } from '../extract/languageExtractor';
import { finishFile, openFile, readConstants } from '../extract/openFile';
import type { FileFacts } from '../facts';
import { variableRules, type RubyFile } from './file';
import { rubyScopes } from './outline';
import { drawnRoutes, railsRoutes } from './railsRoutes';
import { datadogTrace, spanHelper, startSpan, tracer } from './spans';
import { RubyValues } from './values';

/** What to do with a call of a name. */
const CALL_IDIOMS: Idioms<RubyFile> = {
  in_span: [startSpan],
  start_span: [startSpan],
  start_root_span: [startSpan],
  trace: [datadogTrace],
  tracer: [tracer],
  draw: [railsRoutes],
};

/** Reads `.rb`, `.ru` and `.rake`. */
export const rubyExtractor: LanguageExtractor = {
  queries: ['ruby-structure', 'ruby-calls'],
  prefilter: /_span\b|\btraced?\b|\btracer\b|service_name|SERVICE_NAME|^\s*[A-Z][A-Z0-9_]+\s*=\s*["':]/m,
  extract,
};

function extract(input: ExtractionInput): FileFacts {
  const file: RubyFile = openFile(input, {
    scopes: rubyScopes,
    variables: variableRules,
    values: (source, outline, constants) => new RubyValues(source, outline, constants),
  });
  readConstants(file);
  for (const site of sitesOf(file, 'call')) {
    const idioms = idiomsOf(CALL_IDIOMS, site.name);
    for (const idiom of idioms) idiom(site, file);
    if (idioms.length === 0) spanHelper(site, file);
  }
  drawnRoutes(input.root, file);
  return finishFile(input, file);
}
