import { lastPart, plainPath } from '../extract/callSite';
import type { Made } from '../extract/variables';
import type { TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import type { JavascriptFile } from './file';
import { madeBy } from './made';
import { unwrapped } from './values';

const MAKES_ROUTER =
  /^(express|fastify|Fastify|polka|Router|restana|Koa|KoaRouter|Hono|OpenAPIHono|Elysia|AutoRouter|IttyRouter|createServer|buildApp|createApp)$/;
const ROUTER_TYPE = /(Router|Express|Application|FastifyInstance|Hono|Elysia|Koa|NestApplication|Server)$/;
const ROUTER_NAME =
  /^(app|api|router|routes?|server|fastify|instance|scope|group|f|r)$|(App|Api|Router|Routes?|Server|Fastify)$/;
const CLIENT_MAKER =
  /axios|got|ky\b|superagent|supertest|request|fetch|http(s)?Service|HttpClient|RestClient|createClient/i;
const CLIENT_NAME =
  /axios|^(got|ky|request|supertest|superagent|fetch|http|https|client|agent)$|(Client|Http|Agent|Request)$/;

/** Whether routes are registered on an expression, or requests made with it. */
export function routerKind(root: SyntaxNode, file: JavascriptFile): 'router' | 'client' | 'unknown' {
  const made = madeBy(root, file.source) ?? file.made.get(plainPath(file.source.of(root)));
  if (made !== undefined) {
    if (CLIENT_MAKER.test(made.by)) return 'client';
    if (MAKES_ROUTER.test(lastPart(made.by)) || ROUTER_TYPE.test(made.by)) return 'router';
    if (makesRouterInChain(made, file)) return 'router';
  }
  const name = lastPart(plainPath(file.source.of(root)));
  const from = file.imported.get(name)?.from ?? '';
  if (CLIENT_NAME.test(name) || /axios|supertest|superagent|^got$|^ky$/.test(from)) return 'client';
  if (file.receivers.has(name) || ROUTER_NAME.test(name)) return 'router';
  return 'unknown';
}

/** What {@link prefixOfExpression} looks for: in most files nothing that is made needs to be asked. */
const SETS_PREFIX = /basePath|prefix|Router|Elysia/;

/** Declares routers whose maker says what is in front of their routes. */
export function declareRouters(file: JavascriptFile): void {
  if (!SETS_PREFIX.test(file.source.text)) return;
  for (const { parts } of file.captures.of('made')) {
    if (parts.name === undefined || parts.value === undefined) continue;
    const prefix = prefixOfExpression(unwrapped(parts.value), file);
    if (prefix.length === 0) continue;
    const name = plainPath(file.source.of(parts.name));
    const scope = file.source.of(parts.name).startsWith('this.') ? -1 : file.outline.functionAt(parts.name.startIndex);
    file.receivers.declare(name, scope, prefix);
  }
}

const FILLS = /\b(?:register|group|guard)\(/;

/**
 * Declares the parameters of functions whose routes carry a prefix: `fastify.register(async (app) => …, { prefix })`,
 * Elysia's `app.group('/orders', (app) => …)` and `app.guard({ … }, (app) => …)`.
 */
export function declarePlugins(file: JavascriptFile): void {
  if (!FILLS.test(file.source.text)) return;
  for (const { node, parts } of file.captures.of('call')) {
    if (parts.name === undefined || parts.arguments === undefined) continue;
    const name = file.source.of(parts.name);
    if (name !== 'register' && name !== 'group' && name !== 'guard') continue;
    const given = parts.arguments.namedChildren.filter((part) => part.type !== 'comment');
    const [first, second] = given;
    const filling = name === 'register' ? first : given.at(-1);
    const prefix = name === 'register' ? file.values.property(second, 'prefix') : name === 'group' ? first : undefined;
    const scope = filling === undefined || given.length < 2 ? undefined : file.outline.functionOfNode(filling.id);
    const parameter = scope === undefined ? undefined : file.outline.draft(scope)?.parameters()[0];
    const own = file.values.text(prefix);
    if (scope === undefined || parameter === undefined || (own === undefined && name !== 'guard')) continue;
    const outer = parts.receiver === undefined ? [] : receiverPrefix(parts.receiver, file, node.startIndex);
    file.receivers.declare(parameter, scope, own === undefined ? outer : [...outer, own]);
  }
}

/** Everything in front of the routes of an expression: `router`, `this.router`, `new Hono().basePath('/api')`. */
export function receiverPrefix(root: SyntaxNode, file: JavascriptFile, at: number): readonly TextFact[] {
  const declared = file.receivers.prefixOf(plainPath(file.source.of(root)), at);
  return declared.length > 0 ? declared : prefixOfExpression(root, file);
}

/** `new Router({ prefix: '/x' })`, `new Hono().basePath('/x')`, `new Elysia({ prefix })`, `router.prefix('/x')`. */
function prefixOfExpression(value: SyntaxNode, file: JavascriptFile): TextFact[] {
  const prefix: TextFact[] = [];
  let node: SyntaxNode | undefined = value;
  while (node !== undefined) {
    const made = madeBy(node, file.source);
    if (made === undefined) break;
    const name = lastPart(made.by.replace(/\([^]*\)/g, ''));
    const text: TextFact | undefined =
      name === 'basePath' || name === 'prefix'
        ? file.values.text(made.args[0])
        : /Router|Elysia/.test(name)
          ? file.values.text(file.values.property(made.args[0], 'prefix'))
          : undefined;
    if (text !== undefined) prefix.unshift(text);
    node = made.receiverNode === undefined ? undefined : unwrapped(made.receiverNode);
  }
  return prefix;
}

function makesRouterInChain(made: Made, file: JavascriptFile): boolean {
  let receiver = made.receiverNode;
  while (receiver !== undefined) {
    const inner: Made | undefined = madeBy(receiver, file.source);
    if (inner === undefined) {
      const plain = plainPath(file.source.of(receiver));
      return MAKES_ROUTER.test(lastPart(plain));
    }
    if (MAKES_ROUTER.test(lastPart(inner.by))) return true;
    receiver = inner.receiverNode;
  }
  return false;
}
