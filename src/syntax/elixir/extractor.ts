import { idiomsOf, sitesOf, type Idioms } from '../extract/idioms';
import type { ExtractionInput, LanguageExtractor } from '../extract/languageExtractor';
import { finishFile, openFile, readConstants } from '../extract/openFile';
import type { FileFacts } from '../facts';
import { variableRules, type ElixirFile } from './file';
import { elixirScopes } from './outline';
import { spanHelper, startSpan } from './spans';
import { ElixirValues } from './values';

/** What to do with a call of a name. */
const CALL_IDIOMS: Idioms<ElixirFile> = {
  with_span: [startSpan],
  start_span: [startSpan],
};

/** Reads `.ex` and `.exs`. */
export const elixirExtractor: LanguageExtractor = {
  queries: ['elixir-structure', 'elixir-calls'],
  prefilter: /_span\b|\bspan\b|\btraced?\b|service_name|SERVICE_NAME|^\s*@\w+ "/m,
  extract,
};

function extract(input: ExtractionInput): FileFacts {
  const file: ElixirFile = openFile(input, {
    scopes: elixirScopes,
    variables: variableRules,
    values: (source, outline, constants) => new ElixirValues(source, outline, constants),
  });
  readConstants(file);
  for (const site of sitesOf(file, 'call')) {
    const idioms = idiomsOf(CALL_IDIOMS, site.name);
    for (const idiom of idioms) idiom(site, file);
    if (idioms.length === 0) spanHelper(site, file);
  }
  return finishFile(input, file);
}
