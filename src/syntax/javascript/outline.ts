import type { Capture, Captures } from '../extract/captures';
import type { ScopeDraft } from '../extract/outline';
import { readingOf } from '../extract/readings';
import { child, children, type SourceText } from '../extract/sourceText';
import type { SyntaxNode } from '../syntaxNode';

/** Wrapped callbacks that do not become a value of their own: `const names = users.map((u) => u.name)`. */
const NAMING_WRAPPER = /wrap|handler|memo|forwardRef|observer|trace|span|cache|callback|middleware|catch|async/i;
const NOT_NAMING = /^(setTimeout|setInterval|setImmediate|queueMicrotask|require|describe|it|test|expect|Promise)$/;

const BETWEEN_DECORATOR_AND_NAME =
  /^(?:\s|\/\/[^\n]*\n|\/\*[^]*?\*\/|\b(?:export|default|abstract|public|private|protected|static|async|override|readonly|declare)\b)*$/;

/** Functions, classes and named object literals of a JavaScript or TypeScript file. */
export function javascriptScopes(captures: Captures, source: SourceText): ScopeDraft[] {
  const functions = new Map<number, ScopeDraft>();
  for (const capture of captures.of('function')) {
    const draft = functionDraft(capture, source);
    if (draft !== undefined && !functions.has(draft.nodeId)) functions.set(draft.nodeId, draft);
  }
  for (const { node } of captures.of('callback')) {
    if (!functions.has(node.id)) functions.set(node.id, callbackDraft(node, source));
  }
  const drafts = [...functions.values(), ...typeDrafts(captures, source), ...objectDrafts(captures, source)];
  return withDecorators(drafts, captures.of('decorator'), source);
}

function functionDraft(capture: Capture, source: SourceText): ScopeDraft | undefined {
  const { name, value, wrapper } = capture.parts;
  const callable = value ?? capture.node;
  if (wrapper !== undefined && !namesItsCallback(wrapper, source)) return undefined;
  if (name === undefined) return { ...anonymousDraft(callable, source), name: 'default' };
  const named = nameOf(name, source);
  return {
    kind: 'function',
    name: named.name,
    owner: named.owner,
    start: capture.node.startIndex,
    end: capture.node.endIndex,
    nameSpan: named.span,
    nodeId: callable.id,
    parameters: () => readingOf(parameterNames, callable, source),
    bases: [],
  };
}

function namesItsCallback(wrapper: SyntaxNode, source: SourceText): boolean {
  const callee = source.of(wrapper);
  if (wrapper.type === 'identifier') return !NOT_NAMING.test(callee);
  return callee.length < 80 && NAMING_WRAPPER.test(callee.slice(callee.lastIndexOf('.') + 1));
}

/** `function createOrder(request) {…}` as an argument brings its own name. */
function callbackDraft(node: SyntaxNode, source: SourceText): ScopeDraft {
  const draft = anonymousDraft(node, source);
  const name = child(node, 'name');
  return name === undefined ? draft : { ...draft, name: source.of(name), nameSpan: name };
}

function anonymousDraft(node: SyntaxNode, source: SourceText): ScopeDraft {
  const { startIndex, endIndex } = node;
  return {
    kind: 'function',
    name: '',
    start: startIndex,
    end: endIndex,
    nameSpan: { startIndex, endIndex: startIndex },
    nodeId: node.id,
    parameters: () => readingOf(parameterNames, node, source),
    bases: [],
  };
}

/** `create`, `'create'`, `#create`; of `OrderService.prototype.create` also what it is put on. */
function nameOf(node: SyntaxNode, source: SourceText): { name: string; owner: string; span: SyntaxNode } {
  if (node.type !== 'member_expression') {
    return { name: source.of(node).replace(/^['"`[]+|['"`\]]+$/g, ''), owner: '', span: node };
  }
  const property = child(node, 'property') ?? node;
  const object = child(node, 'object');
  const owner = (object === undefined ? '' : source.of(object))
    .replace(/\.prototype$/, '')
    .replace(/^(this|self|exports|module\.exports|module|window|global|globalThis)(\.|$)/, '');
  return { name: source.of(property), owner: /^[\w$.]*$/.test(owner) ? owner : '', span: property };
}

function parameterNames(callable: SyntaxNode, source: SourceText): string[] {
  const single = child(callable, 'parameter');
  if (single !== undefined) return [source.of(single)];
  const list = child(callable, 'parameters');
  if (list === undefined) return [];
  return children(list).flatMap((parameter) => {
    const pattern = child(parameter, 'pattern') ?? child(parameter, 'left') ?? parameter;
    if (pattern.type === 'identifier' || pattern.type === 'this') return [source.of(pattern)];
    return pattern
      .descendantsOfType(['identifier', 'shorthand_property_identifier_pattern'])
      .map((name) => source.of(name));
  });
}

function typeDrafts(captures: Captures, source: SourceText): ScopeDraft[] {
  const bases = new Map<number, string[]>();
  for (const { node, parts } of captures.of('base')) {
    const name =
      parts.name === undefined
        ? ''
        : source
            .of(parts.name)
            .replace(/<[^]*$/, '')
            .replace(/\s+/g, '');
    if (/^[\w$.]+$/.test(name)) bases.set(node.endIndex, [...(bases.get(node.endIndex) ?? []), name]);
  }
  const byEnd = new Map<number, ScopeDraft>();
  for (const { node, parts } of captures.of('type')) {
    if (parts.name === undefined) continue;
    const before = byEnd.get(node.endIndex);
    if (before !== undefined && before.start <= node.startIndex) continue;
    byEnd.set(node.endIndex, {
      kind: 'type',
      name: source.of(parts.name).replace(/^['"]|['"]$/g, ''),
      start: node.startIndex,
      end: node.endIndex,
      nameSpan: parts.name,
      nodeId: node.id,
      parameters: () => [],
      bases: bases.get(node.endIndex) ?? [],
    });
  }
  return [...byEnd.values()];
}

function objectDrafts(captures: Captures, source: SourceText): ScopeDraft[] {
  return captures.of('object').flatMap(({ node, parts }) => {
    if (parts.name === undefined || parts.value === undefined) return [];
    const { name, span } = nameOf(parts.name, source);
    return [
      {
        kind: 'object' as const,
        name: name === 'exports' || name === 'prototype' ? '' : name,
        start: parts.value.startIndex,
        end: parts.value.endIndex,
        nameSpan: span,
        nodeId: node.id,
        parameters: () => [],
        bases: [],
      },
    ];
  });
}

/** Lets functions and types begin at their first decorator; TypeScript's grammar puts decorators beside them. */
function withDecorators(drafts: ScopeDraft[], decorators: readonly Capture[], source: SourceText): ScopeDraft[] {
  if (decorators.length === 0) return drafts;
  const spans = decorators.map(({ node }) => ({ start: node.startIndex, end: node.endIndex }));
  spans.sort((a, b) => a.start - b.start);
  return drafts.map((draft) => {
    let start = draft.start;
    for (let i = spans.length - 1; i >= 0; i--) {
      const span = spans[i]!;
      if (span.end > start) continue;
      if (!BETWEEN_DECORATOR_AND_NAME.test(source.text.slice(span.end, start))) break;
      start = span.start;
    }
    return start === draft.start ? draft : { ...draft, start };
  });
}
