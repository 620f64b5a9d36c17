import { plainPath } from '../extract/callSite';
import { orElse, TypedValues } from '../extract/expressionValues';
import { child, children } from '../extract/sourceText';
import { unescapeText, type TextBuilder } from '../extract/textBuilder';
import type { HandlerFact, TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import { addSettingCall, readsSetting } from './settings';

/** Wrappers by the place of the handler among their arguments; others take it last. */
const HANDLER_POSITION: Readonly<Record<string, number>> = {
  NewHandler: 0,
  WithRouteTag: 1,
  StripPrefix: 1,
  TimeoutHandler: 0,
};

/** Reads what expressions of a Go file stand for. */
export class GoValues extends TypedValues {
  /** Texts of `"a"` or `[]string{"a", "b"}`. */
  texts(node: SyntaxNode | undefined): TextFact[] {
    if (node?.type !== 'composite_literal') return [this.text(node)].flatMap((text) => text ?? []);
    const body = child(node, 'body');
    return body === undefined ? [] : children(body).flatMap((item) => this.text(children(item)[0] ?? item) ?? []);
  }

  /** `"GET"`, `http.MethodGet`, `fiber.MethodGet`. */
  httpMethod(node: SyntaxNode | undefined): string | undefined {
    const text = this.text(node);
    if (text?.kind === 'literal') return /^[A-Za-z]+$/.test(text.text) ? text.text.toUpperCase() : undefined;
    const name = text?.kind === 'reference' ? /\bMethod([A-Z][a-z]+)$/.exec(text.name)?.[1] : undefined;
    return name?.toUpperCase();
  }

  /** `[]string{"GET", http.MethodPost}`. */
  httpMethods(node: SyntaxNode | undefined): string[] {
    const body = node?.type === 'composite_literal' ? child(node, 'body') : undefined;
    return body === undefined ? [] : children(body).flatMap((item) => this.httpMethod(children(item)[0] ?? item) ?? []);
  }

  /** Fields of a struct literal: `sarama.ProducerMessage{Topic: "orders"}`. */
  fields(body: SyntaxNode): Map<string, SyntaxNode> {
    const fields = new Map<string, SyntaxNode>();
    for (const element of children(body)) {
      const key = child(element, 'key');
      const value = child(element, 'value');
      const inner = value === undefined ? undefined : children(value)[0];
      if (key !== undefined && inner !== undefined) fields.set(this.source.of(key), inner);
    }
    return fields;
  }

  /** Who answers when `node` is given as a handler: `s.create`, `http.HandlerFunc(create)`, `s.handleCreate()`. */
  handler(node: SyntaxNode | undefined, depth = 0): HandlerFact | undefined {
    if (node === undefined || depth > 5) return undefined;
    switch (node.type) {
      case 'func_literal':
        return this.functionOf(node);
      case 'identifier':
      case 'selector_expression':
        return this.namedHandler(node);
      case 'parenthesized_expression':
      case 'unary_expression':
        return this.handler(children(node)[0], depth + 1);
      case 'composite_literal': {
        const type = child(node, 'type');
        return type === undefined ? undefined : { kind: 'name', name: `${this.source.of(type)}.ServeHTTP` };
      }
      case 'call_expression':
        return this.wrappedHandler(node, depth);
      default:
        return undefined;
    }
  }

  private namedHandler(node: SyntaxNode): HandlerFact {
    const written = plainPath(this.source.of(node));
    const dot = written.lastIndexOf('.');
    const simple = written.slice(dot + 1);
    const type = dot < 0 ? undefined : this.typeOf(written.slice(0, dot));
    const name = type === undefined ? written : `${type}.${simple}`;
    const candidates = this.outline.named(simple).filter((index) => {
      const container = this.outline.containerOf(index);
      return dot >= 0 ? container.length > 0 : this.isVisible(index, node.startIndex);
    });
    const own = type === undefined ? this.ownType(node) : type.slice(type.lastIndexOf('.') + 1);
    const ofOwnType = candidates.filter((index) => this.outline.containerOf(index).at(-1) === own);
    const only = ofOwnType.length === 1 ? ofOwnType[0] : candidates.length === 1 ? candidates[0] : undefined;
    if (only !== undefined) return { kind: 'function', function: only };
    // `mux.Handle("/orders", h)` with an object: its `ServeHTTP` answers.
    const object = dot < 0 ? this.typeOf(written) : undefined;
    return object === undefined ? { kind: 'name', name } : orElse({ kind: 'name', name: `${object}.ServeHTTP` }, name);
  }

  private isVisible(index: number, at: number): boolean {
    const around = this.outline.containerAt(at);
    return this.outline.containerOf(index).every((part, i) => around[i] === part);
  }

  /** The receiver type of the method an expression stands in. */
  private ownType(node: SyntaxNode): string | undefined {
    return this.outline.containerAt(node.startIndex)[0];
  }

  private wrappedHandler(call: SyntaxNode, depth: number): HandlerFact | undefined {
    const callee = child(call, 'function');
    const list = child(call, 'arguments');
    if (callee === undefined) return undefined;
    const name = plainPath(this.source.of(callee));
    const args = list === undefined ? [] : children(list);
    const position = HANDLER_POSITION[name.slice(name.lastIndexOf('.') + 1)];
    for (const argument of position === undefined ? [...args].reverse() : args.slice(position, position + 1)) {
      if (this.isOption(argument)) continue;
      const inner = this.handler(argument, depth + 1);
      if (inner?.kind === 'function') return inner;
      if (inner !== undefined) return name === 'http.HandlerFunc' ? inner : orElse(inner, name);
    }
    return this.namedHandler(callee);
  }

  /** `func(c *swagger.Config) { … }` beside a handler sets the wrapper up. */
  private isOption(node: SyntaxNode): boolean {
    const parameters = node.type === 'func_literal' ? child(node, 'parameters') : undefined;
    return parameters !== undefined && /\b\w*(?:Config|Options?|Settings)\)$/.test(this.source.of(parameters));
  }

  protected override addPiece(node: SyntaxNode, text: TextBuilder, todo: SyntaxNode[]): void {
    switch (node.type) {
      case 'interpreted_string_literal':
        text.add(unescapeText(this.source.of(node).slice(1, -1)));
        return;
      case 'raw_string_literal':
        text.add(this.source.of(node).slice(1, -1));
        return;
      case 'parenthesized_expression':
      case 'literal_element':
      case 'unary_expression':
        todo.push(...children(node).slice(0, 1));
        return;
      case 'binary_expression':
        this.addBinary(node, text, todo);
        return;
      case 'call_expression':
        this.addCall(node, text, todo);
        return;
      case 'identifier':
      case 'selector_expression':
        this.addName(node, text);
        return;
      default:
        text.hole();
    }
  }

  /** `fmt.Sprintf("order %s", id)`, and conversions such as `string(TopicOrders)`. */
  private addCall(node: SyntaxNode, text: TextBuilder, todo: SyntaxNode[]): void {
    const callee = child(node, 'function');
    const args = children(child(node, 'arguments') ?? node);
    const name = callee === undefined ? '' : this.source.of(callee);
    const first = args[0];
    if (first !== undefined && /^(string|aws\.String|to\.Ptr|ptr\.String)$/.test(name)) todo.push(first);
    else if (
      readsSetting(name) &&
      addSettingCall(
        name,
        args.slice(0, 2).map((arg) => this.text(arg)),
        text,
      )
    )
      return;
    else if (first !== undefined && /Sprintf$/.test(name)) this.addSprintf(first, args.slice(1), text);
    else if (first !== undefined && /^(path|url)\.Join(Path)?$/.test(name)) this.addJoined(args, text);
    else text.hole();
  }

  /** `fmt.Sprintf("%s.created", domain)`: a text in place of `%s` and `%v` where it is known. */
  private addSprintf(pattern: SyntaxNode, args: readonly SyntaxNode[], text: TextBuilder): void {
    const format = this.string(pattern);
    if (format === undefined) {
      text.hole();
      return;
    }
    const verbs = [...format.matchAll(/%[-+# 0]*\d*(?:\.\d+)?[a-zA-Z]/g)];
    let at = 0;
    verbs.forEach((verb, i) => {
      text.add(format.slice(at, verb.index).replaceAll('%%', '%'));
      at = verb.index + verb[0].length;
      const piece = /^%[sv]$/.test(verb[0]) ? this.text(args[i]) : undefined;
      if (piece === undefined) text.hole();
      else text.addFact(piece);
    });
    text.add(format.slice(at).replaceAll('%%', '%'));
  }

  /** `path.Join(base, "/orders")`: the pieces with one slash between them. */
  private addJoined(args: readonly SyntaxNode[], text: TextBuilder): void {
    args.forEach((argument, i) => {
      const piece = this.text(argument);
      if (i > 0 && !(piece?.kind === 'literal' && piece.text.startsWith('/'))) text.add('/');
      if (piece === undefined) text.hole();
      else text.addFact(piece);
    });
  }
}
