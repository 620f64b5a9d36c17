import { lastPart, type CallSite } from '../extract/callSite';
import { addRoute } from '../extract/sourceFile';
import { child } from '../extract/sourceText';
import { literal, literalText } from '../extract/textBuilder';
import type { TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import { positional, type CallIdiom, type RubyFile } from './file';
import { arrowPair, siteOf, textOption } from './options';

/** What puts a path in front of the routes in its block: Sinatra's and Grape's `namespace`, Grape's other words for it. */
const GROUPS = /^(namespace|resource|resources|group|segment|route_param)$/;

/** Groups in groups, at most. */
const MAX_LEVELS = 24;

/** `get '/orders/:id' do … end` of Sinatra and Grape: the block answers. */
export const blockRoute: CallIdiom = (call, file) => {
  const block = child(call.node, 'block');
  const handler = block === undefined ? undefined : file.outline.functionOfNode(block.id);
  if (handler === undefined || call.receiver !== '' || file.outline.parentOf(handler) >= 0) return;
  if (!isApplication(call, file)) return;
  const [first, second] = positional(call).map((node) => patternOf(node, file));
  const isNamed = call.name === 'route';
  const method = isNamed ? (literalText(file.values.text(first)) ?? '*').toUpperCase() : call.name.toUpperCase();
  const own = isNamed ? second : first;
  const path = own === undefined ? literal('') : own.type === 'regex' ? regexPath(own, file) : file.values.text(own);
  if (path === undefined || (own !== undefined && !/^(string|simple_symbol|identifier|constant|regex)$/.test(own.type)))
    return;
  addRoute(file, call, {
    framework: 'rack',
    method: method === 'ANY' ? '*' : method,
    path: [...pathAround(call.node, file), path],
    handler: { kind: 'function', function: handler },
    receiver: applicationAt(call, file),
  });
};

/** The path of `Mustermann.new('/orders/:id')`. */
function patternOf(node: SyntaxNode, file: RubyFile): SyntaxNode {
  const site = siteOf(node, file);
  return (site?.receiver === 'Mustermann' ? positional(site)[0] : undefined) ?? node;
}

/** `%r{^/health$}`: a pattern that is but a path. */
function regexPath(node: SyntaxNode, file: RubyFile): TextFact | undefined {
  const text = file.source
    .of(node)
    .replace(/^(?:%r.|\/)(?:\^|\\A)?|(?:\$|\\z)?.$/gi, '')
    .replaceAll('\\/', '/');
  return /^\/[\w/-]*$/.test(text) ? literal(text) : undefined;
}

/** `prefix :api` and `version 'v1', using: :path` of a Grape API stand in front of all its routes. */
export const grapePrefix: CallIdiom = (call, file) => {
  if (call.receiver !== '' || !isGrape(call, file) || file.outline.functionAt(call.start) >= 0) return;
  const using = textOption(call, 'using', file) ?? 'path';
  const given = positional(call).flatMap((node) => literalText(file.values.text(node)) ?? []);
  if (given.length === 0 || (call.name === 'version' && using !== 'path')) return;
  const other = ownValue(call, call.name === 'version' ? 'prefix' : 'version', file);
  if (call.name === 'version' || other === undefined) {
    for (const text of given) {
      const whole = call.name === 'version' && other !== undefined ? `${other}/${text}` : text;
      addMount(call, '*own', whole, file);
    }
  }
};

/** `mount Orders`, `mount Orders => '/orders'` in a Grape API, below the groups around. */
export const grapeMount: CallIdiom = (call, file) => {
  if (call.receiver !== '' || !isGrape(call, file)) return;
  const pair = arrowPair(call, file);
  const [target] = positional(call);
  const pairKey = call.args.find(({ type }) => type === 'pair');
  const mounted = target ?? (pairKey === undefined ? undefined : child(pairKey, 'key'));
  if (mounted === undefined || !/^(constant|scope_resolution)$/.test(mounted.type)) return;
  const at = pair === undefined || target !== undefined ? undefined : literalText(file.values.text(pair.value));
  const around = pathAround(call.node, file).map((text) => literalText(text) ?? '{}');
  const name = lastPart(file.source.of(mounted).replaceAll('::', '.'));
  addMount(call, name, [...around, ...(at === undefined ? [] : [at])].join('/'), file);
};

function addMount(call: CallSite, target: string, prefix: string, file: RubyFile): void {
  const receiver = applicationAt(call, file);
  file.facts.mounts.push({ receiver, prefix: literal(prefix), target, range: call.range });
}

/** Whether verbs with blocks are routes here: in a class of Sinatra's or Grape's kind, or in a file that requires Sinatra. */
function isApplication(call: CallSite, file: RubyFile): boolean {
  const type = file.outline.typeScopeAt(call.start);
  if (type === undefined) return /^\s*require ['"]sinatra/m.test(file.source.text);
  return type.bases.length > 0 || /Sinatra|Grape/.test(file.source.text);
}

function isGrape(call: CallSite, file: RubyFile): boolean {
  const type = file.outline.typeScopeAt(call.start);
  return (
    type !== undefined && (type.bases.some((base) => /API|Grape|Api/.test(base)) || /Grape::API/.test(file.source.text))
  );
}

/** The simple name of the class that routes are registered in. */
function applicationAt(call: CallSite, file: RubyFile): string {
  return file.outline.typeScopeAt(call.start)?.name ?? '';
}

/** The value of another setting of the class around: the version where the prefix is read. */
function ownValue(call: CallSite, name: string, file: RubyFile): string | undefined {
  const body = call.node.parent;
  for (const sibling of body?.namedChildren ?? []) {
    const site = siteOf(sibling, file);
    if (site?.name !== name || site.receiver !== '') continue;
    if (name === 'version' && (textOption(site, 'using', file) ?? 'path') !== 'path') continue;
    return literalText(file.values.text(positional(site)[0]));
  }
  return undefined;
}

/** The paths of the groups around, outermost first. */
function pathAround(node: SyntaxNode, file: RubyFile): TextFact[] {
  const path: TextFact[] = [];
  let at = node.parent;
  for (let level = 0; at !== null && level < MAX_LEVELS; level++, at = at.parent) {
    if (at.type === 'class' || at.type === 'module' || at.type === 'method') break;
    const site = siteOf(at, file);
    if (site === undefined || site.receiver !== '' || !GROUPS.test(site.name)) continue;
    const text = file.values.text(positional(site)[0]);
    if (text === undefined) continue;
    path.unshift(site.name === 'route_param' ? literal(`:${literalText(text) ?? 'id'}`) : text);
  }
  return path;
}
