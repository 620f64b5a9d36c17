import { readAnnotations } from '../extract/annotations';
import { lastPart } from '../extract/callSite';
import { idiomsOf, sitesOf, type Idioms } from '../extract/idioms';
import type { ExtractionInput, LanguageExtractor } from '../extract/languageExtractor';
import { finishFile, openFile, packageName, readConstants } from '../extract/openFile';
import type { FileFacts, ImportFact } from '../facts';
import { variableRules, type KotlinFile } from './file';
import { kotlinScopes } from './outline';
import { annotatedSpans, getTracer, spanBuilder, spanHelper } from './spans';
import { KotlinValues } from './values';

/** What to do with a call of a name. */
const CALL_IDIOMS: Idioms<KotlinFile> = {
  spanBuilder: [spanBuilder],
  startScopedSpan: [spanBuilder],
  getTracer: [getTracer],
};

/** Reads `.kt` and `.kts`. */
export const kotlinExtractor: LanguageExtractor = {
  queries: ['kotlin-structure', 'kotlin-calls'],
  prefilter:
    /@(?:WithSpan|NewSpan|Observed|Trace[dr]?)\b|[sS]pan(?:Builder)?\(|\w[sS]pan\(|getTracer|service\.name|SERVICE_NAME|const\s+val/,
  extract,
};

function extract(input: ExtractionInput): FileFacts {
  const opened = openFile(input, {
    scopes: kotlinScopes,
    variables: variableRules,
    values: (source, outline, constants) => new KotlinValues(source, outline, constants),
  });
  const { captures, source, outline, facts } = opened;
  const file: KotlinFile = { ...opened, annotations: readAnnotations(captures, source, outline) };
  facts.module = packageName(input);
  facts.imports.push(...kotlinImports(input));
  readConstants(file);
  for (const site of sitesOf(file, 'call')) {
    const idioms = idiomsOf(CALL_IDIOMS, site.name);
    for (const idiom of idioms) idiom(site, file);
    if (idioms.length === 0) spanHelper(site, file);
  }
  annotatedSpans(file);
  return finishFile(input, file);
}

function kotlinImports({ captures, source }: ExtractionInput): ImportFact[] {
  return captures.of('import').map(({ node }) => {
    const [written = '', alias] = source
      .of(node)
      .replace(/^import\s+|[;`]|\s+$/g, '')
      .split(/\s+as\s+/);
    const from = written.replace(/\.\*$/, '');
    const name = lastPart(from);
    return { from, names: written.endsWith('*') ? { '*': '*' } : { [alias ?? name]: name } };
  });
}
