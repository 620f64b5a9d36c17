import { annotationsOf, type Annotation } from '../extract/annotations';
import { lastPart } from '../extract/callSite';
import type { ScopeDraft } from '../extract/outline';
import { child } from '../extract/sourceText';
import { literal } from '../extract/textBuilder';
import type { TextFact } from '../facts';
import type { CsharpFile } from './file';
import { unwrapped } from './values';

const VERB = /^(?:Http|Wolverine)(Get|Post|Put|Patch|Delete|Head|Options)(?:Attribute)?$/;
/** The route that ASP.NET's `MapDefaultControllerRoute` maps to actions without templates. */
const CONVENTIONAL = '/[controller]/[action]/{id?}';

const PLAIN_BASE = /^(ControllerBase|Controller|ODataController)$/;

/** Routes of ASP.NET controllers by attribute, with `[controller]` and `[action]` replaced. */
export function controllerRoutes(file: CsharpFile): void {
  for (const type of file.outline.types()) {
    const onType = annotationsOf(type, file.annotations);
    const prefixes = classPrefixes(type, onType, file);
    for (const index of file.outline.membersOf(type.name)) {
      const draft = file.outline.draft(index);
      if (draft === undefined || draft.start < type.start || draft.end > type.end) continue;
      const own = file.annotations.filter((annotation) => annotation.function === index);
      addAction(file, type, index, own, prefixes);
    }
  }
}

function addAction(
  file: CsharpFile,
  type: ScopeDraft,
  index: number,
  own: readonly Annotation[],
  prefixes: readonly TextFact[],
): void {
  const routes = own
    .filter(({ name }) => /^Route(Attribute)?$/.test(name))
    .flatMap((annotation) => templateOf(annotation, file) ?? []);
  // Without any template the conventional route decides: /{controller}/{action}.
  const unnamed = literal(prefixes.length === 0 ? CONVENTIONAL : '');
  const verbs = own.filter(({ name }) => VERB.test(name) || name === 'AcceptVerbs');
  for (const annotation of verbs) {
    const template = templateOf(annotation, file);
    for (const method of verbsOf(annotation, file)) {
      const paths = template === undefined ? (routes.length > 0 ? routes : [unnamed]) : [template];
      for (const path of paths) addRoute(file, annotation, method, type, index, prefixes, path);
    }
  }
  if (verbs.length > 0) return;
  if (routes.length === 0 && prefixes.length === 0) addConventional(file, type, index, own);
  const annotation = own.find(({ name }) => /^Route(Attribute)?$/.test(name));
  for (const path of routes) if (annotation !== undefined) addRoute(file, annotation, '*', type, index, prefixes, path);
}

/** A public method of a controller without any template answers under the conventional route. */
function addConventional(file: CsharpFile, type: ScopeDraft, index: number, own: readonly Annotation[]): void {
  const draft = file.outline.draft(index);
  if (draft === undefined || !type.name.endsWith('Controller') || draft.name === type.name) return;
  if (!type.bases.some((base) => /Controller$/.test(lastPart(base)))) return;
  const before = file.source.text.slice(draft.start, draft.nameSpan.startIndex);
  if (!/\bpublic\b/.test(before) || /\b(static|override|abstract)\b/.test(before)) return;
  if (own.some(({ name }) => /^NonAction/.test(name))) return;
  const isInArea = annotationsOf(type, file.annotations).some(({ name }) => name === 'Area');
  const handler = { kind: 'function' as const, function: index };
  const range = file.source.range(draft.nameSpan);
  for (const written of draft.name === 'Index' ? [CONVENTIONAL, '/[controller]'] : [CONVENTIONAL]) {
    const path = withTokens(literal((isInArea ? '/[area]' : '') + written), type, draft.name, areaOf(type, file));
    file.facts.routes.push({ framework: 'aspnet', method: '*', path: [path], handler, receiver: '', range });
  }
}

