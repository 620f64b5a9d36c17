import { lastPart, plainPath } from '../extract/callSite';
import { addRoute } from '../extract/sourceFile';
import { child } from '../extract/sourceText';
import { joinedPath, literal } from '../extract/textBuilder';
import type { TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import { argument, madeBy, type CallIdiom, type CsharpFile } from './file';
import { unwrapped } from './values';

/** Declares variables that `MapGroup` made, and parameters are left to their callers. */
export function declareGroups(file: CsharpFile): void {
  if (!file.source.text.includes('MapGroup')) return;
  const groups = file.captures.of('made').flatMap(({ parts: { name, value } }) => {
    return name === undefined || value === undefined ? [] : [{ name, value: unwrapped(value) }];
  });
  for (const { name, value } of groups.sort((a, b) => a.value.startIndex - b.value.startIndex)) {
    if (!file.source.of(value).includes('MapGroup')) continue;
    const prefix = groupPrefix(value, file);
    file.receivers.declare(plainPath(file.source.of(name)), file.outline.functionAt(name.startIndex), prefix);
  }
}

/** `app.MapGet("/orders/{id}", handler)`, `group.MapPost("/", Create)`. */
export const mapVerb: CallIdiom = (call, file) => {
  const pattern = file.values.text(argument(call, file, 0, 'pattern'));
  const handler = file.values.handler(
    argument(call, file, 1, 'handler') ?? argument(call, file, -1, 'requestDelegate'),
  );
  if (pattern === undefined || call.receiverNode === undefined) return;
  if (call.name === 'Map' && pattern.kind === 'reference') return;
  const method = call.name === 'Map' ? '*' : call.name.slice('Map'.length).toUpperCase();
  const path = [...modulePrefix(call.start, file), ...groupPrefix(call.receiverNode, file), pattern];
  addRoute(file, call, { framework: 'aspnet', method, path, handler, receiver: rootOf(call.receiverNode, file) });
};

/** `app.MapMethods("/x", ["GET", "HEAD"], handler)`. */
export const mapMethods: CallIdiom = (call, file) => {
  const pattern = file.values.text(argument(call, file, 0, 'pattern'));
  const handler = file.values.handler(argument(call, file, 2, 'handler'));
  if (pattern === undefined || call.receiverNode === undefined) return;
  const path = [...groupPrefix(call.receiverNode, file), pattern];
  for (const text of file.values.texts(argument(call, file, 1, 'httpMethods'))) {
    const method = text.kind === 'literal' ? text.text.toUpperCase() : '*';
    addRoute(file, call, { framework: 'aspnet', method, path, handler, receiver: rootOf(call.receiverNode, file) });
  }
};

/** `app.MapGroup("/orders").MapOrdersApi()`: routes made inside the called method have the group's prefix. */
export const mapExtension: CallIdiom = (call, file) => {
  if (!/^Map[A-Z]/.test(call.name) || call.receiverNode === undefined) return;
  const [first, ...rest] = groupPrefix(call.receiverNode, file);
  if (first === undefined) return;
  const prefix = joinedPath([first, ...rest]);
  if (prefix === undefined) return;
  const receiver = rootOf(call.receiverNode, file);
  file.facts.mounts.push({ receiver, prefix, target: call.name, range: call.range });
};

/** Carter's `class OrdersModule : CarterModule` with a constructor `OrdersModule() : base("/api/orders")`. */
function modulePrefix(at: number, file: CsharpFile): TextFact[] {
  const type = file.outline.typeScopeAt(at);
  if (!type?.bases.some((base) => /(^|\.)CarterModule$/.test(base))) return [];
  const base = /:\s*base\(\s*"([^"]*)"\s*\)/.exec(file.source.text.slice(type.start, type.end))?.[1];
  return base === undefined ? [] : [literal(base)];
}

/** Everything in front of the routes of an expression: `api`, `app.MapGroup("/api").WithTags("x")`. */
function groupPrefix(expression: SyntaxNode, file: CsharpFile): TextFact[] {
  const prefix: TextFact[] = [];
  let node: SyntaxNode | undefined = unwrapped(expression);
  while (node !== undefined) {
    const made = madeBy(node, file.source);
    if (made === undefined)
      return [...file.receivers.prefixOf(plainPath(file.source.of(node)), node.startIndex), ...prefix];
    if (lastPart(made.by) === 'MapGroup' || made.by.endsWith(')MapGroup')) {
      const text = file.values.text(made.args[0]);
      if (text !== undefined) prefix.unshift(text);
    }
    node = made.receiverNode === undefined ? undefined : unwrapped(made.receiverNode);
  }
  return prefix;
}

function rootOf(expression: SyntaxNode, file: CsharpFile): string {
  let node: SyntaxNode | undefined = unwrapped(expression);
  while (node?.type === 'invocation_expression') {
    const callee: SyntaxNode | undefined = child(node, 'function');
    node = callee === undefined ? undefined : child(callee, 'expression');
  }
  return node === undefined ? '' : plainPath(file.source.of(node));
}
