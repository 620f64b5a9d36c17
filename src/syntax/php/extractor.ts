import { readAnnotations } from '../extract/annotations';
import { idiomsOf, sitesOf, type Idioms } from '../extract/idioms';
import type { ExtractionInput, LanguageExtractor } from '../extract/languageExtractor';
import { finishFile, openFile, packageName, readConstants } from '../extract/openFile';
import type { FileFacts } from '../facts';
import { variableRules, type PhpFile } from './file';
import { phpImports } from './imports';
import { phpScopes } from './outline';
import { attributeSpans, getTracer, spanBuilder, spanHelper } from './spans';
import { PhpValues } from './values';

/** What to do with a call of a name. */
const CALL_IDIOMS: Idioms<PhpFile> = {
  spanBuilder: [spanBuilder],
  getTracer: [getTracer],
};

/** Reads `.php`. */
export const phpExtractor: LanguageExtractor = {
  queries: ['php-structure', 'php-calls'],
  prefilter:
    /[sS]pan(?:Builder)?\(|\w[sS]pan\(|getTracer|#\[(?:\\?\w+\\)*(?:WithSpan|Trace)|\btraced?\(|\bconst\s+(?:\w+\s+)?[A-Z]|service\.name|SERVICE_NAME/,
  extract,
};

function extract(input: ExtractionInput): FileFacts {
  const opened = openFile(input, {
    scopes: phpScopes,
    variables: variableRules,
    values: (source, outline, constants) => new PhpValues(source, outline, constants),
  });
  const { captures, source, outline, facts } = opened;
  const file: PhpFile = { ...opened, annotations: readAnnotations(captures, source, outline) };
  facts.module = packageName(input);
  facts.imports.push(...phpImports(input));
  readConstants(file);
  for (const site of sitesOf(file, 'call')) {
    const idioms = idiomsOf(CALL_IDIOMS, site.name);
    for (const idiom of idioms) idiom(site, file);
    if (idioms.length === 0) spanHelper(site, file);
  }
  attributeSpans(file);
  return finishFile(input, file);
}
