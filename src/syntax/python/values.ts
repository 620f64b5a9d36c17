import { plainPath } from '../extract/callSite';
import { ExpressionValues, orElse } from '../extract/expressionValues';
import { child, children, type SourceText } from '../extract/sourceText';
import { unescapeText, type TextBuilder } from '../extract/textBuilder';
import type { HandlerFact, TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import { addSubscript, addVariableCall, readsVariable, withoutCalls } from './settings';

/** Reads what expressions of a Python file stand for. */
export class PythonValues extends ExpressionValues {
  /** Texts of `"a"`, `["a", "b"]` or `("a", "b")`. */
  texts(node: SyntaxNode | undefined): TextFact[] {
    if (node === undefined) return [];
    const list = node.type === 'list' || node.type === 'tuple' || node.type === 'set' ? children(node) : [node];
    return list.flatMap((item) => this.text(item) ?? []);
  }

  /** Who answers when `node` is given as a handler: a function, `views.create`, `login_required(create)`. */
  handler(node: SyntaxNode | undefined, depth = 0): HandlerFact | undefined {
    if (node === undefined || depth > 4) return undefined;
    switch (node.type) {
      case 'lambda':
        return this.functionOf(node);
      case 'identifier':
      case 'attribute':
        return this.namedHandler(node);
      case 'call':
        return this.wrappedHandler(node, depth);
      default:
        return undefined;
    }
  }

  private namedHandler(node: SyntaxNode): HandlerFact {
    const raw = this.source.of(node);
    const name = plainPath(raw);
    const parts = name.split('.');
    const owner = /^(self|cls)\./.test(raw) ? this.outline.typeScopeAt(node.startIndex)?.name : parts.at(-2);
    const around = this.outline.containerAt(node.startIndex);
    const candidates = this.outline.named(parts.at(-1) ?? '').filter((index) => {
      const container = this.outline.containerOf(index);
      return owner === undefined ? container.every((part, i) => around[i] === part) : container.at(-1) === owner;
    });
    const only = candidates.length === 1 ? candidates[0] : undefined;
    return only === undefined ? { kind: 'name', name } : { kind: 'function', function: only };
  }

  private wrappedHandler(call: SyntaxNode, depth: number): HandlerFact | undefined {
    const callee = child(call, 'function');
    const list = child(call, 'arguments');
    if (callee === undefined) return undefined;
    const object = child(callee, 'object');
    if (callee.type === 'attribute' && /\.as_view$/.test(this.source.of(callee)))
      return this.handler(object, depth + 1);
    // An object of a class answers by its methods, whatever it is made with.
    if (/(^|\.)[A-Z]\w*$/.test(this.source.of(callee))) return this.namedHandler(callee);
    for (const argument of list === undefined ? [] : children(list)) {
      const inner = this.handler(argument, depth + 1);
      if (inner?.kind === 'function') return inner;
      if (inner !== undefined) return orElse(inner, plainPath(this.source.of(callee)));
    }
    return this.namedHandler(callee);
  }

  protected override addPiece(node: SyntaxNode, text: TextBuilder, todo: SyntaxNode[]): void {
    switch (node.type) {
      case 'string':
        this.addString(node, text, todo);
        return;
      case 'string_content':
      case 'escape_sequence':
        text.add(unescapeText(this.source.of(node)));
        return;
      case 'interpolation': {
        const expression = child(node, 'expression');
        if (expression === undefined) text.hole();
        else todo.push(expression);
        return;
      }
      case 'concatenated_string':
        todo.push(...children(node).reverse());
        return;
      case 'parenthesized_expression':
      case 'await':
        todo.push(...children(node).slice(0, 1));
        return;
      case 'binary_operator':
      case 'boolean_operator':
        this.addOperator(node, text, todo);
        return;
      case 'call':
        this.addCall(node, text, todo);
        return;
      case 'identifier':
      case 'attribute':
        this.addName(node, text);
        return;
      case 'subscript':
        if (!addSubscript(node, this.source, text)) text.hole();
        return;
      default:
        text.hole();
    }
  }

  private addString(node: SyntaxNode, text: TextBuilder, todo: SyntaxNode[]): void {
    const parts = children(node);
    const raw = /r/i.test(
      this.source
        .of(parts[0] ?? node)
        .slice(0, 3)
        .replace(/["'].*/, ''),
    );
    if (raw) {
      for (const part of parts) {
        if (part.type === 'string_content') text.add(this.source.of(part));
        else if (part.type === 'interpolation') text.hole();
      }
    } else
      todo.push(...parts.filter((part) => part.type === 'string_content' || part.type === 'interpolation').reverse());
  }

  /** `"a" + b`, `"order %s" % id`, `os.environ.get("T") or "orders"`. */
  private addOperator(node: SyntaxNode, text: TextBuilder, todo: SyntaxNode[]): void {
    const left = child(node, 'left');
    const isFormat = child(node, 'operator')?.type === '%' && left !== undefined;
    if (isFormat) this.addFormat(left, /%(?:\(\w+\))?[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]/, text);
    else this.addBinary(node, text, todo, 'or');
  }

  /** `"order {}".format(id)`, and the default of `os.getenv("TOPIC", "orders")`. */
  private addCall(node: SyntaxNode, text: TextBuilder, todo: SyntaxNode[]): void {
    const callee = child(node, 'function');
    const list = child(node, 'arguments');
    const object = callee === undefined ? undefined : child(callee, 'object');
    const name = callee === undefined ? '' : this.source.of(callee);
    if (object !== undefined && name.endsWith('.format')) this.addFormat(object, /\{[^{}]*\}/, text);
    else if (name === 'Field') {
      const args = list === undefined ? [] : children(list);
      const value = keyword(args, 'default', this.source) ?? positional(args)[0];
      if (value === undefined) text.hole();
      else todo.push(value);
    } else if (readsVariable(name)) {
      addVariableCall(list === undefined ? [] : children(list), (argument) => this.text(argument), text);
    } else if (/(^|\.)(getenv|env|environ\.get|config|getattr|get)$/.test(name)) {
      const fallback = list === undefined ? undefined : children(list).at(-1);
      const second = list !== undefined && children(list).length > 1;
      const value = fallback?.type === 'keyword_argument' ? child(fallback, 'value') : fallback;
      if (second && value !== undefined) todo.push(value);
      else text.hole();
    } else text.hole();
  }

  protected override addName(node: SyntaxNode, text: TextBuilder): void {
    const raw = withoutCalls(this.source.of(node));
    const name = raw.replace(/\.value$/, '');
    const type = /^self\./.test(name) ? this.outline.typeScopeAt(node.startIndex)?.name : undefined;
    const own = type === undefined ? undefined : this.constants.textOf(name.replace(/^self/, type), node.startIndex);
    const known = own ?? this.constants.textOf(name, node.startIndex);
    if (known !== undefined) text.addFact(known);
    else text.hole(/^[\w.]+$/.test(raw) ? plainPath(name) : '');
  }
}

/** A keyword argument's value. */
export function keyword(args: readonly SyntaxNode[], name: string, source: SourceText): SyntaxNode | undefined {
  for (const argument of args) {
    if (argument.type !== 'keyword_argument') continue;
    const key = child(argument, 'name');
    if (key !== undefined && source.of(key) === name) return child(argument, 'value');
  }
  return undefined;
}

/** Arguments given by position. */
export function positional(args: readonly SyntaxNode[]): SyntaxNode[] {
  return args.filter((argument) => argument.type !== 'keyword_argument' && !argument.type.endsWith('_splat'));
}
