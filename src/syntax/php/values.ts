import { ExpressionValues } from '../extract/expressionValues';
import { child, children } from '../extract/sourceText';
import { unescapeText, type TextBuilder } from '../extract/textBuilder';
import type { TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import { phpName, phpVariable } from './outline';

/** Reads what expressions of a PHP file stand for. */
export class PhpValues extends ExpressionValues {
  /** Elements of `['GET', 'POST']`, or the expression itself. */
  items(node: SyntaxNode | undefined): SyntaxNode[] {
    if (node?.type !== 'array_creation_expression') return node === undefined ? [] : [node];
    return children(node).flatMap((element) => children(element).slice(-1));
  }

  /** Texts of one string or of a list of them. */
  texts(node: SyntaxNode | undefined): TextFact[] {
    return this.items(node).flatMap((item) => this.text(item) ?? []);
  }

  protected override addPiece(node: SyntaxNode, text: TextBuilder, todo: SyntaxNode[]): void {
    switch (node.type) {
      case 'string':
      case 'encapsed_string':
      case 'heredoc_body':
      case 'nowdoc_body':
        todo.push(...children(node).reverse());
        return;
      case 'heredoc':
      case 'nowdoc':
        todo.push(...children(node).filter(({ type }) => type.endsWith('_body')));
        return;
      case 'string_content':
      case 'nowdoc_string':
        text.add(this.source.of(node));
        return;
      case 'escape_sequence':
        text.add(unescapeText(this.source.of(node)));
        return;
      case 'argument':
        todo.push(...children(node).slice(-1));
        return;
      case 'parenthesized_expression':
        todo.push(...children(node).slice(0, 1));
        return;
      case 'binary_expression':
        this.addOperator(node, text, todo);
        return;
      case 'function_call_expression':
        this.addCall(node, text, todo);
        return;
      case 'class_constant_access_expression':
      case 'name':
      case 'qualified_name':
      case 'variable_name':
      case 'member_access_expression':
      case 'scoped_property_access_expression':
        this.addName(node, text);
        return;
      default:
        text.hole();
    }
  }

  protected override addName(node: SyntaxNode, text: TextBuilder): void {
    const written = this.source.of(node);
    const name = /[$>]/.test(written) ? phpVariable(written) : phpName(written);
    if (node.type === 'variable_name' && this.isParameter(name, node)) {
      text.hole();
      return;
    }
    const known = this.constants.textOf(name, node.startIndex);
    if (known !== undefined) text.addFact(known);
    else text.hole(/^[\w.]+$/.test(name) ? name : '');
  }

  /** What a caller hands over is no constant, whatever else bears its name. */
  private isParameter(name: string, node: SyntaxNode): boolean {
    const around = this.outline.draft(this.outline.functionAt(node.startIndex));
    return around?.parameters().includes(name) === true;
  }

  /** `'a' . $b`, `$_ENV['TOPIC'] ?? 'orders'`. */
  private addOperator(node: SyntaxNode, text: TextBuilder, todo: SyntaxNode[]): void {
    const left = child(node, 'left');
    const right = child(node, 'right');
    const operator = child(node, 'operator')?.type;
    if (left === undefined || right === undefined) text.hole();
    else if (operator === '.') todo.push(right, left);
    else if (operator === '??' || operator === '?:') todo.push(right);
    else text.hole();
  }

  /** `sprintf('order %s', $id)`, and the default of `env('TOPIC', 'orders')`. */
  private addCall(node: SyntaxNode, text: TextBuilder, todo: SyntaxNode[]): void {
    const callee = child(node, 'function');
    const args = children(child(node, 'arguments') ?? node);
    const name = callee === undefined ? '' : phpName(this.source.of(callee));
    if (name === 'sprintf' && args[0] !== undefined) this.addFormat(args[0], /%[-+ 0]*\d*(?:\.\d+)?[a-zA-Z]/, text);
    else if (/^(env|config)$/.test(name) && args[1] !== undefined) todo.push(args[1]);
    else text.hole();
  }
}
