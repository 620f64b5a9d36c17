import { annotationsOf } from '../extract/annotations';
import { joinedPath, literal } from '../extract/textBuilder';
import type { HandlerFact, TextFact } from '../facts';
import { givenTexts } from '../jvm/file';
import { around, blocksOf, type Block } from './blocks';
import type { KotlinFile } from './file';

const VERB = /^(get|post|put|patch|delete|head|options)$/;

/** What stands around routes without a path of its own. */
const TRANSPARENT =
  'routing|authenticate|authorize|rateLimit|accept|header|param|contentType|host|optionalParam|install|apply|with|run';

const KTOR = /\bio\.ktor\.(?:server|routing|resources|application|locations)\b|\bfun\s+Rout(?:e|ing)\./;

/** The constant that stands for the path of a `@Resource` class, after the class's name. */
const RESOURCE = '@Resource';

/**
 * Ktor: `routing { route("/x") { get("/{id}") { … } } }`, routes by `@Resource` classes, and functions that fill a
 * router, mounted where they are called.
 */
export function ktorRoutes(file: KotlinFile): void {
  readResources(file);
  if (!KTOR.test(file.source.text)) return;
  const all = blocksOf(
    file,
    `get|post|put|patch|delete|head|options|route|webSocket|sse|handle|method|resource|${TRANSPARENT}`,
  ).filter(({ name, receiver }) => receiver === undefined || /^(routing|apply|run)$/.test(name));
  const routers = all.filter(({ name }) => !VERB.test(name) && !/^(handle|webSocket|sse)$/.test(name));
  for (const block of all) {
    const outer = around(routers, block.start);
    if (VERB.test(block.name) || /^(handle|webSocket|sse)$/.test(block.name)) addVerb(block, outer, file);
  }
  const handlers = all.filter((block) => !routers.includes(block));
  mountedFunctions(file, routers, handlers);
}

function addVerb(block: Block, outer: readonly Block[], file: KotlinFile): void {
  const own = pathOf(block, file);
  const index = block.body === undefined ? undefined : file.outline.functionOfNode(block.body.id);
  const handler: HandlerFact | undefined =
    index === undefined ? file.values.handler(block.args.at(-1)) : { kind: 'function', function: index };
  if (own === undefined || handler === undefined || !isRouter(block, outer, file)) return;
  file.facts.routes.push({
    framework: 'ktor',
    method: methodOf(block, outer, file),
    path: [...prefixes(outer, file), own],
    handler,
    receiver: functionName(block.start, file),
    range: file.source.range(block.node),
  });
}

/** Whether a verb stands where routes are made: in a router's block, or in a function that is handed a router. */
function isRouter(block: Block, outer: readonly Block[], file: KotlinFile): boolean {
  if (outer.some(({ name }) => /^(route|routing|authenticate|resource)$/.test(name))) return true;
  const index = namedAround(block.start, file);
  const draft = file.outline.draft(index);
  if (draft === undefined) return false;
  const head = file.source.text.slice(draft.start, draft.nameSpan.endIndex + 200);
  return /\bRout(?:e|ing)\b/.test(head.split('{')[0]!);
}

/** The path a block adds; undefined where it cannot be read. */
function pathOf({ name, args, type }: Block, file: KotlinFile): TextFact | undefined {
  if (name === 'handle') return literal('');
  const first = args.find((arg) => !/^\s*\w+\s*=(?!=)/.test(file.source.of(arg))) ?? args[0];
  const isText =
    first !== undefined && !/^\s*(?:\{|Regex\(|HttpMethod\.|body\s*=|[\w.]*::)/.test(file.source.of(first));
  if (isText) return file.values.text(first);
  const isResource = /\bio\.ktor\.(server\.resources|resources|locations|server\.locations)\b/.test(file.source.text);
  // `put<Order, Change>` takes a body besides.
  const [resource = ''] = type.split(',');
  return resource !== '' && isResource ? { kind: 'reference', name: `${resource.trim()}.${RESOURCE}` } : literal('');
}

function prefixes(outer: readonly Block[], file: KotlinFile): TextFact[] {
  return outer.flatMap((block) => {
    const isPath = block.name === 'route' || block.name === 'resource';
    return isPath ? (pathOf(block, file) ?? literal('{}')) : [];
  });
}

function methodOf(block: Block, outer: readonly Block[], file: KotlinFile): string {
  if (VERB.test(block.name)) return block.name.toUpperCase();
  if (block.name !== 'handle') return 'GET';
  const given = outer
    .flatMap(({ args }) => args)
    .map((arg) => /HttpMethod\.(\w+)/.exec(file.source.of(arg))?.[1])
    .findLast((name) => name !== undefined);
  return given?.toUpperCase() ?? '*';
}

/** The functions that are called where routes are made: `route("/api") { orders() }`. */
function mountedFunctions(file: KotlinFile, routers: readonly Block[], handlers: readonly Block[]): void {
  const filled = routers.filter(({ name }) => /^(route|routing|authenticate)$/.test(name));
  if (filled.length === 0 && !/\bfun\s+Rout(?:e|ing)\./.test(file.source.text)) return;
  for (const { node, parts } of file.captures.of('call')) {
    const at = parts.name?.startIndex ?? node.startIndex;
    const name = parts.name === undefined ? '' : file.source.of(parts.name);
    if (around(handlers, at).length > 0 || /^(get|put|post|route|routing|authenticate|install|swaggerUI)$/.test(name))
      continue;
    const outer = around(routers, at);
    if (!outer.some((block) => filled.includes(block))) continue;
    const prefix = joinedPath(prefixes(outer, file)) ?? literal('');
    const receiver = functionName(at, file);
    if (/^[a-z]/.test(name) && name !== receiver)
      file.facts.mounts.push({ receiver, prefix, target: name, range: file.source.range(node) });
  }
}

function functionName(offset: number, file: KotlinFile): string {
  return file.outline.draft(namedAround(offset, file))?.name ?? '';
}

function namedAround(offset: number, file: KotlinFile): number {
  let index = file.outline.functionAt(offset);
  while (index >= 0 && file.outline.draft(index)?.name === '') index = file.outline.parentOf(index);
  return index;
}

/** `@Resource("/articles") class Articles { @Resource("{id}") class Id(val parent: Articles, val id: Long) }`. */
function readResources(file: KotlinFile): void {
  if (!/@(?:Resource|Location)\b/.test(file.source.text)) return;
  for (const type of file.outline.types()) {
    const on = annotationsOf(type, file.annotations).find(({ name }) => /^(Resource|Location)$/.test(name));
    const [own] = on === undefined ? [] : givenTexts(file, on.site, 'path', 'value');
    if (own === undefined) continue;
    const container = file.outline.containerAt(type.nameSpan.startIndex);
    const head = file.source.text.slice(type.nameSpan.endIndex, type.end).split('{')[0]!;
    const parent =
      /\bval\s+\w+\s*:\s*([\w.]+)\s*(?:=\s*\1\s*\()/.exec(head)?.[1] ?? /\bparent\s*:\s*([\w.]+)/.exec(head)?.[1];
    const above: TextFact[] = parent === undefined ? [] : [{ kind: 'reference', name: `${parent}.${RESOURCE}` }];
    const path = joinedPath([...above, own]);
    if (path !== undefined) file.constants.add(RESOURCE, path, type.nameSpan.startIndex, container);
  }
}
