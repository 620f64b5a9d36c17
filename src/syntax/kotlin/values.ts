import { child, children } from '../extract/sourceText';
import { unescapeText, type TextBuilder } from '../extract/textBuilder';
import type { HandlerFact } from '../facts';
import { JvmExpressionValues } from '../jvm/values';
import type { SyntaxNode } from '../syntaxNode';

/** Reads what expressions of a Kotlin file stand for. */
export class KotlinValues extends JvmExpressionValues {
  /** The items of `["a", "b"]`, `arrayOf("a")`, `listOf("a")`, or the expression itself. */
  override items(node: SyntaxNode | undefined): SyntaxNode[] {
    if (node === undefined) return [];
    if (node.type === 'value_argument') return this.items(children(node).at(-1));
    if (node.type === 'collection_literal') return children(node);
    const [callee, list] = node.type === 'call_expression' ? children(node) : [];
    const isList = callee !== undefined && /^(arrayOf|listOf|setOf)$/.test(this.source.of(callee));
    return isList && list !== undefined ? children(list).flatMap((item) => children(item).slice(-1)) : [node];
  }

  /** Who answers when `node` is given as a handler: a lambda, `handler::list`, `::create`. */
  override handler(node: SyntaxNode | undefined): HandlerFact | undefined {
    if (node?.type === 'value_argument') return this.handler(children(node).at(-1));
    if (node?.type === 'lambda_literal') return this.functionOf(node);
    const reference = node === undefined ? null : /^\s*([\w.]*)\s*::\s*(\w+)\s*$/.exec(this.source.of(node));
    if (reference === null || node === undefined || reference[2] === 'class') return undefined;
    return this.reference(reference[1] ?? '', reference[2] ?? '', node.startIndex);
  }

  protected override addPiece(node: SyntaxNode, text: TextBuilder, todo: SyntaxNode[]): void {
    switch (node.type) {
      case 'string_literal':
      case 'multiline_string_literal':
        this.addString(node, text);
        return;
      case 'interpolation':
      case 'parenthesized_expression':
        todo.push(...children(node).slice(0, 1));
        return;
      case 'value_argument':
        todo.push(...children(node).slice(-1));
        return;
      case 'binary_expression':
        this.addBinary(node, text, todo, '?:');
        return;
      case 'call_expression':
        this.addCall(node, text, todo);
        return;
      case 'identifier':
      case 'navigation_expression':
        this.addName(node, text);
        return;
      default:
        text.hole();
    }
  }

  /** The grammar knows `${id}`; a plain `$id` is text to it, sometimes in pieces. */
  private addString(node: SyntaxNode, text: TextBuilder): void {
    const pieces = children(node);
    for (let at = 0; at < pieces.length; at++) {
      const piece = pieces[at]!;
      if (piece.type === 'interpolation') {
        const inside = this.text(children(piece)[0]);
        if (inside === undefined) text.hole();
        else text.addFact(inside);
        continue;
      }
      while (pieces[at + 1] !== undefined && pieces[at + 1]!.type !== 'interpolation') at++;
      const written = this.source.text.slice(piece.startIndex, pieces[at]!.endIndex);
      written.split(/(?<!\\)\$([A-Za-z_]\w*)/).forEach((part, i) => {
        const known = i % 2 === 1 ? this.constants.textOf(part, piece.startIndex) : undefined;
        if (known !== undefined) text.addFact(known);
        else if (i % 2 === 1) text.hole(part);
        else text.add(unescapeText(part));
      });
    }
  }

  /** A name; of an object of settings the member of its class. */
  protected override addName(node: SyntaxNode, text: TextBuilder): void {
    const setting = node.type === 'navigation_expression' ? this.setting(node) : undefined;
    if (setting === undefined) super.addName(node, text);
    else text.hole(setting);
  }

  /** `"order %s".format(id)`, `""" … """.trimIndent()`, `String.format("order %s", id)`. */
  private addCall(node: SyntaxNode, text: TextBuilder, todo: SyntaxNode[]): void {
    const [callee, list] = children(node);
    const written = callee === undefined ? '' : this.source.of(callee);
    const receiver = callee?.type === 'navigation_expression' ? children(callee)[0] : undefined;
    const first = list === undefined ? undefined : children(list)[0];
    const operand = receiver !== undefined && child(receiver, 'operand');
    if (/^String\.format$/.test(written) && first !== undefined) this.addFormat(first, FORMAT, text);
    else if (written.endsWith('.format') && receiver !== undefined) this.addFormat(receiver, FORMAT, text);
    else if (/\.(trimIndent|trimMargin|toString|lowercase|trim)$/.test(written) && receiver !== undefined)
      todo.push(operand || receiver);
    else text.hole();
  }
}

const FORMAT = /%[-#+ 0,(]*\d*(?:\.\d+)?[a-zA-Z]/;
