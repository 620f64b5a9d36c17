import { child, children } from '../extract/sourceText';
import { unescapeText, type TextBuilder } from '../extract/textBuilder';
import type { HandlerFact } from '../facts';
import { JvmExpressionValues } from '../jvm/values';
import type { SyntaxNode } from '../syntaxNode';

const LISTS = /^(element_value_array_initializer|array_initializer)$/;

/** Reads what expressions of a Java file stand for. */
export class JavaValues extends JvmExpressionValues {
  /** The items of `{"a", "b"}`, `List.of("a")`, `Arrays.asList("a")`, or the expression itself. */
  override items(node: SyntaxNode | undefined): SyntaxNode[] {
    if (node === undefined) return [];
    if (LISTS.test(node.type)) return children(node);
    if (node.type === 'array_creation_expression') return this.items(child(node, 'value'));
    const name = node.type === 'method_invocation' ? child(node, 'name') : undefined;
    const list = name !== undefined && /^(of|asList|singleton|singletonList)$/.test(this.source.of(name));
    const args = list ? child(node, 'arguments') : undefined;
    return args === undefined ? [node] : children(args);
  }

  /** Who answers when `node` is given as a handler: a lambda, `handler::list`, `this::create`. */
  override handler(node: SyntaxNode | undefined): HandlerFact | undefined {
    if (node?.type === 'lambda_expression') return this.functionOf(node);
    if (node?.type !== 'method_reference') return undefined;
    const [target = '', method = ''] = this.source
      .of(node)
      .split('::')
      .map((part) => part.trim());
    return this.reference(target, method, node.startIndex);
  }

  protected override addPiece(node: SyntaxNode, text: TextBuilder, todo: SyntaxNode[]): void {
    switch (node.type) {
      case 'string_literal':
        this.addString(node, text);
        return;
      case 'parenthesized_expression':
        todo.push(...children(node).slice(0, 1));
        return;
      case 'binary_expression':
        this.addBinary(node, text, todo);
        return;
      case 'method_invocation':
        this.addCall(node, text, todo);
        return;
      case 'identifier':
      case 'field_access':
        this.addName(node, text);
        return;
      case 'character_literal':
        text.add(unescapeText(this.source.of(node).slice(1, -1)));
        return;
      default:
        text.hole();
    }
  }

  private addString(node: SyntaxNode, text: TextBuilder): void {
    const raw = this.source.of(node);
    if (raw.startsWith('"""'))
      text.add(
        raw
          .slice(3, -3)
          .replace(/\n[ \t]*/g, '\n')
          .trim(),
      );
    else text.add(unescapeText(raw.slice(1, -1)));
  }

  /** `String.format("order %s", id)`, `"…".formatted(id)`, `getOrDefault("T", "orders")`, `Topics.ORDERS.getName()`. */
  private addCall(node: SyntaxNode, text: TextBuilder, todo: SyntaxNode[]): void {
    const name = this.source.of(child(node, 'name') ?? node);
    const object = child(node, 'object');
    const args = children(child(node, 'arguments') ?? node);
    const setting = args.length === 0 ? this.setting(node) : undefined;
    if (setting !== undefined) {
      text.hole(setting);
      return;
    }
    const format = name === 'format' ? args[0] : name === 'formatted' ? object : undefined;
    if (format !== undefined) this.addFormat(format, /%[-#+ 0,(]*\d*(?:\.\d+)?[a-zA-Z]/, text);
    else if (/^(getOrDefault|getProperty|orElse|requireNonNullElse)$/.test(name) && args.length > 0)
      todo.push(args.at(-1)!);
    else if (
      /^(get\w*|name|value|toString|strip|trim)$/.test(name) &&
      args.length === 0 &&
      object?.type === 'field_access'
    )
      todo.push(object);
    else if (/^(create|valueOf|fromUriString|fromHttpUrl)$/.test(name) && args.length === 1) todo.push(args[0]!);
    else text.hole();
  }
}
