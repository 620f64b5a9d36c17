import { ExpressionValues } from '../extract/expressionValues';
import { child, children, type SourceText } from '../extract/sourceText';
import { unescapeText, type TextBuilder } from '../extract/textBuilder';
import type { SyntaxNode } from '../syntaxNode';
import { rubyPath } from './outline';

/** Reads what expressions of a Ruby file stand for. */
export class RubyValues extends ExpressionValues {
  protected override addPiece(node: SyntaxNode, text: TextBuilder, todo: SyntaxNode[]): void {
    switch (node.type) {
      case 'string':
      case 'chained_string':
      case 'heredoc_body':
      case 'delimited_symbol':
        todo.push(...children(node).reverse());
        return;
      case 'string_content':
      case 'heredoc_content':
      case 'escape_sequence':
        text.add(unescapeText(this.source.of(node)));
        return;
      case 'heredoc_end':
        return;
      case 'simple_symbol':
        text.add(this.source.of(node).slice(1));
        return;
      case 'interpolation':
      case 'parenthesized_statements':
        todo.push(...children(node).slice(0, 1));
        return;
      case 'binary':
        this.addOperator(node, text, todo);
        return;
      case 'call':
        this.addCall(node, text, todo);
        return;
      case 'constant':
      case 'identifier':
      case 'instance_variable':
      case 'scope_resolution':
        this.addName(node, text);
        return;
      default:
        text.hole();
    }
  }

  protected override addName(node: SyntaxNode, text: TextBuilder): void {
    const around = this.source.of(node) === '__method__' ? this.outline.functionAt(node.startIndex) : -1;
    const method = this.outline.draft(around)?.name;
    if (method !== undefined) {
      text.add(method);
      return;
    }
    const name = rubyPath(this.source.of(node));
    const known = this.constants.textOf(name, node.startIndex);
    if (known !== undefined) text.addFact(known);
    else text.hole(/^[\w.]+$/.test(name) ? name : '');
  }

  /** `"a" + b`, `"order %s" % id`, `ENV["TOPIC"] || "orders"`. */
  private addOperator(node: SyntaxNode, text: TextBuilder, todo: SyntaxNode[]): void {
    const left = child(node, 'left');
    const isFormat = child(node, 'operator')?.type === '%' && left !== undefined;
    if (isFormat) this.addFormat(left, /%(?:<\w+>|\{\w+\})?[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]?/, text);
    else this.addBinary(node, text, todo, '||', 'or');
  }

  /** `"orders".freeze`, and the default of `ENV.fetch("TOPIC", "orders")`. */
  private addCall(node: SyntaxNode, text: TextBuilder, todo: SyntaxNode[]): void {
    const receiver = child(node, 'receiver');
    const list = child(node, 'arguments');
    const name = child(node, 'method');
    const called = name === undefined ? '' : this.source.of(name);
    const fallback = list === undefined ? undefined : children(list)[1];
    if (receiver !== undefined && /^(freeze|to_s|to_sym|squish|strip)$/.test(called)) todo.push(receiver);
    else if (called === 'fetch' && fallback !== undefined) todo.push(fallback);
    else if (/^(URI|URI\.parse|URI\.join)$/.test(callee(receiver, called, this.source)) && list !== undefined) {
      todo.push(...children(list).slice(0, 1));
    } else text.hole();
  }
}

/** `URI.parse`, `URI`: what is called, with its receiver. */
function callee(receiver: SyntaxNode | undefined, name: string, source: SourceText): string {
  return receiver === undefined ? name : `${source.of(receiver)}.${name}`;
}
