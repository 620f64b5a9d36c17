import { ExpressionValues } from '../extract/expressionValues';
import { child, children } from '../extract/sourceText';
import { unescapeText, type TextBuilder } from '../extract/textBuilder';
import type { HandlerFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import { rustPath } from './outline';

/** Wrappers around a handler, one in the other. */
const MAX_WRAPPERS = 4;

/** Reads what expressions of a Rust file stand for. */
export class RustValues extends ExpressionValues {
  protected override addPiece(node: SyntaxNode, text: TextBuilder, todo: SyntaxNode[]): void {
    switch (node.type) {
      case 'string_literal':
      case 'raw_string_literal':
        todo.push(...children(node).reverse());
        return;
      case 'string_content':
      case 'escape_sequence':
        text.add(unescapeText(this.source.of(node)));
        return;
      case 'reference_expression':
      case 'parenthesized_expression':
      case 'try_expression':
        todo.push(...children(node).slice(-1));
        return;
      case 'call_expression':
        this.addCall(node, text, todo);
        return;
      case 'macro_invocation':
        this.addMacro(node, text, todo);
        return;
      case 'identifier':
      case 'scoped_identifier':
      case 'field_expression':
        this.addName(node, text);
        return;
      default:
        text.hole();
    }
  }

  /** Who answers: a closure, or what a path names; of a wrapper what it is given. */
  handler(node: SyntaxNode | undefined): HandlerFact | undefined {
    let at = node;
    for (let level = 0; at !== undefined && level < MAX_WRAPPERS; level++) {
      const own = this.functionOf(at);
      if (own !== undefined) return own;
      if (/^(identifier|scoped_identifier|generic_function|field_expression)$/.test(at.type)) {
        const name = this.path(at).replace(/^self\.(?=\w+$)/, '');
        return /^[\w.]+$/.test(name) ? { kind: 'name', name } : undefined;
      }
      if (at.type !== 'call_expression') return undefined;
      const args: SyntaxNode[] = children(child(at, 'arguments') ?? at);
      const callee: SyntaxNode | undefined = child(at, 'function');
      // `create.layer(…)` answers as `create` does.
      at = callee?.type === 'field_expression' ? child(callee, 'value') : args[0];
    }
    return undefined;
  }

  /** A path in dots; `Self` is the type around. */
  path(node: SyntaxNode): string {
    const written = rustPath(this.source.of(node));
    const own = this.outline.typeScopeAt(node.startIndex)?.name;
    return own === undefined ? written : written.replace(/^Self\./, `${own}.`);
  }

  protected override addName(node: SyntaxNode, text: TextBuilder): void {
    const name = rustPath(this.source.of(node)).replace(/^(crate|self|super|Self)\./, '');
    const known = this.constants.textOf(name, node.startIndex);
    if (known !== undefined) text.addFact(known);
    else text.hole(/^[\w.]+$/.test(name) ? name : '');
  }

  /** `"orders".to_string()`, `String::from("orders")`. */
  private addCall(node: SyntaxNode, text: TextBuilder, todo: SyntaxNode[]): void {
    const callee = child(node, 'function');
    const args = children(child(node, 'arguments') ?? node);
    const written = callee === undefined ? '' : this.source.of(callee);
    const value = callee === undefined ? undefined : child(callee, 'value');
    if (value !== undefined && /\.(to_string|to_owned|into|as_str|as_ref|clone)$/.test(written)) todo.push(value);
    else if (/(^|::)(from|new)$/.test(written) && args.length === 1) todo.push(args[0]!);
    else text.hole();
  }

  /** `format!("order {}", id)`, `concat!("a", "b")`; the pieces of a macro are tokens, not expressions. */
  private addMacro(node: SyntaxNode, text: TextBuilder, todo: SyntaxNode[]): void {
    const name = child(node, 'macro');
    const tokens = children(children(node).find(({ type }) => type === 'token_tree') ?? node);
    const called = name === undefined ? '' : this.source.of(name);
    if (called === 'format' && tokens[0] !== undefined) this.addFormat(tokens[0], /\{[^{}]*\}/, text);
    else if (called === 'concat') todo.push(...[...tokens].reverse());
    else text.hole();
  }
}
