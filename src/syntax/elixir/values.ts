import { ExpressionValues } from '../extract/expressionValues';
import { child, children } from '../extract/sourceText';
import { unescapeText, type TextBuilder } from '../extract/textBuilder';
import type { SyntaxNode } from '../syntaxNode';

/** Reads what expressions of an Elixir file stand for. */
export class ElixirValues extends ExpressionValues {
  protected override addPiece(node: SyntaxNode, text: TextBuilder, todo: SyntaxNode[]): void {
    switch (node.type) {
      case 'string':
      case 'charlist':
      case 'quoted_atom':
        todo.push(...children(node).reverse());
        return;
      case 'sigil':
        todo.push(
          ...children(node)
            .filter(({ type }) => !type.startsWith('sigil_'))
            .reverse(),
        );
        return;
      case 'quoted_content':
      case 'escape_sequence':
        text.add(unescapeText(this.source.of(node)));
        return;
      case 'atom':
        text.add(this.source.of(node).slice(1));
        return;
      case 'interpolation':
      case 'block':
        todo.push(...children(node).slice(0, 1));
        return;
      case 'binary_operator':
        this.addOperator(node, text, todo);
        return;
      case 'unary_operator':
      case 'identifier':
      case 'alias':
        this.addName(node, text);
        return;
      default:
        text.hole();
    }
  }

  protected override addName(node: SyntaxNode, text: TextBuilder): void {
    const name = this.source.of(node).replace(/^@/, '');
    const known = this.constants.textOf(name, node.startIndex);
    if (known !== undefined) text.addFact(known);
    else text.hole(/^[\w.]+$/.test(name) ? name : '');
  }

  /** `"orders." <> id`, `config || "orders"`. */
  private addOperator(node: SyntaxNode, text: TextBuilder, todo: SyntaxNode[]): void {
    const operator = child(node, 'operator')?.type ?? '';
    const left = child(node, 'left');
    const right = child(node, 'right');
    if (left === undefined || right === undefined) text.hole();
    else if (operator === '<>') todo.push(right, left);
    else if (operator === '||') todo.push(right);
    else text.hole();
  }
}
