import { CallSite } from '../extract/callSite';
import { child, children } from '../extract/sourceText';
import type { TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import { argument, type PhpFile, type RouteGroup } from './file';

/** A name that holds a router: `$app`, `$group`, `$routes`, `$this->router`. */
const ROUTER = /^(?:.*->)?\$?(app|api|r|router?s?|group|proxy|collector|\w*(?:Router|Routes?|Group|Routing)|v\d+)$/i;

/** `Route::` of Laravel, whatever is chained to it, or a variable that holds a router. */
export function isRouter(node: SyntaxNode | undefined, file: PhpFile): boolean {
  let at = node;
  while (at?.type === 'member_call_expression' || at?.type === 'scoped_call_expression') {
    const inner: SyntaxNode | undefined = child(at, 'object') ?? child(at, 'scope');
    if (inner === undefined) return false;
    at = inner;
  }
  if (at === undefined) return false;
  const text = file.source.of(at);
  if (node?.type === 'scoped_call_expression' || at.type === 'name' || at.type === 'qualified_name') {
    return /(^|\\)Route(r|Facade)?$/.test(text);
  }
  return ROUTER.test(text.replace(/\s+/g, ''));
}

/** The groups of a file, outer ones first: `Route::prefix('api')->group(fn)`, `$app->group('/users', fn)`. */
export function routeGroups(calls: readonly CallSite[], file: PhpFile): RouteGroup[] {
  const groups: RouteGroup[] = [];
  for (const call of calls) {
    if (!/^(group|scope|prefix)$/.test(call.name) || !isRouter(call.receiverNode, file)) continue;
    const body = call.args.map((node) => children(node).at(-1)).findLast((node) => isClosure(node));
    if (body === undefined) continue;
    groups.push({ start: body.startIndex, end: body.endIndex, ...groupOf(call, file) });
  }
  return groups.sort((a, b) => a.start - b.start);
}

/** What a `group(…)` call and the calls in front of it in its chain say. */
export function groupOf(call: CallSite, file: PhpFile): Omit<RouteGroup, 'start' | 'end'> {
  const given = chainOptions(call.receiverNode, file);
  const first = argument(call, 0, 'attributes', file.source);
  if (first?.type === 'array_creation_expression') {
    const options = arrayOptions(first, file);
    const prefix = file.values.text(options.get('prefix'));
    const namespace = file.values.string(options.get('namespace'));
    const controller = file.classes.ofExpression(options.get('controller'));
    return {
      prefixes: prefix === undefined ? given.prefixes : [...given.prefixes, prefix],
      namespace: joined(given.namespace, namespace ?? ''),
      controller: controller ?? given.controller,
    };
  }
  const path = isClosure(first) || call.args.length < 2 ? undefined : file.values.text(first);
  return path === undefined ? given : { ...given, prefixes: [...given.prefixes, path] };
}

/** `prefix`, `namespace` and `controller` in the chain in front of a call. */
export function chainOptions(from: SyntaxNode | undefined, file: PhpFile): Omit<RouteGroup, 'start' | 'end'> {
  const prefixes: TextFact[] = [];
  let namespace = '';
  let controller: string | undefined;
  for (let node = from; node !== undefined; node = child(node, 'object')) {
    if (node.type !== 'member_call_expression' && node.type !== 'scoped_call_expression') break;
    const nameNode = child(node, 'name');
    if (nameNode === undefined) break;
    const site = new CallSite(file.source, node, nameNode, undefined, child(node, 'arguments'));
    const given = argument(site, 0, '', file.source);
    const text = site.name === 'prefix' ? file.values.text(given) : undefined;
    if (text !== undefined) prefixes.unshift(text);
    if (site.name === 'namespace') namespace = joined(file.values.string(given) ?? '', namespace);
    if (site.name === 'controller') controller ??= file.classes.ofExpression(given);
  }
  return { prefixes, namespace, controller };
}

/** The groups around an offset, outermost first. */
export function groupsAround(groups: readonly RouteGroup[], at: number): RouteGroup[] {
  return groups.filter(({ start, end }) => start <= at && at < end);
}

/** The values of `['prefix' => 'api', …]` by their keys. */
export function arrayOptions(array: SyntaxNode, file: PhpFile): Map<string, SyntaxNode> {
  const options = new Map<string, SyntaxNode>();
  for (const element of children(array)) {
    const [key, value] = children(element);
    const name = value === undefined ? undefined : file.values.string(key);
    if (name !== undefined && value !== undefined) options.set(name, value);
  }
  return options;
}

/** Namespaces as one. */
export function joined(outer: string, inner: string): string {
  return [outer, inner]
    .map((part) => part.replace(/^\\|\\$/g, ''))
    .filter((part) => part !== '')
    .join('\\');
}

/** Whether a node is a function without a name. */
export function isClosure(node: SyntaxNode | undefined): boolean {
  return node?.type === 'anonymous_function' || node?.type === 'arrow_function';
}