function addRoute(
  file: CsharpFile,
  { site }: Annotation,
  method: string,
  type: ScopeDraft,
  index: number,
  prefixes: readonly TextFact[],
  path: TextFact,
): void {
  const action = file.outline.draft(index)?.name ?? '';
  const area = areaOf(type, file);
  const own = withTokens(path, type, action, area);
  const isAbsolute = own.kind === 'literal' && /^~?\//.test(own.text);
  const handler = { kind: 'function' as const, function: index };
  const range = file.source.range(site.node);
  for (const prefix of prefixesOf(prefixes, own, isAbsolute)) {
    const full = [withTokens(prefix, type, action, area), withoutTilde(own)];
    file.facts.routes.push({ framework: 'aspnet', method, path: full, handler, receiver: '', range });
  }
}

/** A base class of the project may say nothing: then a template with static parts stands alone. */
function prefixesOf(prefixes: readonly TextFact[], own: TextFact, isAbsolute: boolean): readonly TextFact[] {
  if (isAbsolute || prefixes.length === 0) return [literal('')];
  const isGuess = prefixes.every(({ kind }) => kind === 'template');
  return isGuess && own.kind === 'literal' && /^\w/.test(own.text) ? [...prefixes, literal('')] : prefixes;
}

/**
 * Templates of the class. A class without one of its own, below a base class of the project, most often inherits
 * `…/[controller]`: then the prefix is anything that ends with the controller's name.
 */
function classPrefixes(type: ScopeDraft, onType: readonly Annotation[], file: CsharpFile): TextFact[] {
  const own = onType
    .filter(({ name }) => /^Route(Attribute|Prefix)?$/.test(name))
    .flatMap((annotation) => templateOf(annotation, file) ?? []);
  if (own.length > 0 || !type.name.endsWith('Controller')) return own;
  const base = type.bases.map(lastPart).find((name) => /Controller|Base/.test(name));
  if (base === undefined || PLAIN_BASE.test(base)) return [];
  return [{ kind: 'template', parts: ['', '/[controller]'], holes: [''] }];
}

/** The first argument without a name, or the one called `template`; `[AcceptVerbs]` has it as `Route`. */
function templateOf({ name, site }: Annotation, file: CsharpFile): TextFact | undefined {
  const given = site.args.find((argument) => {
    const label = child(argument, 'name');
    if (label === undefined) return name !== 'AcceptVerbs';
    return /^(template|Template|Route)$/.test(file.source.of(label));
  });
  return given === undefined ? undefined : file.values.text(unwrapped(given));
}

function verbsOf({ name, site }: Annotation, file: CsharpFile): string[] {
  const verb = VERB.exec(name)?.[1];
  if (verb !== undefined) return [verb.toUpperCase()];
  const verbs = site.args.filter((argument) => child(argument, 'name') === undefined);
  return verbs.flatMap((argument) => file.values.string(unwrapped(argument))?.toUpperCase() ?? []);
}

/** `[Area("Admin")]` of a class; the token stands where there is none. */
function areaOf(type: ScopeDraft, file: CsharpFile): string {
  const given = annotationsOf(type, file.annotations).find(({ name }) => name === 'Area')?.site.args[0];
  return (given === undefined ? undefined : file.values.string(unwrapped(given))) ?? '[area]';
}

function withTokens(text: TextFact, type: ScopeDraft, action: string, area: string): TextFact {
  const replace = (part: string): string =>
    part
      .replace(/\[area\]/gi, area)
      .replace(/\[controller\]/gi, type.name.replace(/Controller$/, ''))
      .replace(/\[action\]/gi, action.replace(/Async$/, ''));
  if (text.kind === 'literal') return literal(replace(text.text));
  return text.kind === 'template' ? { ...text, parts: text.parts.map(replace) } : text;
}

function withoutTilde(text: TextFact): TextFact {
  return text.kind === 'literal' ? literal(text.text.replace(/^~/, '')) : text;
}
