import { idiomsOf, sitesOf, type Idioms } from '../extract/idioms';
import type { ExtractionInput, LanguageExtractor } from '../extract/languageExtractor';
import { finishFile, openFile, readConstants } from '../extract/openFile';
import type { FileFacts } from '../facts';
import { readAttributes, variableRules, type RustFile } from './file';
import { rustImports } from './imports';
import { rustScopes } from './outline';
import { attributeSpans, macroSpans, startSpan, tracer } from './spans';
import { RustValues } from './values';

/** What to do with a call of a name. */
const CALL_IDIOMS: Idioms<RustFile> = {
  start: [startSpan],
  span_builder: [startSpan],
  start_with_context: [startSpan],
  in_span: [startSpan],
  tracer: [tracer],
};

/** Reads `.rs`. */
export const rustExtractor: LanguageExtractor = {
  queries: ['rust-structure', 'rust-calls'],
  prefilter:
    /\binstrument\b|_span!|\bspan!|\btracer\b|span_builder|in_span|service\.name|SERVICE_NAME|^\s*(?:pub(?:\([^)]*\))?\s+)?(?:const|static)\s+[A-Z]/m,
  extract,
};

function extract(input: ExtractionInput): FileFacts {
  const opened = openFile(input, {
    scopes: rustScopes,
    variables: variableRules,
    values: (source, outline, constants) => new RustValues(source, outline, constants),
  });
  const file: RustFile = { ...opened, attributes: readAttributes(opened) };
  file.facts.imports.push(...rustImports(input));
  readConstants(file);
  for (const site of sitesOf(file, 'call')) for (const idiom of idiomsOf(CALL_IDIOMS, site.name)) idiom(site, file);
  macroSpans(file);
  attributeSpans(file);
  return finishFile(input, file);
}
