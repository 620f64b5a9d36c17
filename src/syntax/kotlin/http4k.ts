import { child, children } from '../extract/sourceText';
import type { HandlerFact, TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import type { KotlinFile } from './file';

const VERB = /^(?:Method\.)?(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/;

/**
 * http4k: `routes("/orders/{id}" bind GET to ::show, "/api" bind routes("/users" bind POST to { … }))`. What is bound to
 * other routes is in front of them; a function that is called to get the handler stands for it.
 */
export function http4kRoutes(file: KotlinFile): void {
  if (!/\bhttp4k\b/.test(file.source.text)) return;
  for (const { index } of file.source.text.matchAll(/\bbind\s+(?:Method\.)?[A-Z]+\s+to\b/g)) {
    const bind = infixAt(file.root.descendantForIndex(index), file, 'bind');
    const to = bind?.parent;
    if (bind === undefined || !to || infixName(to, file) !== 'to') continue;
    const [written, , verb] = children(bind);
    const method = verb === undefined ? undefined : VERB.exec(file.source.of(verb))?.[1];
    const path = file.values.text(written);
    const handler = handlerOf(children(to).at(-1), file);
    if (method === undefined || path === undefined || handler === undefined) continue;
    const range = file.source.range(bind);
    const whole = [...prefixesOf(to, file), path];
    file.facts.routes.push({ framework: 'http4k', method, path: whole, handler, receiver: '', range });
  }
}

/** What `"/api" bind routes(…)` puts in front of all inside, outermost first. */
function prefixesOf(node: SyntaxNode, file: KotlinFile): TextFact[] {
  const prefixes: TextFact[] = [];
  let inner = node;
  for (let at = node.parent; at !== null; at = at.parent) {
    const [left, , right] = infixName(at, file) === 'bind' ? children(at) : [];
    const path = right?.id === inner.id ? file.values.text(left) : undefined;
    if (path !== undefined) prefixes.unshift(path);
    inner = at;
  }
  return prefixes;
}

function infixAt(named: SyntaxNode | null, file: KotlinFile, name: string): SyntaxNode | undefined {
  const infix = named?.parent ?? undefined;
  return infix !== undefined && infixName(infix, file) === name ? infix : undefined;
}

/** The function of `a name b`. */
function infixName(node: SyntaxNode, file: KotlinFile): string | undefined {
  const [, name] = node.type === 'infix_expression' ? children(node) : [];
  return name === undefined ? undefined : file.source.of(name);
}

function handlerOf(node: SyntaxNode | undefined, file: KotlinFile): HandlerFact | undefined {
  if (node?.type === 'call_expression') {
    const callee = child(node, 'function') ?? children(node)[0];
    const written = callee === undefined ? '' : file.source.of(callee);
    return /^[\w.]+$/.test(written) ? { kind: 'name', name: written } : undefined;
  }
  if (node?.type === 'identifier') return { kind: 'name', name: file.source.of(node) };
  return file.values.handler(node);
}
