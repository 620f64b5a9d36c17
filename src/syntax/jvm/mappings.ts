import { annotationsOf, type Annotation } from '../extract/annotations';
import { joinedPath, literal } from '../extract/textBuilder';
import type { TextFact } from '../facts';
import { givenTexts, type JvmFile } from './file';

const SPRING_VERB = /^(Get|Post|Put|Patch|Delete)(Mapping|Exchange)$/;
const JAX_VERB = /^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/;
const MICRONAUT_VERB = /^(Get|Post|Put|Patch|Delete|Head|Options)$/;
const CLIENT_TYPE = /^(FeignClient|HttpExchange|RegisterRestClient|Client)$/;

/** Routes by annotation: Spring MVC and WebFlux, JAX-RS, Micronaut, servlets. Interfaces of HTTP clients are no handlers. */
export function annotatedRoutes(file: JvmFile): void {
  for (const annotation of file.annotations) {
    if (annotation.function < 0) {
      if (annotation.name === 'WebServlet') servletRoutes(annotation, file);
      if (annotation.name === 'ApplicationPath') applicationPath(annotation, file);
      continue;
    }
    const type = file.outline.typeScopeAt(annotation.site.start);
    const methods = methodsOf(annotation, file);
    if (methods === undefined || type === undefined) continue;
    const onType = annotationsOf(type, file.annotations);
    const isClient = onType.some(({ name }) => CLIENT_TYPE.test(name)) || /Exchange$/.test(annotation.name);
    for (const prefix of prefixesOf(onType, file)) {
      for (const path of ownPaths(annotation, file)) {
        for (const method of methods) addMapping(file, annotation, method, [prefix, path], isClient);
      }
    }
  }
}

function addMapping(file: JvmFile, annotation: Annotation, method: string, path: TextFact[], isClient: boolean): void {
  const range = file.source.range(annotation.site.node);
  if (isClient) {
    const url = joinedPath(path);
    const name = method === '*' ? undefined : method;
    file.facts.httpCalls.push({ library: 'feign', method: name, url, function: annotation.function, range });
    return;
  }
  const handler = { kind: 'function' as const, function: annotation.function };
  file.facts.routes.push({ framework: frameworkOf(annotation.name), method, path, handler, receiver: '', range });
}

function frameworkOf(annotation: string): string {
  if (JAX_VERB.test(annotation)) return 'jax-rs';
  return MICRONAUT_VERB.test(annotation) ? 'micronaut' : 'spring';
}

/** The HTTP methods an annotation answers; undefined for one that is no mapping. */
function methodsOf({ name, site }: Annotation, file: JvmFile): string[] | undefined {
  const verb = SPRING_VERB.exec(name)?.[1] ?? JAX_VERB.exec(name)?.[1] ?? MICRONAUT_VERB.exec(name)?.[1];
  if (verb !== undefined) return [verb.toUpperCase()];
  if (name !== 'RequestMapping' && name !== 'HttpExchange') return undefined;
  const names = file.given(site, 'method').map((item) => {
    return file.source.of(item).replace(/^.*\./, '').replace(/"/g, '').toUpperCase();
  });
  return names.length === 0 ? ['*'] : names;
}

/** Paths of the method's own annotation; JAX-RS has them in a `@Path` beside the verb. */
function ownPaths(annotation: Annotation, file: JvmFile): TextFact[] {
  if (!JAX_VERB.test(annotation.name)) return pathsOf(annotation, file);
  const path = file.annotations.find(({ name, function: index }) => name === 'Path' && index === annotation.function);
  const [text] = path === undefined ? [] : givenTexts(file, path.site, 'value');
  return [text ?? literal('')];
}

function pathsOf({ site }: Annotation, file: JvmFile): TextFact[] {
  const texts = givenTexts(file, site, 'value', 'path', 'uri', 'url', 'uris');
  return texts.length > 0 ? texts : [literal('')];
}

function prefixesOf(onType: readonly Annotation[], file: JvmFile): TextFact[] {
  const mapping =
    onType.find(({ name }) => name === 'RequestMapping' || name === 'Path' || name === 'HttpExchange') ??
    onType.find(({ name, site }) => /^(Controller|Client)$/.test(name) && isMicronaut(file) && site.args.length > 0);
  const feignPath = onType.find(({ name }) => name === 'FeignClient');
  if (mapping !== undefined) return pathsOf(mapping, file);
  const [path] = feignPath === undefined ? [] : givenTexts(file, feignPath.site, 'path');
  return [path ?? literal('')];
}

function isMicronaut(file: JvmFile): boolean {
  return file.facts.imports.some(({ from }) => from.startsWith('io.micronaut'));
}

/** `@WebServlet("/x")` on a class with `doGet` and the like. */
function servletRoutes(annotation: Annotation, file: JvmFile): void {
  const range = file.source.range(annotation.site.node);
  for (const path of givenTexts(file, annotation.site, 'urlPatterns', 'value')) {
    for (const index of file.outline.membersOf(annotation.target.name)) {
      const verb = /^do(Get|Post|Put|Delete|Head|Options|Patch)$/.exec(file.outline.draft(index)?.name ?? '')?.[1];
      if (verb === undefined) continue;
      const handler = { kind: 'function' as const, function: index };
      const method = verb.toUpperCase();
      file.facts.routes.push({ framework: 'servlet', method, path: [path], handler, receiver: '', range });
    }
  }
}

/** JAX-RS' `@ApplicationPath("/api")`: in front of every resource. */
function applicationPath(annotation: Annotation, file: JvmFile): void {
  const [prefix] = givenTexts(file, annotation.site, 'value');
  if (prefix === undefined) return;
  const range = file.source.range(annotation.site.node);
  file.facts.mounts.push({ receiver: annotation.target.name, prefix, target: '*', range });
}
