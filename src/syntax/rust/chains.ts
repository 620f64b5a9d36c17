import { lastPart } from '../extract/callSite';
import { child, children } from '../extract/sourceText';
import type { TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import type { RustFile } from './file';
import { rustPath } from './outline';

/** Routers within routers in one expression, at most this deep. */
const MAX_LEVELS = 16;

/** Calls that put what they are given below a path; with just the router, below none. */
const NESTING = /^(nest|nest_service|nest_api_service|merge|service|mount|with|and)$/;

/** Calls that begin a router with a path of its own. */
const SCOPED = /^(scope|resource)$/;

/** The call or path at the start of a chain of methods: `Router::new()` of `Router::new().route(…)`. */
export function chainRoot(node: SyntaxNode): SyntaxNode {
  let at = node;
  for (;;) {
    const callee: SyntaxNode | undefined = at.type === 'call_expression' ? child(at, 'function') : undefined;
    const inner: SyntaxNode | undefined =
      callee?.type === 'field_expression'
        ? child(callee, 'value')
        : at.type === 'await_expression' || at.type === 'try_expression' || at.type === 'reference_expression'
          ? children(at).at(-1)
          : undefined;
    if (inner === undefined) return at;
    at = inner;
  }
}

/** The links of a chain of methods, outermost first, without its root. */
export function chainLinks(
  node: SyntaxNode,
  file: RustFile,
): { readonly name: string; readonly args: readonly SyntaxNode[] }[] {
  const links = [];
  let at: SyntaxNode | undefined = node;
  while (at?.type === 'call_expression') {
    const callee: SyntaxNode | undefined = child(at, 'function');
    const field = callee?.type === 'field_expression' ? child(callee, 'field') : undefined;
    if (callee === undefined || field === undefined) break;
    links.push({ name: file.source.of(field), args: argumentsOf(at) });
    at = child(callee, 'value');
  }
  return links;
}

/** The arguments of a call. */
export function argumentsOf(call: SyntaxNode): readonly SyntaxNode[] {
  const list = child(call, 'arguments');
  return list === undefined ? [] : children(list);
}

/** The called name without its path: `get` of `web::get()`; '' for what is no call. */
export function calledName(node: SyntaxNode, file: RustFile): string {
  const callee = node.type === 'call_expression' ? child(node, 'function') : undefined;
  return callee === undefined ? '' : lastPart(rustPath(file.source.of(callee)));
}

/** Where something is registered: the paths in front of it, and the variable that holds the router, '' without one. */
export interface Registered {
  readonly prefix: readonly TextFact[];
  readonly receiver: string;
}

/**
 * What is around a call such as `.route(…)`: the scope that its chain begins with, and the routers that the chain is
 * an argument of, `Router::new().nest("/api", Router::new().route(…))`.
 */
export function registeredAt(call: SyntaxNode, file: RustFile): Registered {
  const prefix: TextFact[] = [];
  let receiver = '';
  let node = call;
  for (let level = 0; level < MAX_LEVELS; level++) {
    const root = chainRoot(node);
    if (SCOPED.test(calledName(root, file))) {
      const own = file.values.text(argumentsOf(root)[0]);
      if (own !== undefined) prefix.unshift(own);
    }
    if (root.type === 'identifier') receiver = file.source.of(root);
    const top = chainTop(node);
    const parent = top.parent;
    if (parent?.type === 'let_declaration') {
      const pattern = child(parent, 'pattern');
      return { prefix, receiver: pattern === undefined ? receiver : file.source.of(pattern).replace(/^mut\s+/, '') };
    }
    const outer = parent?.type === 'arguments' ? parent.parent : null;
    const field = outer === null ? undefined : child(child(outer, 'function') ?? outer, 'field');
    if (outer === null || field === undefined) break;
    const name = file.source.of(field);
    const isNested = NESTING.test(name) || (name === 'at' && argumentsOf(outer).length === 2);
    if (!isNested || receiver !== '') break;
    const [path] = argumentsOf(outer);
    const text = path !== undefined && path.id !== top.id ? file.values.text(path) : undefined;
    if (text !== undefined) prefix.unshift(text);
    node = outer;
  }
  return { prefix, receiver };
}

/** The last call of the chain that a call is a link of. */
function chainTop(call: SyntaxNode): SyntaxNode {
  let top = call;
  for (;;) {
    const parent = top.parent;
    if (parent?.type === 'field_expression' && parent.parent?.type === 'call_expression') top = parent.parent;
    else if (parent?.type === 'await_expression' || parent?.type === 'try_expression') top = parent;
    else return top;
  }
}
