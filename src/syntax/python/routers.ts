import { lastPart, plainPath } from '../extract/callSite';
import { joinedPath, literal } from '../extract/textBuilder';
import type { TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import { argument, madeBy, type CallIdiom, type PythonFile } from './file';
import { keyword, positional } from './values';

/** A prefix that a router is made with, and whether a mount's stands in its place. */
interface OwnPrefix {
  readonly prefix: TextFact;
  readonly isDefault: boolean;
}

/**
 * Declares routers, blueprints and namespaces with the prefix they are made with. One that is only a default is left to
 * the mounts; any other stands in the paths of this file, and is told for the files that import the router.
 */
export function declareRouters(file: PythonFile): void {
  for (const { node, parts } of file.captures.of('made')) {
    const made = parts.value === undefined ? undefined : madeBy(parts.value, file.source);
    if (made === undefined || parts.name === undefined) continue;
    if (/^Nested(?:Simple|Default)Router$/.test(lastPart(made.by))) nestedRouter(parts.name, made.args, file);
    const own = prefixOfMaker(lastPart(made.by), made.args, file);
    if (own === undefined) continue;
    const name = plainPath(file.source.of(parts.name));
    const scope = file.outline.functionAt(parts.name.startIndex);
    const fact = { receiver: name, prefix: own.prefix, target: '*own', range: file.source.range(node) };
    if (own.isDefault) file.facts.mounts.push(fact);
    else {
      file.receivers.declare(name, scope, [own.prefix]);
      if (scope < 0) file.facts.mounts.push({ ...fact, isWritten: true });
    }
  }
}

/** drf-nested-routers' `NestedSimpleRouter(router, r"orders", lookup="order")`: below one item of the parent. */
function nestedRouter(name: SyntaxNode, args: readonly SyntaxNode[], file: PythonFile): void {
  const [parent, prefix] = positional(args);
  const above = file.values.string(prefix);
  if (parent === undefined || above === undefined) return;
  const lookup = file.values.string(keyword(args, 'lookup', file.source)) ?? 'nested';
  file.facts.mounts.push({
    receiver: plainPath(file.source.of(parent)),
    prefix: literal(`${above}/{${lookup}_pk}`),
    target: plainPath(file.source.of(name)),
    range: file.source.range(name),
  });
}

function prefixOfMaker(maker: string, args: readonly SyntaxNode[], file: PythonFile): OwnPrefix | undefined {
  const by = (name: string): TextFact | undefined => file.values.text(keyword(args, name, file.source));
  if (/Blueprint$/.test(maker)) return owned(versioned(by('url_prefix'), args, file), true);
  if (maker === 'Namespace') {
    const name = file.values.string(positional(args)[0]);
    return owned(by('path') ?? (name === undefined ? undefined : literal(`/${name}`)), true);
  }
  return /Router$/.test(maker) ? owned(by('prefix') ?? by('path'), false) : undefined;
}

/** Sanic puts the version in front of everything: `Blueprint("x", url_prefix="/x", version=2)` is at `/v2/x`. */
function versioned(prefix: TextFact | undefined, args: readonly SyntaxNode[], file: PythonFile): TextFact | undefined {
  const version = keyword(args, 'version', file.source);
  if (version?.type !== 'integer' && version?.type !== 'string') return prefix;
  const text = version.type === 'integer' ? file.source.of(version) : file.values.string(version);
  return text === undefined ? prefix : joinedPath([literal(`/v${text}`), ...(prefix === undefined ? [] : [prefix])]);
}

function owned(prefix: TextFact | undefined, isDefault: boolean): OwnPrefix | undefined {
  return prefix && { prefix, isDefault };
}

/** `app.include_router(orders.router, prefix="/orders")`. */
export const includeRouter: CallIdiom = (call, file) => {
  mount(file, call, argument(call, file, 0, 'router'), argument(call, file, -1, 'prefix'));
};

/** `app.register_blueprint(bp, url_prefix="/x")`: in place of the blueprint's own prefix. */
export const registerBlueprint: CallIdiom = (call, file) => {
  mount(file, call, argument(call, file, 0, 'blueprint'), argument(call, file, -1, 'url_prefix'), true);
};

/** `api.add_namespace(ns, path="/x")`: in place of the namespace's own path. */
export const addNamespace: CallIdiom = (call, file) => {
  mount(file, call, argument(call, file, 0, 'ns'), argument(call, file, 1, 'path'), true);
};

/** `app.mount("/x", sub_app)`, aiohttp's `app.add_subapp("/x", sub)`. */
export const mountApp: CallIdiom = (call, file) => {
  mount(file, call, argument(call, file, 1, 'app'), argument(call, file, 0, 'path'));
};

/** aiohttp's `app.add_routes(routes)` of a table of routes. */
export const addRoutes: CallIdiom = (call, file) => {
  const [table] = call.args;
  if (table === undefined || !/^(identifier|attribute)$/.test(table.type)) return;
  const receiver = call.receiver.replace(/\.router$/, '');
  const target = plainPath(file.source.of(table));
  file.facts.mounts.push({ receiver, prefix: literal(''), target, range: call.range });
};

function mount(
  file: PythonFile,
  call: Parameters<CallIdiom>[0],
  target: SyntaxNode | undefined,
  at: SyntaxNode | undefined,
  overrides = false,
): void {
  if (target === undefined) return;
  const given = at?.type === 'none' ? undefined : at;
  const prefix = given === undefined ? literal('') : file.values.text(given);
  const name = plainPath(file.source.of(target));
  // What the outer router was made with stands in front of what is mounted on it, too.
  const whole = prefix && joinedPath([...file.receivers.prefixOf(call.receiver, call.start), prefix]);
  if (whole === undefined || !/^[\w.]+(\([^()]*\))?$/.test(name)) return;
  const fact = { receiver: call.receiver, prefix: whole, target: name, range: call.range };
  file.facts.mounts.push(overrides && given !== undefined ? { ...fact, overrides } : fact);
}
