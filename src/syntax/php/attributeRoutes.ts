import { annotationsOf, type Annotation } from '../extract/annotations';
import type { ScopeDraft } from '../extract/outline';
import { literal } from '../extract/textBuilder';
import type { TextFact } from '../facts';
import type { Range0 } from '../../base/positions';
import { argument, type PhpFile } from './file';
import { nameSegment } from './routes';

/** A route as an attribute or a comment above a class or method has it. */
interface WrittenRoute {
  readonly paths: readonly TextFact[];
  readonly methods: readonly string[];
  readonly name: string | undefined;
  readonly range: Range0;
}

const VERB = /^(?:.*\\)?(Get|Post|Put|Patch|Delete|Options|Head)(?:Mapping)?$/;

/** Symfony's, Hyperf's and those of Laravel's packages. */
const ANY_VERB = /^(?:.*\\)?(Route|RequestMapping|Prefix|Controller)$/;

/** Symfony's `#[Route('/x', name: 'y', methods: ['GET'])]` and `@Route("/x")`, on classes and methods. */
export function attributeRoutes(file: PhpFile): void {
  const inComments = commentRoutes(file);
  for (const type of file.outline.types()) {
    const onType = [
      ...annotationsOf(type, file.annotations).flatMap((one) => routeOf(one, file) ?? []),
      ...(inComments.get(type) ?? []),
    ];
    const own = file.outline.membersOf(type.name).filter((index) => {
      const draft = file.outline.draft(index);
      return draft !== undefined && draft.start >= type.start && draft.end <= type.end;
    });
    let found = false;
    for (const index of own) {
      const draft = file.outline.draft(index)!;
      const onMethod = [
        ...file.annotations.filter((one) => one.function === index).flatMap((one) => routeOf(one, file) ?? []),
        ...(inComments.get(draft) ?? []),
      ];
      for (const route of onMethod) addRoutes(file, onType[0], route, type, index);
      found ||= onMethod.length > 0;
    }
    const invoked = own.find((index) => file.outline.draft(index)?.name === '__invoke');
    if (!found && invoked !== undefined) {
      for (const route of onType) addRoutes(file, undefined, route, type, invoked);
    }
  }
}

function addRoutes(
  file: PhpFile,
  outer: WrittenRoute | undefined,
  route: WrittenRoute,
  type: ScopeDraft,
  index: number,
): void {
  const handler = { kind: 'function' as const, function: index };
  const methods = route.methods.length > 0 ? route.methods : (outer?.methods ?? []);
  const prefixes = outer === undefined || outer.paths.length === 0 ? [literal('')] : outer.paths;
  const name = `${outer?.name ?? ''}${route.name ?? defaultName(file, type, index)}`;
  for (const method of methods.length > 0 ? methods : ['*']) {
    const shared = { method, handler, receiver: '', range: route.range };
    for (const prefix of prefixes) {
      for (const path of route.paths.length > 0 ? route.paths : [literal('')]) {
        file.facts.routes.push({ ...shared, framework: 'symfony', path: [prefix, path] });
      }
    }
    file.facts.routes.push({ ...shared, framework: 'name', path: [nameSegment(name)] });
  }
}

/** What FrameworkBundle's AttributeRouteControllerLoader calls a route without a name: `app_blog_index`. */
function defaultName(file: PhpFile, type: ScopeDraft, index: number): string {
  const method = file.outline.draft(index)?.name ?? '';
  const whole = `${file.classes.full(type.name, type.start)}_${method}`.replaceAll('\\', '_').toLowerCase();
  const short = whole.replace(/(bundle|controller)_/g, '_');
  return (/_?action$/i.test(method) ? short.replace(/action$/, '') : short).replaceAll('__', '_');
}

function routeOf({ name, site }: Annotation, file: PhpFile): WrittenRoute | undefined {
  const verb = VERB.exec(name)?.[1];
  const isPrefix = /(Prefix|Controller)$/.test(name);
  if (verb === undefined && !ANY_VERB.test(name)) return undefined;
  const { source, values } = file;
  // API Platform's operations bear the verbs' names too, but name no path in front.
  const path = argument(site, 0, 'path', source) ?? argument(site, -1, isPrefix ? 'prefix' : 'uri', source);
  if (isPrefix && path === undefined) return undefined;
  if (verb !== undefined && path === undefined) return undefined;
  const given = values.texts(argument(site, -1, 'methods', source));
  const methods = given.flatMap((text) => (text.kind === 'literal' ? [text.text.toUpperCase()] : []));
  return {
    paths: values.texts(path),
    methods: verb === undefined ? methods : [verb.toUpperCase()],
    name: values.string(argument(site, -1, 'name', source)),
    range: source.range(site.node),
  };
}

/** `@Route("/x", name="y", methods={"GET"})` in the comment above a class or method. */
function commentRoutes(file: PhpFile): Map<ScopeDraft, WrittenRoute[]> {
  const found = new Map<ScopeDraft, WrittenRoute[]>();
  const { text } = file.source;
  if (!/\*\s*@(?:\w+\\)?(?:Route|Get|Post|Put|Patch|Delete)\(/.test(text)) return found;
  for (const comment of text.matchAll(/\/\*\*(?:[^*]|\*(?!\/))*\*\//g)) {
    const end = comment.index + comment[0].length;
    const target = declaredBehind(file, end);
    if (target === undefined) continue;
    for (const route of comment[0].matchAll(
      /@(?:\w+\\)?(Route|Get|Post|Put|Patch|Delete)\(([^()]*(?:\([^()]*\)[^()]*)*)\)/g,
    )) {
      const at = comment.index + route.index;
      const written = writtenRoute(route[1]!, route[2]!, file.source.rangeOf(at, at + route[0].length));
      found.set(target, [...(found.get(target) ?? []), written]);
    }
  }
  return found;
}

/** The class or method that a comment stands above. */
function declaredBehind(file: PhpFile, end: number): ScopeDraft | undefined {
  const { text } = file.source;
  const gap =
    /^(?:\s|#\[[^\n]*\]|\/\/[^\n]*\n|final|abstract|readonly|public|protected|private|static|\b)*?(?=(?:class|function)\b)/.exec(
      text.slice(end, end + 600),
    );
  if (gap === null) return undefined;
  const name = /(?:class|function)\s+&?\w/.exec(text.slice(end + gap[0].length, end + gap[0].length + 80));
  return name === null ? undefined : file.outline.innermostAt(end + gap[0].length + name[0].length - 1);
}

function writtenRoute(kind: string, body: string, range: Range0): WrittenRoute {
  const named = (key: string): string | undefined => new RegExp(`\\b${key}\\s*=\\s*"([^"]*)"`).exec(body)?.[1];
  const path = /^\s*(?:\*\s*)?"([^"]*)"/.exec(body)?.[1] ?? named('path');
  const methods = [...(/methods\s*=\s*\{?([^}=]*)/.exec(body)?.[1] ?? '').matchAll(/"(\w+)"/g)].map(
    (match) => match[1]!,
  );
  return {
    paths: path === undefined ? [] : [literal(path)],
    methods: kind === 'Route' ? methods.map((method) => method.toUpperCase()) : [kind.toUpperCase()],
    name: named('name'),
    range,
  };
}
