import { lastPart, plainPath } from '../extract/callSite';
import { child, children } from '../extract/sourceText';
import { literal } from '../extract/textBuilder';
import type { TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import { madeBy, type GoFile } from './file';

/** Calls that yield a router with a longer prefix. */
const GROUP = /^(Group|PathPrefix|Route|Party|Path)$/;
/** Calls in a chain that keep the prefix. */
const LINK = /^(Subrouter|With|Use|Methods|Name|Host|Schemes|Headers|Queries|StrictSlash|NewRoute|Middleware)$/;

/** Declares group variables and the parameters of group closures, outer ones first. */
export function declareRouters(file: GoFile): void {
  const declarations: { at: number; declare: () => void }[] = [];
  for (const { parts } of file.captures.of('made')) {
    const { name, value } = parts;
    if (name === undefined || value === undefined) continue;
    const made = madeBy(value, file.source);
    if (made?.receiverNode === undefined) continue;
    const maker = lastPart(made.by.replace(/\([^]*\)/g, ''));
    if (!GROUP.test(maker) && !LINK.test(maker)) continue;
    const written = plainPath(file.source.of(name));
    const scope = written.includes('.') ? -1 : file.outline.functionAt(name.startIndex);
    const declare = (): void => file.receivers.declare(written, scope, routerPrefix(value, file));
    declarations.push({ at: value.startIndex, declare });
  }
  for (const { node, parts } of file.captures.of('call')) {
    if (parts.name === undefined || parts.receiver === undefined || parts.arguments === undefined) continue;
    if (!GROUP.test(file.source.of(parts.name))) continue;
    const closure = children(parts.arguments).find((argument) => argument.type === 'func_literal');
    const scope = closure === undefined ? undefined : file.outline.functionOfNode(closure.id);
    const parameter = scope === undefined ? undefined : file.outline.draft(scope)?.parameters()[0];
    if (scope === undefined || parameter === undefined) continue;
    const declare = (): void => file.receivers.declare(parameter, scope, routerPrefix(node, file));
    declarations.push({ at: node.startIndex, declare });
  }
  for (const { declare } of declarations.sort((a, b) => a.at - b.at)) declare();
}

/** Everything in front of the routes of an expression: `r`, `s.router`, `r.PathPrefix("/api").Subrouter()`. */
export function routerPrefix(expression: SyntaxNode, file: GoFile): TextFact[] {
  const prefix: TextFact[] = [];
  let node = expression;
  while (node.type === 'call_expression') {
    const callee = child(node, 'function');
    const operand = callee === undefined ? undefined : child(callee, 'operand');
    const field = callee === undefined ? undefined : child(callee, 'field');
    if (operand === undefined || field === undefined) break;
    const name = file.source.of(field);
    const first = children(child(node, 'arguments') ?? node)[0];
    if (GROUP.test(name) && first?.type !== 'func_literal') {
      const text = file.values.text(first);
      if (text !== undefined) prefix.unshift(text);
    } else if (name === 'Subrouter' && file.values.string(first)?.startsWith('/') === true) {
      // gorilla's takes nothing; a project's own takes the prefix.
      prefix.unshift(literal(file.values.string(first)!));
    } else if (!GROUP.test(name) && !LINK.test(name)) break;
    node = operand;
  }
  return [...file.receivers.prefixOf(plainPath(file.source.of(node)), node.startIndex), ...prefix];
}

/** The variable at the start of a chain: `r` of `r.With(auth).Get`. */
export function chainRoot(expression: SyntaxNode, file: GoFile): string {
  let node: SyntaxNode | undefined = expression;
  while (node?.type === 'call_expression') {
    const callee: SyntaxNode | undefined = child(node, 'function');
    node = callee === undefined ? undefined : child(callee, 'operand');
  }
  return node === undefined ? '' : plainPath(file.source.of(node));
}
