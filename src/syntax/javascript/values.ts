import { lastPart, plainPath } from '../extract/callSite';
import { ExpressionValues, orElse } from '../extract/expressionValues';
import { addSetting } from '../extract/settingName';
import { child, children } from '../extract/sourceText';
import { unescapeText, type TextBuilder } from '../extract/textBuilder';
import type { HandlerFact, TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import { addVariable, conversionOf, settingReadBy } from './settings';

const FUNCTION_TYPES = new Set(['arrow_function', 'function_expression', 'generator_function', 'method_definition']);

/** Types whose only meaningful child is the value itself: `(x)`, `x as T`, `x!`, `await x`. */
const TRANSPARENT = new Set([
  'parenthesized_expression',
  'as_expression',
  'satisfies_expression',
  'non_null_expression',
  'await_expression',
  'type_assertion',
]);

/** Wrappers around a handler that are looked into. */
const MAX_WRAPPERS = 8;

/** Reads what expressions of a JavaScript or TypeScript file stand for. */
export class JavascriptValues extends ExpressionValues {
  /** Texts of `'a'` or `['a', 'b']`. */
  texts(node: SyntaxNode | undefined): TextFact[] {
    const inner = node === undefined ? undefined : unwrapped(node);
    const nodes = inner?.type === 'array' ? children(inner) : inner === undefined ? [] : [inner];
    return nodes.flatMap((item) => this.text(item) ?? []);
  }

  /** The value of a property of an object literal; a shorthand or a method stands for itself. */
  property(object: SyntaxNode | undefined, key: string): SyntaxNode | undefined {
    return this.properties(object).find((entry) => entry.key === key)?.value;
  }

  properties(object: SyntaxNode | undefined): { key: string; value: SyntaxNode }[] {
    const literal = object === undefined ? undefined : unwrapped(object);
    if (literal?.type !== 'object') return [];
    return children(literal).flatMap((entry) => {
      if (entry.type === 'shorthand_property_identifier') return [{ key: this.source.of(entry), value: entry }];
      const key = child(entry, 'key') ?? (entry.type === 'method_definition' ? child(entry, 'name') : undefined);
      if (key === undefined) return [];
      const name = this.source.of(key).replace(/^['"[]|['"\]]$/g, '');
      return [{ key: name, value: child(entry, 'value') ?? entry }];
    });
  }

  /** Who answers when `node` is given as a handler; undefined for what cannot be one. */
  handler(node: SyntaxNode | undefined, depth = 0): HandlerFact | undefined {
    if (node === undefined || depth > MAX_WRAPPERS) return undefined;
    const value = unwrapped(node);
    if (FUNCTION_TYPES.has(value.type)) return this.functionOf(value);
    switch (value.type) {
      case 'identifier':
      case 'shorthand_property_identifier':
      case 'member_expression':
        return this.namedHandler(value);
      case 'array':
        return this.handler(children(value).at(-1), depth + 1);
      case 'spread_element':
        return this.handler(children(value)[0], depth + 1);
      case 'call_expression':
        return this.wrappedHandler(value, depth);
      default:
        return undefined;
    }
  }

  private namedHandler(node: SyntaxNode): HandlerFact {
    const raw = this.source.of(node);
    const own = /^this\s*[.?!]/.test(raw);
    const name = handlerName(raw);
    const parts = name.split('.');
    const simple = parts.at(-1) ?? '';
    const owner = own && parts.length === 1 ? this.outline.typeScopeAt(node.startIndex)?.name : parts.at(-2);
    const candidates = this.outline.named(simple).filter((index) => {
      const container = this.outline.containerOf(index);
      return owner === undefined ? this.visibleFrom(index, node.startIndex) : container.at(-1) === owner;
    });
    const only = candidates.length === 1 ? candidates[0] : undefined;
    return only === undefined ? { kind: 'name', name } : { kind: 'function', function: only };
  }

  /** A plain name reaches functions of the file and of the functions around it, not members of types. */
  private visibleFrom(index: number, at: number): boolean {
    const container = this.outline.containerOf(index);
    const around = this.outline.containerAt(at);
    return container.every((name, i) => around[i] === name);
  }

  private wrappedHandler(call: SyntaxNode, depth: number): HandlerFact | undefined {
    const callee = child(call, 'function');
    const list = child(call, 'arguments');
    if (callee === undefined) return undefined;
    if (callee.type === 'member_expression' && lastPart(this.source.of(callee)) === 'bind') {
      return this.handler(child(callee, 'object'), depth + 1);
    }
    // The handler is a function rather than a name, and in a further wrapper rather than beside one.
    const given = (list === undefined ? [] : children(list).reverse()).flatMap((argument) => {
      const handler = this.handler(argument, depth + 1);
      return handler === undefined ? [] : [{ handler, isWrapped: argument.type === 'call_expression' }];
    });
    const own = given.find(({ handler }) => handler.kind === 'function');
    if (own !== undefined) return own.handler;
    const [first, ...more] = [...given.filter((one) => one.isWrapped), ...given.filter((one) => !one.isWrapped)];
    if (first === undefined) return this.namedHandler(callee);
    const others = more.flatMap(({ handler }) =>
      handler.kind === 'name' ? [handler.name, ...(handler.orElse ?? [])] : [],
    );
    return orElse(first.handler, ...others, handlerName(this.source.of(callee)));
  }

  protected override addPiece(node: SyntaxNode, text: TextBuilder, todo: SyntaxNode[]): void {
    const value = unwrapped(node);
    switch (value.type) {
      case 'string':
        text.add(unescapeText(this.source.of(value).slice(1, -1)));
        return;
      case 'template_string':
        this.addTemplate(value, text, todo);
        return;
      case 'regex':
        text.add(this.source.of(value));
        return;
      case 'binary_expression':
        this.addBinary(value, text, todo, '||', '??');
        return;
      case 'template_substitution':
        todo.push(...value.namedChildren.slice(0, 1));
        return;
      case 'string_fragment':
        text.add(unescapeText(this.source.of(value)));
        return;
      case 'escape_sequence':
        text.add(unescapeText(this.source.of(value)));
        return;
      case 'member_expression':
        if (!addVariable(this.source.of(value), text)) this.addName(value, text);
        return;
      case 'subscript_expression':
        if (!addVariable(this.source.of(value), text)) text.hole();
        return;
      case 'call_expression':
        this.addSettingCall(value, text, todo);
        return;
      case 'identifier':
      case 'shorthand_property_identifier':
        this.addName(value, text);
        return;
      default:
        text.hole();
    }
  }

  /** `config.get('kafka.topic')`, `requireEnv('TOPIC')`, `z.string().default('orders')`. */
  private addSettingCall(node: SyntaxNode, text: TextBuilder, todo: SyntaxNode[]): void {
    const callee = child(node, 'function');
    const list = child(node, 'arguments');
    const [first, second] = list === undefined ? [] : children(list);
    const name = callee === undefined ? '' : plainPath(this.source.of(callee)).replace(/<[^]*>$/, '');
    const kind = first === undefined ? undefined : settingReadBy(name);
    const key = kind === undefined ? undefined : this.string(first);
    if (kind === undefined || key === undefined) {
      const of = callee === undefined ? undefined : conversionOf(callee, this.source.of(callee));
      if (of === undefined) text.hole();
      else todo.push(of);
    } else addSetting(text, kind, key, this.text(second));
  }

  private addTemplate(node: SyntaxNode, text: TextBuilder, todo: SyntaxNode[]): void {
    todo.push(...children(node).reverse());
    if (todo.length > 10_000) text.hole();
  }
}

/** The expression inside parentheses, casts and `await`. */
export function unwrapped(node: SyntaxNode): SyntaxNode {
  let value = node;
  while (TRANSPARENT.has(value.type)) {
    const inner = value.namedChildren.find((part) => part.type !== 'comment');
    if (inner === undefined) break;
    value = inner;
  }
  return value;
}

/** `new Orders(db).create` and `container.get(Orders).create` keep what names the function. */
function handlerName(raw: string): string {
  const made = /^new\s+([\w$.]+)\s*\([^]*\)\s*\.\s*([\w$]+)$/.exec(raw);
  if (made !== null) return `${made[1]}.${made[2]}`;
  const path = plainPath(raw);
  return /^[\w$.#]+$/.test(path) ? path : lastPart(path);
}
