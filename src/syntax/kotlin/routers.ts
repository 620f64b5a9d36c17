import { addHttpCall, addRoute } from '../extract/sourceFile';
import { literal } from '../extract/textBuilder';
import type { HandlerFact, TextFact } from '../facts';
import { around, blocksOf, type Block } from './blocks';
import type { CallIdiom, KotlinFile } from './file';

const SPRING = /\b(?:coRouter|router)\s*\{/;
const PATHS = /\bio\.javalin\b|\bimport\s+spark\b|\bio\.vertx\b|\bio\.helidon\b/;

/** Spring's `router { }` and `coRouter { }`: `"/api".nest { GET("/x", handler::list) }`, `GET("/y") { … }`. */
export function springRoutes(file: KotlinFile): void {
  if (!SPRING.test(file.source.text)) return;
  const all = blocksOf(file, 'router|coRouter|nest|path|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS');
  for (const block of all) {
    if (!/^[A-Z]+$/.test(block.name)) continue;
    const outer = around(all, block.start);
    const handler = handlerOf(block, file);
    const path = block.args.length === 0 ? literal('') : file.values.text(block.args[0]);
    if (handler === undefined || path === undefined || !outer.some(({ name }) => /outer$/.test(name))) continue;
    const range = file.source.range(block.node);
    const whole = [...outer.flatMap((one) => nestedPath(one, file)), path];
    file.facts.routes.push({ framework: 'spring', method: block.name, path: whole, handler, receiver: '', range });
  }
}

/** What `"/x".nest`, `path("/x").nest` and `("/x" and accept(…)).nest` put in front. */
function nestedPath({ name, receiver, args }: Block, file: KotlinFile): TextFact[] {
  if (name !== 'nest') return [];
  const node = receiver ?? args[0];
  const text = node === undefined ? undefined : (file.values.text(node) ?? undefined);
  if (text !== undefined) return [text];
  const inner = node?.descendantsOfType('string_literal').find((one) => /^"\//.test(file.source.of(one)));
  const found = file.values.text(inner);
  return found === undefined ? [] : [found];
}

function handlerOf(block: Block, file: KotlinFile): HandlerFact | undefined {
  if (block.body === undefined) return file.values.handler(block.args.at(-1));
  const index = file.outline.functionOfNode(block.body.id);
  return index === undefined ? undefined : { kind: 'function', function: index };
}

/** Javalin, Spark, Helidon and Vert.x: `app.get("/x") { ctx -> … }`, `path("/api") { get("/x", users::list) }`. */
export function lambdaRoutes(file: KotlinFile): void {
  if (!PATHS.test(file.source.text)) return;
  const all = blocksOf(file, 'path|get|post|put|patch|delete|head|options|handler|coroutineHandler|respond|coRespond');
  for (const block of all) {
    const isVertx = /andler$|espond$/.test(block.name);
    if (block.name === 'path') continue;
    const site = isVertx ? vertxRoute(block, file) : { method: block.name, path: file.values.text(block.args[0]) };
    const handler = handlerOf(block, file);
    if (handler === undefined || site?.path === undefined) continue;
    if (site.path.kind === 'literal' && !/^(\/|$)/.test(site.path.text)) continue;
    const outer = around(all, block.start).filter(({ name }) => name === 'path');
    const prefixes = outer.flatMap((one) => file.values.text(one.args[0]) ?? []);
    const range = file.source.range(block.node);
    const method = site.method.toUpperCase();
    const path = [...prefixes, site.path];
    file.facts.routes.push({ framework: 'kotlin', method, path, handler, receiver: '', range });
  }
}

function vertxRoute({ receiver }: Block, file: KotlinFile): { method: string; path: TextFact | undefined } | undefined {
  const written = receiver === undefined ? '' : file.source.of(receiver);
  const [, method, path] =
    /\.(get|post|put|patch|delete|route)\(\s*"([^"$]*)"\s*\)(?:\s*\.\w+\([^()]*\))*$/.exec(written) ?? [];
  return path === undefined ? undefined : { method: method === 'route' ? '*' : method!, path: literal(path) };
}

/** Ktor's client: `client.get("http://host/x")`, `httpClient.post("$base/x") { … }`; and no router of another name. */
export const clientVerb: CallIdiom = (call, file) => {
  const made = file.made.get(call.receiver)?.by ?? '';
  if (call.receiver === '' || !/client$/i.test(call.receiver) || /^(WebClient|RestClient|TestClient)/.test(made))
    return;
  const url = file.values.text(call.args[0]);
  if (url !== undefined) addHttpCall(file, call, 'ktor', call.name.toUpperCase(), url);
};

/** Spring's `route().GET("/x", handler::list)`, where no DSL is used. */
export const builderVerb: CallIdiom = (call, file) => {
  if (call.receiver === '' || SPRING.test(file.source.text)) return;
  const path = file.values.text(call.args[0]);
  const handler = file.values.handler(call.args.at(-1));
  if (path === undefined || call.args.length < 2) return;
  addRoute(file, call, { framework: 'spring', method: call.name, path: [path], handler });
};
