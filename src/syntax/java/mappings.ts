import { annotationsOf, type Annotation } from '../extract/annotations';
import { literal } from '../extract/textBuilder';
import type { TextFact } from '../facts';
import { attribute, type JavaFile } from './file';

const SPRING_VERB = /^(Get|Post|Put|Patch|Delete)(Mapping|Exchange)$/;
const JAX_VERB = /^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/;
const MICRONAUT_VERB = /^(Get|Post|Put|Patch|Delete|Head|Options)$/;
const CLIENT_TYPE = /^(FeignClient|HttpExchange|RegisterRestClient|Client)$/;

/** Routes by annotation: Spring MVC and WebFlux, JAX-RS, Micronaut, servlets. Interfaces of HTTP clients are no handlers. */
export function annotatedRoutes(file: JavaFile): void {
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

function addMapping(file: JavaFile, annotation: Annotation, method: string, path: TextFact[], isClient: boolean): void {
  const range = file.source.range(annotation.site.node);
  if (isClient) {
    const url = path.find((part) => part.kind !== 'literal' || part.text !== '') ?? path.at(-1);
    const name = method === '*' ? undefined : method;
    file.facts.httpCalls.push({ library: 'feign', method: name, url, function: annotation.function, range });
    return;
  }
  const framework = JAX_VERB.test(annotation.name)
    ? 'jax-rs'
    : MICRONAUT_VERB.test(annotation.name)
      ? 'micronaut'
      : 'spring';
  const handler = { kind: 'function' as const, function: annotation.function };
  file.facts.routes.push({ framework, method, path, handler, receiver: '', range });
}

/** The HTTP methods an annotation answers; undefined for one that is no mapping. */
function methodsOf(annotation: Annotation, file: JavaFile): string[] | undefined {
  const { name, site } = annotation;
  const verb = SPRING_VERB.exec(name)?.[1] ?? JAX_VERB.exec(name)?.[1] ?? MICRONAUT_VERB.exec(name)?.[1];
  if (verb !== undefined) return [verb.toUpperCase()];
  if (name !== 'RequestMapping' && name !== 'HttpExchange') return undefined;
  const given = file.values.items(attribute(site, 'method', file.source));
  const names = given.map((item) => file.source.of(item).replace(/^.*\./, '').replace(/"/g, '').toUpperCase());
  return names.length === 0 ? ['*'] : names;
}

/** Paths of the method's own annotation; JAX-RS has them in a `@Path` beside the verb. */
function ownPaths(annotation: Annotation, file: JavaFile): TextFact[] {
  if (JAX_VERB.test(annotation.name)) {
    const path = file.annotations.find(({ name, function: index }) => name === 'Path' && index === annotation.function);
    const text = path === undefined ? undefined : file.values.text(attribute(path.site, 'value', file.source));
    return [text ?? literal('')];
  }
  return pathsOf(annotation, file);
}

function pathsOf({ site }: Annotation, file: JavaFile): TextFact[] {
  const { source, values } = file;
  for (const name of ['value', 'path', 'uri', 'url', 'uris']) {
    const texts = values.texts(attribute(site, name, source));
    if (texts.length > 0) return texts;
  }
  return [literal('')];
}

function prefixesOf(onType: readonly Annotation[], file: JavaFile): TextFact[] {
  const mapping =
    onType.find(({ name }) => name === 'RequestMapping' || name === 'Path' || name === 'HttpExchange') ??
    onType.find(({ name, site }) => name === 'Controller' && isMicronaut(file) && site.args.length > 0);
  const feignPath = onType.find(({ name }) => name === 'FeignClient');
  if (mapping !== undefined) return pathsOf(mapping, file);
  const path = feignPath === undefined ? undefined : file.values.text(attribute(feignPath.site, 'path', file.source));
  return [path ?? literal('')];
}

function isMicronaut(file: JavaFile): boolean {
  return file.facts.imports.some(({ from }) => from.startsWith('io.micronaut'));
}

/** `@WebServlet("/x")` on a class with `doGet` and the like. */
function servletRoutes(annotation: Annotation, file: JavaFile): void {
  const { source, values } = file;
  const given = attribute(annotation.site, 'urlPatterns', source) ?? attribute(annotation.site, 'value', source);
  const range = source.range(annotation.site.node);
  for (const path of values.texts(given)) {
    for (const index of file.outline.membersOf(annotation.target.name)) {
      const verb = /^do(Get|Post|Put|Delete|Head|Options|Patch)$/.exec(file.outline.draft(index)?.name ?? '')?.[1];
      if (verb === undefined) continue;
      const handler = { kind: 'function' as const, function: index };
      file.facts.routes.push({
        framework: 'servlet',
        method: verb.toUpperCase(),
        path: [path],
        handler,
        receiver: '',
        range,
      });
    }
  }
}

/** JAX-RS' `@ApplicationPath("/api")`: in front of every resource. */
function applicationPath(annotation: Annotation, file: JavaFile): void {
  const prefix = file.values.text(attribute(annotation.site, 'value', file.source));
  if (prefix === undefined) return;
  file.facts.mounts.push({
    receiver: annotation.target.name,
    prefix,
    target: '*',
    range: file.source.range(annotation.site.node),
  });
}
